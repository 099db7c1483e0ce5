"""Members of Auto Scaling groups in the emulator: their states, and who is replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    TAX,
    client,
    first,
    group,
    instance,
    instance_state,
    members,
    refused,
    scaling_group,
)

Start = Callable[..., Emulator]


def capacity(running: Emulator) -> int:
    [found] = client(running, TAX, "autoscaling").describe_auto_scaling_groups()[
        "AutoScalingGroups"
    ]
    return int(found["DesiredCapacity"])


def named(*instances: str) -> dict[str, Any]:
    return {"AutoScalingGroupName": "web", "InstanceIds": list(instances)}


def standby(running: Emulator, member: str, *, decrement: bool) -> None:
    client(running, TAX, "autoscaling").enter_standby(
        **named(member), ShouldDecrementDesiredCapacity=decrement
    )


def a_while(running: Emulator) -> None:
    running.world.clock.sleep(running.world.timing.scaling_step)


def isolate(running: Emulator, instance_id: str) -> None:
    ec2 = client(running, TAX, "ec2")
    [seen] = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"]
    none = group(running, f"quarantine-{instance_id}", seen["VpcId"])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=first(seen), Groups=[none])


def test_a_member_is_found_by_its_instance(emulator: Start) -> None:
    running = emulator()
    [member, _] = scaling_group(running, "web", 1, 2, 2)
    scaling = client(running, TAX, "autoscaling")
    alone = instance(running)["InstanceId"]
    [seen] = scaling.describe_auto_scaling_instances(InstanceIds=[member, alone])[
        "AutoScalingInstances"
    ]
    assert (seen["InstanceId"], seen["AutoScalingGroupName"], seen["LifecycleState"]) == (
        member,
        "web",
        "InService",
    )


def test_standby_takes_a_while_and_the_capacity_falls_and_rises(emulator: Start) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    [member, other] = scaling_group(running, "web", 1, 2, 2)
    standby(running, member, decrement=True)
    assert members(running, "web") == {member: "EnteringStandby", other: "InService"}
    assert refused(scaling.exit_standby, **named(member)) == "ValidationError"
    a_while(running)
    assert members(running, "web") == {member: "Standby", other: "InService"}
    assert capacity(running) == 1
    scaling.exit_standby(**named(member))
    assert (members(running, "web")[member], capacity(running)) == ("Pending", 2)
    a_while(running)
    assert members(running, "web") == {member: "InService", other: "InService"}


def test_standby_without_a_decrement_starts_a_replacement_and_the_way_back_may_be_too_far(
    emulator: Start,
) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    [member] = scaling_group(running, "web", 1, 1, 1)
    with pytest.raises(ClientError, match="min-size=1, max-size=1, and desired-size=1"):
        standby(running, member, decrement=True)
    standby(running, member, decrement=False)
    a_while(running)
    assert sorted(members(running, "web").values()) == ["InService", "Standby"]
    with pytest.raises(ClientError, match="please update the AutoScalingGroup sizes"):
        scaling.exit_standby(**named(member))


def test_a_member_on_standby_is_isolated_in_peace(emulator: Start) -> None:
    running = emulator()
    [member] = scaling_group(running, "web", 0, 1, 1)
    standby(running, member, decrement=True)
    isolate(running, member)
    running.world.clock.sleep(10 * running.world.timing.scaling_health)
    assert (members(running, "web"), instance_state(running, member)) == (
        {member: "Standby"},
        "running",
    )


def test_a_member_that_is_released_in_time_is_left_alone(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    [member] = scaling_group(running, "web", 1, 1, 1)
    [seen] = ec2.describe_instances(InstanceIds=[member])["Reservations"][0]["Instances"]
    isolate(running, member)
    running.world.clock.sleep(10)
    ec2.modify_network_interface_attribute(
        NetworkInterfaceId=first(seen), Groups=[g["GroupId"] for g in seen["SecurityGroups"]]
    )
    running.world.clock.sleep(running.world.timing.scaling_health)
    assert members(running, "web") == {member: "InService"}


def test_an_isolated_member_that_comes_back_from_standby_is_replaced(emulator: Start) -> None:
    running = emulator()
    [member] = scaling_group(running, "web", 0, 1, 1)
    standby(running, member, decrement=True)
    isolate(running, member)
    a_while(running)
    client(running, TAX, "autoscaling").exit_standby(**named(member))
    a_while(running)
    running.world.clock.sleep(running.world.timing.scaling_health)
    assert instance_state(running, member) == "terminated"


@pytest.mark.parametrize("process", ["ReplaceUnhealthy", "HealthCheck"])
def test_a_suspended_process_spares_the_member(emulator: Start, process: str) -> None:
    running = emulator()
    [member] = scaling_group(running, "web", 1, 1, 1)
    client(running, TAX, "autoscaling").suspend_processes(
        AutoScalingGroupName="web", ScalingProcesses=[process]
    )
    isolate(running, member)
    running.world.clock.sleep(running.world.timing.scaling_health)
    assert members(running, "web") == {member: "InService"}


def test_a_member_that_is_stopped_or_called_unhealthy_is_replaced(emulator: Start) -> None:
    running = emulator()
    stopped, ill, well = scaling_group(running, "web", 3, 3, 3)
    client(running, TAX, "ec2").stop_instances(InstanceIds=[stopped])
    client(running, TAX, "autoscaling").set_instance_health(
        InstanceId=ill, HealthStatus="Unhealthy"
    )
    running.world.clock.sleep(running.world.timing.scaling_health)
    left = members(running, "web")
    assert len(left) == 3
    assert {stopped, ill, well} & left.keys() == {well}


def test_a_detached_instance_goes_on_alone_and_can_be_attached_again(emulator: Start) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    [member] = scaling_group(running, "web", 1, 1, 2)
    down = {**named(member), "ShouldDecrementDesiredCapacity": True}
    assert refused(scaling.detach_instances, **down) == "ValidationError"
    scaling.detach_instances(**named(member), ShouldDecrementDesiredCapacity=False)
    assert members(running, "web")[member] == "Detaching"
    a_while(running)
    [other] = members(running, "web")
    assert (other != member, instance_state(running, member)) == (True, "running")
    isolate(running, member)
    running.world.clock.sleep(running.world.timing.scaling_health)
    assert instance_state(running, member) == "running"
    scaling.attach_instances(**named(member))
    assert (members(running, "web")[member], capacity(running)) == ("Pending", 2)
    assert refused(scaling.attach_instances, **named(member)) == "ValidationError"


def test_what_does_not_run_or_does_not_fit_is_not_attached(emulator: Start) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    scaling_group(running, "web", 1, 1, 1)
    alone, stopped = (instance(running)["InstanceId"] for _ in range(2))
    client(running, TAX, "ec2").stop_instances(InstanceIds=[stopped])
    with pytest.raises(ClientError, match="To attach 1 instance"):
        scaling.attach_instances(**named(alone))
    with pytest.raises(ClientError, match="must be in 'running' state"):
        scaling.attach_instances(**named(stopped))
    other = {**named(alone), "ShouldDecrementDesiredCapacity": False}
    assert refused(scaling.detach_instances, **other) == "ValidationError"
