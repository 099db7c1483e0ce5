"""A member's snapshots on the security account's key: both accounts' policies decide (trap 6.5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.ec2.models import ec2_backends

from names import SNAPSHOT_KEY
from operations.ground import once_iam_acts
from operations.victims import Network
from rehearsal.emulator.clients import Session
from runbooks import RUNBOOKS
from tests.actors import allow, document, role, session, trust
from tests.organization import PRESERVE, Deployed, deployed

MANAGEMENT, SECURITY, TAX, LAND = ("111111111111", "222222222222", "333333333333", "444444444444")
REGION = "eu-central-1"
FORENSICS = LAND
"""Another account of the organisation, so that the emulator has roles in it."""
PERMISSIONS = sorted(
    {
        action
        for entry in RUNBOOKS["isolate_instance"].permissions["Preserve"]
        if "Where" in entry
        for action in entry["Action"]
    }
    - {"kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
)
"""What a copy takes; the three are for encrypted disks, of which these instances have none."""
EC2, KMS = allow("ec2:*"), allow("kms:*")


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """The stack dev, with a forensic account."""
    with deployed(settings={"forensics": {"account": FORENSICS}}) as running:
        yield running


def key_of(organization: Deployed) -> str:
    kms = organization.ground.client(SECURITY, "kms", REGION)
    return str(kms.describe_key(KeyId=SNAPSHOT_KEY)["KeyMetadata"]["Arn"])


def as_role(organization: Deployed, account: str, name: str, *statements: dict[str, Any]) -> Any:
    """EC2 as a new role of an account, which may do what these statements say."""
    deployer = organization.emulator.world.clients.account(account)
    made = role(deployer, name, *statements)
    once_iam_acts(organization.ground)
    acting: Session = session(organization.emulator, deployer, made)
    return acting.client("ec2", REGION)


def given(organization: Deployed, iam: Any, statements: list[dict[str, Any]]) -> None:
    """Write what the role that preserves may do, and wait until it counts (trap 3.15)."""
    text = document(*statements)
    iam.put_role_policy(RoleName=PRESERVE, PolicyName="may", PolicyDocument=text)
    once_iam_acts(organization.ground)


def shares(network: Network, snapshot: Any) -> Any:
    """With whom a snapshot is shared."""
    return network.ec2.describe_snapshot_attribute(
        SnapshotId=snapshot["SnapshotId"], Attribute="createVolumePermission"
    )["CreateVolumePermissions"]


def own_snapshot(organization: Deployed, account: str) -> str:
    ec2 = organization.ground.client(account, "ec2", REGION)
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    taken: str = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    organization.settle(60)
    return taken


def copied(organization: Deployed, ec2: Any, account: str, key: str) -> str:
    """Copy a snapshot to a key; the id of the copy, or raises what EC2 answers."""
    copy: str = ec2.copy_snapshot(
        SourceSnapshotId=own_snapshot(organization, account),
        SourceRegion=REGION,
        Encrypted=True,
        KmsKeyId=key,
    )["SnapshotId"]
    return copy


def test_a_members_snapshot_is_copied_to_the_security_accounts_key_and_shared(
    organization: Deployed,
) -> None:
    with organization.network("tax", REGION) as network:
        found = organization.attack(network, network.add_instance())
        [copy] = network.snapshots(found, copies=True)
        assert (network.account, copy["OwnerId"]) == (TAX, TAX)
        assert copy["KmsKeyId"] == key_of(organization)
        assert copy["KmsKeyId"].startswith(f"arn:aws:kms:{REGION}:{SECURITY}:key/")
        assert shares(network, copy) == [{"UserId": FORENSICS}]
        assert "failed" not in organization.stages(found)


def test_a_copy_that_comes_to_nothing_is_told_and_made_anew_by_hand(
    organization: Deployed,
) -> None:
    """So ends a copy on AWS whose key EC2 may not use (botocore: ec2 model, CopySnapshot)."""
    automation = organization.emulator.world.automation
    with organization.network("tax", REGION) as network:

        def spoil(call: Any) -> None:
            if (call.step, call.operation) == ("recover_share", "DescribeSnapshots"):
                for each in ec2_backends[TAX][REGION].snapshots.values():
                    if "containment:copy-of" in {tag["key"] for tag in each.get_tags()}:
                        each.status = "error"

        target = network.add_instance()
        automation.before_call = spoil
        try:
            found = organization.attack(network, target)
        finally:
            automation.before_call = None
        [spoilt] = network.snapshots(found, copies=True)
        [why] = [str(r.why) for r in organization.records(found) if r.stage == "failed"]
        assert f"{spoilt['SnapshotId']}, a copy of " in why
        assert " is error" in why
        arn = f"arn:aws:ec2:{REGION}:{TAX}:instance/{target.instance}"
        organization.start(network, PRESERVE, Resource=arn)
        shared = [c for c in network.snapshots(found, copies=True) if shares(network, c)]
        assert len(shared) == 1
        assert shared[0]["SnapshotId"] != spoilt["SnapshotId"]


def test_no_other_role_of_a_member_uses_the_key_nor_does_its_deployer(
    organization: Deployed,
) -> None:
    alias = f"arn:aws:kms:{REGION}:{SECURITY}:{SNAPSHOT_KEY}"
    for number, (account, key) in enumerate(
        [(TAX, key_of(organization)), (TAX, alias), (MANAGEMENT, alias)]
    ):
        administrator = as_role(organization, account, f"administrator-{number}", EC2, KMS)
        with pytest.raises(ClientError, match="UnauthorizedOperation"):
            copied(organization, administrator, account, key)
    deployer = organization.emulator.world.clients.account(TAX)
    with pytest.raises(ClientError, match="AccessDenied"):
        deployer.client("kms", REGION).describe_key(KeyId=key_of(organization))


@pytest.mark.parametrize("removed", PERMISSIONS)
def test_without_a_permission_of_its_own_role_nothing_is_shared_and_people_are_told(
    organization: Deployed, removed: str
) -> None:
    """The key's policy does not suffice: the role's own decides as well."""
    with organization.network("tax", REGION) as network:
        iam = organization.ground.client(TAX, "iam", REGION)
        whole = iam.get_role_policy(RoleName=PRESERVE, PolicyName="may")["PolicyDocument"]
        less = [
            each
            for each in whole["Statement"]
            if removed not in each["Action"] or "CreateSnapshots" in json.dumps(each)
        ]
        given(organization, iam, less)
        target = network.add_instance()
        try:
            found = organization.attack(network, target)
        finally:
            given(organization, iam, whole["Statement"])
        assert [c for c in network.snapshots(found, copies=True) if shares(network, c)] == []
        [why] = [str(r.why) for r in organization.records(found) if r.stage == "failed"]
        assert "UnauthorizedOperation" in why
        arn = f"arn:aws:ec2:{REGION}:{TAX}:instance/{target.instance}"
        organization.start(network, PRESERVE, Resource=arn)
        [copy] = network.snapshots(found, copies=True)
        assert shares(network, copy) == [{"UserId": FORENSICS}]


def test_by_itself_and_not_through_ec2_not_even_the_role_that_preserves_uses_the_key(
    organization: Deployed,
) -> None:
    deployer = organization.emulator.world.clients.account(TAX)
    iam = deployer.client("iam")
    was = iam.get_role(RoleName=PRESERVE)["Role"]["AssumeRolePolicyDocument"]
    mine = trust(AWS=f"arn:aws:iam::{TAX}:root")
    iam.update_assume_role_policy(RoleName=PRESERVE, PolicyDocument=mine)
    once_iam_acts(organization.ground)
    try:
        acting = session(organization.emulator, deployer, f"arn:aws:iam::{TAX}:role/{PRESERVE}")
        with pytest.raises(ClientError, match="AccessDenied"):
            acting.client("kms", REGION).describe_key(KeyId=key_of(organization))
    finally:
        iam.update_assume_role_policy(RoleName=PRESERVE, PolicyDocument=document(*was["Statement"]))
