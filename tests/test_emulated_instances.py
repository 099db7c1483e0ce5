"""Instances as the emulator has them: what protects one, and what is left when it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    TAX,
    client,
    connect,
    first,
    flow,
    group,
    instance,
    refused,
)

Start = Callable[..., Emulator]

PEER = "203.0.113.7"
KEEP = [{"DeviceName": "/dev/sda1", "Ebs": {"DeleteOnTermination": False}}]


def attribute(ec2: Any, made: dict[str, Any], name: str) -> Any:
    answer = ec2.describe_instance_attribute(InstanceId=made["InstanceId"], Attribute=name)
    return answer[name[0].upper() + name[1:]]["Value"]


@pytest.mark.parametrize("protection", ["disableApiTermination", "disableApiStop"])
def test_a_protected_instance_is_not_terminated(emulator: Start, protection: str) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made, other = instance(running), instance(running)
    both = [other["InstanceId"], made["InstanceId"]]
    ec2.modify_instance_attribute(InstanceId=made["InstanceId"], Attribute=protection, Value="true")
    assert attribute(ec2, made, protection) is True
    assert refused(ec2.terminate_instances, InstanceIds=both) == "OperationNotPermitted"
    states = ec2.describe_instances(InstanceIds=both)["Reservations"]
    assert {one["Instances"][0]["State"]["Name"] for one in states} == {"running"}
    ec2.modify_instance_attribute(
        InstanceId=made["InstanceId"], Attribute=protection, Value="false"
    )
    ec2.terminate_instances(InstanceIds=both)


def test_stop_protection_forbids_the_stop_and_termination_protection_does_not(
    emulator: Start,
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    named = {"InstanceId": made["InstanceId"]}
    ec2.modify_instance_attribute(**named, DisableApiStop={"Value": True})
    assert refused(ec2.stop_instances, InstanceIds=[made["InstanceId"]]) == "OperationNotPermitted"
    ec2.modify_instance_attribute(**named, DisableApiStop={"Value": False})
    ec2.modify_instance_attribute(**named, DisableApiTermination={"Value": True})
    ec2.stop_instances(InstanceIds=[made["InstanceId"]])


def test_what_a_shutdown_does_is_set_and_nothing_else_changes(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    named = {"InstanceId": made["InstanceId"]}
    ec2.modify_instance_attribute(**named, InstanceInitiatedShutdownBehavior={"Value": "terminate"})
    assert attribute(ec2, made, "instanceInitiatedShutdownBehavior") == "terminate"
    running.world.clock.sleep(2)
    [seen] = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    assert seen["Instances"][0]["SecurityGroups"] == made["SecurityGroups"] != []
    wrong = {"InstanceInitiatedShutdownBehavior": {"Value": "hibernate"}}
    assert refused(ec2.modify_instance_attribute, **named, **wrong) == "InvalidParameterValue"
    assert refused(ec2.modify_instance_attribute, **named) == "InvalidParameterCombination"


def test_a_spot_instance_takes_no_protection(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    [made] = ec2.run_instances(
        ImageId="ami-760aaa0f",
        MinCount=1,
        MaxCount=1,
        InstanceMarketOptions={"MarketType": "spot"},
    )["Instances"]
    protect = {"InstanceId": made["InstanceId"], "DisableApiTermination": {"Value": True}}
    assert refused(ec2.modify_instance_attribute, **protect) == "UnsupportedOperation"


def test_a_volume_outlives_its_instance_where_that_is_set(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    kept, lost = instance(running), instance(running)
    ec2.modify_instance_attribute(InstanceId=kept["InstanceId"], BlockDeviceMappings=KEEP)
    seen = ec2.describe_instance_attribute(
        InstanceId=kept["InstanceId"], Attribute="blockDeviceMapping"
    )["BlockDeviceMappings"]
    assert [one["Ebs"]["DeleteOnTermination"] for one in seen] == [False]
    ec2.terminate_instances(InstanceIds=[kept["InstanceId"], lost["InstanceId"]])
    left = ec2.describe_volumes()["Volumes"]
    assert [(one["VolumeId"], one["State"]) for one in left] == [
        (seen[0]["Ebs"]["VolumeId"], "available")
    ]


def test_a_device_that_is_not_there_is_refused(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    wrong = [{"DeviceName": "/dev/xvdz", "Ebs": {"DeleteOnTermination": False}}]
    code = refused(
        client(running, TAX, "ec2").modify_instance_attribute,
        InstanceId=made["InstanceId"],
        BlockDeviceMappings=wrong,
    )
    assert code == "InvalidInstanceAttributeValue"


def test_an_ended_instance_is_described_for_an_hour_without_a_network(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    named = {"InstanceIds": [made["InstanceId"]]}
    ec2.terminate_instances(**named)
    [seen] = ec2.describe_instances(**named)["Reservations"][0]["Instances"]
    assert seen["State"]["Name"] == "terminated"
    assert (seen["NetworkInterfaces"], seen["SecurityGroups"]) == ([], [])
    assert {"VpcId", "SubnetId", "PrivateIpAddress"} & seen.keys() == set()
    protect = {"InstanceId": made["InstanceId"], "DisableApiStop": {"Value": True}}
    assert refused(ec2.modify_instance_attribute, **protect) == "IncorrectInstanceState"
    running.world.clock.sleep(3599)
    assert ec2.describe_instances(**named)["Reservations"]
    running.world.clock.sleep(1)
    assert refused(ec2.describe_instances, **named) == "InvalidInstanceID.NotFound"
    assert ec2.describe_instances()["Reservations"] == []


def test_a_stopped_instance_takes_other_groups_and_its_connections_are_over(
    emulator: Start,
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    named = {"InstanceIds": [made["InstanceId"]]}
    none = group(running, "quarantine", made["VpcId"])
    opened = connect(running, first(made), PEER, 443)
    ec2.stop_instances(**named)
    assert not flow(running, opened["id"])["alive"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=first(made), Groups=[none])
    ec2.start_instances(**named)
    assert not connect(running, first(made), PEER, 443)["alive"]
