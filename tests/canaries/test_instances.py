"""Canaries of what an instance is made of: protections, snapshots, names, branch interfaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import (
    REGION,
    SECURITY,
    TAX,
    allow,
    branch,
    client,
    connect,
    delegated,
    flow,
    group,
    instance,
    listening,
    looked_up,
)

PEER = "203.0.113.7"


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def quarantined(running: Emulator, made: dict[str, Any]) -> list[str]:
    """Every interface in the instance's list, now in a group without any rule."""
    ec2 = client(running, TAX, "ec2")
    none = group(running, "quarantine", made["VpcId"])
    attached = [{"Name": "attachment.instance-id", "Values": [made["InstanceId"]]}]
    found = ec2.describe_network_interfaces(Filters=attached)["NetworkInterfaces"]
    listed = [str(each["NetworkInterfaceId"]) for each in found]
    for interface in listed:
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[none])
    return listed


@canary("2.6")
def test_two_attributes_in_one_call_are_refused(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    made = instance(running)
    with pytest.raises(ClientError, match="Fields for multiple attribute types specified"):
        client(running, TAX, "ec2").modify_instance_attribute(
            InstanceId=made["InstanceId"],
            DisableApiTermination={"Value": True},
            InstanceInitiatedShutdownBehavior={"Value": "stop"},
        )


@canary("2.9")
def test_what_a_quarantined_instance_looks_up_is_found_all_the_same(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    made = instance(running, script="#!/bin/sh\ngetent hosts guarddutyc2activityb.com\n")
    quarantined(running, made)
    running.world.clock.sleep(3600)
    assert [account for account, *_ in bus.events] == [TAX, SECURITY]


@canary("2.9")
def test_a_quarantined_interface_has_names_resolved(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    made = instance(running)
    [interface] = quarantined(running, made)
    assert looked_up(running, interface, "x.attacker.example")
    client(running, TAX, "ec2").stop_instances(InstanceIds=[made["InstanceId"]])
    assert not looked_up(running, interface, "x.attacker.example")


@canary("2.11")
def test_a_snapshot_is_not_copied_before_it_is_completed(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    instance(running)
    [volume] = ec2.describe_volumes()["Volumes"]
    taken = ec2.create_snapshot(VolumeId=volume["VolumeId"])["SnapshotId"]
    with pytest.raises(ClientError) as refused:
        ec2.copy_snapshot(SourceSnapshotId=taken, SourceRegion=REGION)
    assert code(refused) == "IncorrectState"
    running.world.clock.sleep(running.world.timing.snapshot)
    assert ec2.copy_snapshot(SourceSnapshotId=taken, SourceRegion=REGION)["SnapshotId"] != taken


@canary("2.11")
def test_a_snapshot_on_the_managed_key_is_not_shared(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1, Encrypted=True)["VolumeId"]
    taken = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    with pytest.raises(ClientError) as refused:
        ec2.modify_snapshot_attribute(
            SnapshotId=taken, CreateVolumePermission={"Add": [{"UserId": SECURITY}]}
        )
    assert code(refused) == "OperationNotPermitted"


@canary("2.12")
def test_an_ended_instance_is_described_without_a_network_and_not_for_ever(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    [seen] = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    assert "VpcId" not in seen["Instances"][0]
    running.world.clock.sleep(3600)
    assert ec2.describe_instances()["Reservations"] == []


@canary("2.15")
def test_a_branch_interface_is_in_no_list_and_goes_on_alone(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    made = instance(running)
    pod = branch(running, made)
    ec2 = client(running, TAX, "ec2")
    own = group(running, "pod", made["VpcId"])
    allow(running, own, egress=[(f"{PEER}/32", 443)])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=pod, Groups=[own])
    opened = connect(running, pod, PEER, 443)
    assert opened["alive"]
    assert pod not in quarantined(running, made)
    assert flow(running, opened["id"])["alive"]
    assert connect(running, pod, PEER, 443)["alive"]
