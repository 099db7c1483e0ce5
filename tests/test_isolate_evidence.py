"""Evidence of the time before: kept before any change, whole, and told with its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from names import Place, evidence_bucket
from operations.victims import Network
from tests.organization import CONTAIN, Deployed

CHANGES = {
    "AttachRolePolicy",
    "CreateSecurityGroup",
    "EnterStandby",
    "ModifyNetworkInterfaceAttribute",
    "TagRole",
}


def _object(organization: Deployed, key: str, version: str) -> bytes:
    security, home = organization.ground.security, organization.ground.regions[0]
    bucket = evidence_bucket(Place(partition="aws", account=security, region=home))
    s3 = organization.ground.client(security, "s3", home)
    body: bytes = s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
    return body


def test_it_is_kept_before_anything_is_changed(organization: Deployed, network: Network) -> None:
    organization.attack(network, network.add_instance(profile=network.add_role()))
    automation = organization.emulator.world.automation
    [run] = [run for run in automation.executions() if run.document.name == CONTAIN][-1:]
    calls = [call.operation for call in run.calls]
    assert CHANGES & set(calls) == CHANGES - {"EnterStandby"}
    assert calls.index("PutObject") < min(calls.index(each) for each in CHANGES & set(calls))


def test_it_shows_the_instance_as_it_was_and_the_ledger_has_its_hash(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    target = network.add_instance(interfaces=2, profile=role)
    found = organization.attack(network, target)
    [blocked] = [r for r in organization.records(found) if r.stage == "blocked"]
    [kept] = blocked.evidence["objects"]
    body = _object(organization, kept["key"], kept["version"])
    assert hashlib.sha256(body).hexdigest() == kept["sha256"]
    told: dict[str, Any] = json.loads(body)
    assert {each["Id"]: each["Groups"] for each in told["interfaces"]} == target.interfaces
    assert told["instance"]["InstanceId"] == target.instance
    assert {each["GroupId"] for each in told["groups"]} == set(network.groups)
    assert [each.rpartition("/")[2] for each in told["roles"]] == [role]
    assert len(told["volumes"]) == 1
    assert {tag["Key"] for tag in told["instance"]["Tags"]} == {"containment:drill"}
    assert "console" in told


def test_what_was_kept_afterwards_lists_the_snapshots(
    organization: Deployed, network: Network
) -> None:
    found = organization.attack(network, network.add_instance())
    [preserved] = [r for r in organization.records(found) if r.stage == "preserved"]
    [kept] = preserved.evidence["objects"]
    listed = json.loads(_object(organization, kept["key"], kept["version"]))
    assert [each["SnapshotId"] for each in listed] == preserved.evidence["snapshots"]
    assert [each["SnapshotId"] for each in network.snapshots(found)] == [
        each["SnapshotId"] for each in listed
    ]
