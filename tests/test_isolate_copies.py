"""Snapshots are copied to our key and shared with the forensic account (traps 2.11, 6.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from names import SNAPSHOT_KEY
from operations.expectations import untouched
from operations.victims import Network, Target
from rehearsal.emulator import authorization
from runbooks import RUNBOOKS
from tests.organization import ALONE, PRESERVE, Deployed, deployed

FORENSICS = "999999999999"
COPYING = ("recover_copy", "recover_share")


@pytest.fixture(scope="module")
def sharing() -> Iterator[Deployed]:
    """A single account that has somebody to investigate."""
    with deployed(settings={**ALONE, "forensics": {"account": FORENSICS}}) as running:
        yield running


@pytest.fixture
def network(sharing: Deployed) -> Iterator[Network]:
    """A network of its own in that account."""
    with sharing.network() as made:
        yield made


def shared_with(network: Network, snapshot: str) -> list[str]:
    seen = network.ec2.describe_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission"
    )
    return [one.get("UserId") or one["Group"] for one in seen["CreateVolumePermissions"]]


def copies(network: Network, found: str) -> list[Any]:
    return network.snapshots(found, copies=True)


def key_of(organization: Deployed, account: str, region: str) -> str:
    """The ARN of the key for copies."""
    kms = organization.ground.client(account, "kms", region)
    return str(kms.describe_key(KeyId=SNAPSHOT_KEY)["KeyMetadata"]["Arn"])


def tags_of(snapshot: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in snapshot["Tags"]}


def preserved_again(organization: Deployed, network: Network, target: Target) -> Any:
    """What a person does about copies that are missing."""
    arn = f"arn:aws:ec2:{network.region}:{network.account}:instance/{target.instance}"
    return organization.start(network, PRESERVE, Resource=arn)


def told(organization: Deployed, found: str) -> list[str]:
    return [str(r.why) for r in organization.records(found) if r.stage == "failed"]


@contextmanager
def taking(organization: Deployed, seconds: float) -> Iterator[None]:
    """Snapshots that are begun meanwhile take so long."""
    world = organization.emulator.world
    usual, world.timing = world.timing, replace(world.timing, snapshot=seconds)
    try:
        yield
    finally:
        world.timing = usual


@contextmanager
def before(organization: Deployed, operation: str, act: Callable[[], None]) -> Iterator[None]:
    """Do something before each call of an operation in the steps that copy."""

    def hook(call: Any) -> None:
        if call.step in COPYING and call.operation == operation:
            act()

    organization.emulator.world.automation.before_call = hook
    try:
        yield
    finally:
        organization.emulator.world.automation.before_call = None


def test_a_copy_is_tagged_on_our_key_and_shared_with_exactly_the_forensic_account(
    sharing: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = sharing.attack(network, target)
    [snapshot], [copy] = network.snapshots(found), copies(network, found)
    assert (copy["State"], copy["Encrypted"]) == ("completed", True)
    assert copy["KmsKeyId"] == key_of(sharing, network.account, network.region)
    assert shared_with(network, copy["SnapshotId"]) == [FORENSICS]
    assert shared_with(network, snapshot["SnapshotId"]) == []
    marked = {**tags_of(snapshot), "containment:copy-of": snapshot["SnapshotId"]}
    assert tags_of(copy) == marked
    kept = [r.evidence for r in sharing.records(found) if r.stage == "preserved"]
    assert kept[0]["snapshots"] == [snapshot["SnapshotId"]]
    assert kept[1:] == [{"copies": [copy["SnapshotId"]], "shared_with": FORENSICS}]
    assert told(sharing, found) == []


def test_what_was_copied_is_not_copied_again_and_a_release_leaves_it_alone(
    sharing: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = sharing.attack(network, target)
    preserved_again(sharing, network, target)
    [copy] = copies(network, found)
    sharing.release(network, target)
    untouched(network, target)
    assert copies(network, found) == [copy]
    assert shared_with(network, copy["SnapshotId"]) == [FORENSICS]
    assert len(network.snapshots(found)) == 1
    preserved_again(sharing, network, target)
    assert copies(network, found) == [copy]


def test_a_release_does_not_wait_for_the_copies(sharing: Deployed, network: Network) -> None:
    target = network.add_instance()
    with taking(sharing, 400):
        found = sharing.attack(network, target)
        sharing.release(network, target)
        assert sharing.stages(found)[-1] == "released"
        assert sharing.stages(found).count("preserved") == 1
        sharing.settle(1000)
    assert sharing.stages(found)[-1] == "preserved"
    [copy] = copies(network, found)
    assert shared_with(network, copy["SnapshotId"]) == [FORENSICS]


def test_a_snapshot_that_takes_too_long_is_told_and_made_up_by_hand_even_after_a_release(
    sharing: Deployed, network: Network
) -> None:
    target = network.add_instance()
    with taking(sharing, 5000):
        found = sharing.attack(network, target)
        sharing.settle(1000)
    [snapshot] = network.snapshots(found)
    [why] = told(sharing, found)
    assert f"{snapshot['SnapshotId']} is pending" in why
    assert f"--document-name {PRESERVE} --parameters Resource=arn:aws:ec2:" in why
    assert copies(network, found) == []
    sharing.release(network, target)
    sharing.settle(5000)
    preserved_again(sharing, network, target)
    [copy] = copies(network, found)
    assert shared_with(network, copy["SnapshotId"]) == [FORENSICS]
    run = preserved_again(sharing, network, target)
    assert [call.operation for call in run.calls] == ["GetItem"]


def test_a_copy_that_takes_too_long_is_told_and_shared_by_hand_without_a_second_copy(
    sharing: Deployed, network: Network
) -> None:
    target, world = network.add_instance(), sharing.emulator.world
    usual = world.timing

    def slow() -> None:
        world.timing = replace(usual, snapshot=5000)

    with before(sharing, "CopySnapshot", slow):
        found = sharing.attack(network, target)
        sharing.settle(1000)
    world.timing = usual
    [snapshot], [copy] = network.snapshots(found), copies(network, found)
    [why] = told(sharing, found)
    assert f"{copy['SnapshotId']}, a copy of {snapshot['SnapshotId']}, is pending" in why
    assert shared_with(network, copy["SnapshotId"]) == []
    sharing.settle(5000)
    preserved_again(sharing, network, target)
    assert [each["SnapshotId"] for each in copies(network, found)] == [copy["SnapshotId"]]
    assert shared_with(network, copy["SnapshotId"]) == [FORENSICS]


def test_without_the_key_nothing_is_shared_and_people_are_told_why(
    sharing: Deployed, network: Network
) -> None:
    kms = sharing.ground.client(network.account, "kms", network.region)
    key = key_of(sharing, network.account, network.region)
    kms.delete_alias(AliasName=SNAPSHOT_KEY)
    target = network.add_instance()
    try:
        found = sharing.attack(network, target)
    finally:
        kms.create_alias(AliasName=SNAPSHOT_KEY, TargetKeyId=key)
    assert "UnauthorizedOperation" in told(sharing, found)[0]
    assert copies(network, found) == []
    preserved_again(sharing, network, target)
    assert len(copies(network, found)) == 1


def test_a_step_that_dies_is_told_and_made_up_by_hand(sharing: Deployed, network: Network) -> None:
    target = network.add_instance()

    def die() -> None:
        raise RuntimeError("cut off")

    with before(sharing, "ModifySnapshotAttribute", die):
        found = sharing.attack(network, target)
    assert "recover_share: " in told(sharing, found)[0]
    preserved_again(sharing, network, target)
    [copy] = copies(network, found)
    assert shared_with(network, copy["SnapshotId"]) == [FORENSICS]


def test_the_role_that_preserves_is_asked_for_all_that_it_is_granted_and_for_no_more(
    sharing: Deployed, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, asked = network.add_instance(), set[str]()
    own = sharing.ground.client(network.account, "kms", network.region).create_key()
    disk = network.ec2.create_volume(
        AvailabilityZone=network.zone,
        Size=1,
        Encrypted=True,
        KmsKeyId=own["KeyMetadata"]["Arn"],
    )["VolumeId"]
    network.volumes.append(disk)
    network.ec2.attach_volume(VolumeId=disk, InstanceId=target.instance, Device="/dev/sdf")
    require = authorization._require

    def noted(world: Any, principal: Any, need: Any, *rest: Any) -> None:
        if f"/{PRESERVE}/" in principal.arn:
            asked.add(need.action)
        require(world, principal, need, *rest)

    monkeypatch.setattr(authorization, "_require", noted)
    found = sharing.attack(network, target)
    assert {each["KmsKeyId"] for each in copies(network, found)} == {
        key_of(sharing, network.account, network.region)
    }
    assert len(copies(network, found)) == 2
    entries = RUNBOOKS["isolate_instance"].permissions["Preserve"]
    granted = {action for entry in entries for action in entry["Action"]}
    copying = {action for entry in entries if "Where" in entry for action in entry["Action"]}
    assert copying <= asked <= granted
