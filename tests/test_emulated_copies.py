"""Copies of snapshots on another account's key: its policy decides, and the caller's (trap 6.5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.actors import START, acting, allow, iam_acts
from tests.emulated import LAND_REGISTRY, REGION, SECURITY, TAX, client

ALIAS = "alias/copies"
NAMED = f"arn:aws:kms:{REGION}:{SECURITY}:{ALIAS}"
KEYS = f"arn:aws:kms:{REGION}:{SECURITY}:key/*"
BY_ALIAS = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ALIAS}}
USES = ["kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo"]
GRANT = "kms:CreateGrant"
THROUGH_EC2 = {"StringLike": {"kms:ViaService": "ec2.*"}}
FOR_AWS = {**THROUGH_EC2, "Bool": {"kms:GrantIsForAWSResource": "true"}}


def key_for(running: Emulator, *accounts: str) -> str:
    """A key of the security account that lets accounts copy with it; its ARN."""
    kms = client(running, SECURITY, "kms")
    own, *others = (f"arn:aws:iam::{who}:root" for who in (SECURITY, *accounts))
    guards = [allow("kms:*", Principal={"AWS": own})]
    for other in others:
        guards += [
            allow(USES, Principal={"AWS": other}, Condition=THROUGH_EC2),
            allow(GRANT, Principal={"AWS": other}, Condition=FOR_AWS),
        ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": guards})
    key: str = kms.create_key(Policy=policy)["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=key)
    return key


def copier(running: Emulator, *statements: dict[str, Any], **volume: Any) -> Callable[[str], str]:
    """Copies an own snapshot to a key, as a role of the tax account that may do so much."""
    ec2 = client(running, TAX, "ec2")
    made = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1, **volume)["VolumeId"]
    source = ec2.create_snapshot(VolumeId=made)["SnapshotId"]
    running.world.clock.sleep(running.world.timing.snapshot)
    role = acting(running, allow("ec2:*"), *statements).client("ec2", REGION)
    iam_acts(running)

    def copy(key: str) -> str:
        named = {"SourceSnapshotId": source, "SourceRegion": REGION}
        copied: str = role.copy_snapshot(**named, Encrypted=True, KmsKeyId=key)["SnapshotId"]
        return copied

    return copy


@pytest.mark.parametrize("by_alias", [True, False])
@pytest.mark.parametrize("volume", [{}, {"Encrypted": True}])
def test_a_copy_is_on_another_accounts_key_whatever_its_source_is_on_and_can_be_shared(
    emulator: START, volume: dict[str, Any], *, by_alias: bool
) -> None:
    running = emulator()
    key = key_for(running, TAX)
    copied = copier(running, allow([*USES, GRANT], KEYS, Condition=BY_ALIAS), **volume)(
        NAMED if by_alias else key
    )
    ec2 = client(running, TAX, "ec2")
    [seen] = ec2.describe_snapshots(SnapshotIds=[copied])["Snapshots"]
    assert (seen["Encrypted"], seen["KmsKeyId"]) == (True, key)
    whom = [{"UserId": LAND_REGISTRY}]
    ec2.modify_snapshot_attribute(SnapshotId=copied, CreateVolumePermission={"Add": whom})
    shared = ec2.describe_snapshot_attribute(SnapshotId=copied, Attribute="createVolumePermission")
    assert shared["CreateVolumePermissions"] == whom


def test_the_keys_policy_has_to_let_the_account_in(emulator: START) -> None:
    running = emulator()
    key = key_for(running, LAND_REGISTRY)
    copy = copier(running, allow("kms:*"))
    for name in (key, NAMED):
        with pytest.raises(ClientError, match="UnauthorizedOperation"):
            copy(name)


@pytest.mark.parametrize(
    "resource", [NAMED, f"arn:aws:kms:{REGION}:{TAX}:key/*"], ids=["alias", "own"]
)
def test_the_callers_policy_has_to_name_the_key_and_an_alias_does_not(
    emulator: START, resource: str
) -> None:
    running = emulator()
    key_for(running, TAX)
    copy = copier(running, allow("kms:*", resource))
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        copy(NAMED)


@pytest.mark.parametrize("action", [*USES, GRANT])
def test_each_action_of_a_copy_is_asked_for(emulator: START, action: str) -> None:
    running = emulator()
    key_for(running, TAX)
    less = [each for each in (*USES, GRANT) if each != action]
    copy = copier(running, allow(less, KEYS), Encrypted=True)
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        copy(NAMED)


@pytest.mark.parametrize(
    "name", [f"{NAMED}-missing", KEYS.replace("*", "0" * 8), "alias/missing", "0" * 8]
)
def test_a_key_that_is_not_there_is_nobodys_to_use(emulator: START, name: str) -> None:
    running = emulator()
    key_for(running, TAX)
    copy = copier(running, allow("kms:*"))
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        copy(name)


def test_a_source_on_a_key_of_its_own_is_read_with_that_key(emulator: START) -> None:
    running = emulator()
    key_for(running, TAX)
    own = client(running, TAX, "kms").create_key()["KeyMetadata"]["Arn"]
    encrypts = allow([*USES, GRANT], KEYS)
    disk = {"Encrypted": True, "KmsKeyId": own}
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        copier(running, encrypts, **disk)(NAMED)


def test_a_source_on_a_key_of_its_own_is_copied_by_who_may_read_with_it(emulator: START) -> None:
    running = emulator()
    key_for(running, TAX)
    own = client(running, TAX, "kms").create_key()["KeyMetadata"]["Arn"]
    reads = allow(["kms:Decrypt", "kms:ReEncryptFrom"], own, Condition=THROUGH_EC2)
    copy = copier(running, allow([*USES, GRANT], KEYS), reads, Encrypted=True, KmsKeyId=own)
    assert copy(NAMED).startswith("snap-")
