"""Snapshots as the emulator has them: pending at first, copied to a key, shared or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import LAND_REGISTRY, REGION, SECURITY, TAX, client

Start = Callable[..., Emulator]


def taken(running: Emulator, **volume: Any) -> str:
    """A completed snapshot of a new volume."""
    ec2 = client(running, TAX, "ec2")
    made = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1, **volume)["VolumeId"]
    snapshot: str = ec2.create_snapshot(VolumeId=made)["SnapshotId"]
    running.world.clock.sleep(running.world.timing.snapshot)
    return snapshot


def described(running: Emulator, snapshot: str) -> Any:
    ec2 = client(running, TAX, "ec2")
    return ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]


def shared_with(running: Emulator, snapshot: str) -> list[str]:
    seen = client(running, TAX, "ec2").describe_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission"
    )
    return sorted(one["UserId"] for one in seen["CreateVolumePermissions"])


def test_a_snapshot_is_pending_at_first(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    made = ec2.create_snapshot(VolumeId=volume)
    assert (made["State"], made["Progress"]) == ("pending", "0%")
    running.world.clock.sleep(running.world.timing.snapshot)
    seen = described(running, made["SnapshotId"])
    assert (seen["State"], seen["Progress"]) == ("completed", "100%")


def test_a_copy_is_on_the_key_that_it_names_and_can_be_shared(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    key = client(running, TAX, "kms").create_key()["KeyMetadata"]["Arn"]
    source = taken(running, Encrypted=True)
    tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "finding", "Value": "f"}]}]
    copied = ec2.copy_snapshot(
        SourceSnapshotId=source,
        SourceRegion=REGION,
        Encrypted=True,
        KmsKeyId=key,
        TagSpecifications=tags,
    )["SnapshotId"]
    seen = described(running, copied)
    assert (seen["State"], seen["Encrypted"], seen["KmsKeyId"]) == ("pending", True, key)
    assert seen["Tags"] == tags[0]["Tags"]
    for change in (
        {"CreateVolumePermission": {"Add": [{"UserId": SECURITY}]}},
        {"OperationType": "add", "UserIds": [LAND_REGISTRY]},
    ):
        ec2.modify_snapshot_attribute(SnapshotId=copied, **change)
    assert shared_with(running, copied) == [SECURITY, LAND_REGISTRY]
    ec2.modify_snapshot_attribute(
        SnapshotId=copied, CreateVolumePermission={"Remove": [{"UserId": SECURITY}]}
    )
    assert shared_with(running, copied) == [LAND_REGISTRY]


def test_a_copy_without_a_key_of_its_own_is_on_the_managed_one_or_on_none(
    emulator: Start,
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    plain = taken(running)
    copied, encrypted = (
        ec2.copy_snapshot(SourceSnapshotId=plain, SourceRegion=REGION, **more)["SnapshotId"]
        for more in ({}, {"Encrypted": True})
    )
    assert not described(running, copied)["Encrypted"]
    [managed] = [
        alias["TargetKeyId"]
        for alias in client(running, TAX, "kms").list_aliases()["Aliases"]
        if alias["AliasName"] == "alias/aws/ebs" and "TargetKeyId" in alias
    ]
    assert described(running, encrypted)["KmsKeyId"].endswith(managed)


def test_a_key_needs_the_word_encrypted_and_must_be_there(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    named = {"SourceSnapshotId": taken(running), "SourceRegion": REGION}
    key = client(running, TAX, "kms").create_key()["KeyMetadata"]["KeyId"]
    for more, code in (
        ({"KmsKeyId": key}, "InvalidParameterDependency"),
        ({"KmsKeyId": "0" * 8, "Encrypted": True}, "UnauthorizedOperation"),
    ):
        with pytest.raises(ClientError) as refused:
            ec2.copy_snapshot(**named, **more)
        assert refused.value.response["Error"]["Code"] == code


def test_only_a_plain_snapshot_is_made_public(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    everybody = {"CreateVolumePermission": {"Add": [{"Group": "all"}]}}
    ec2.modify_snapshot_attribute(SnapshotId=taken(running), **everybody)
    key = client(running, TAX, "kms").create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError, match="cannot be made public"):
        ec2.modify_snapshot_attribute(
            SnapshotId=taken(running, Encrypted=True, KmsKeyId=key), **everybody
        )
