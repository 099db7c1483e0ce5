"""Canaries of Auto Scaling: what it does to an instance that is isolated while it is in service."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import TAX, client, group, instance_state, refused, scaling_group


def isolate(running: Emulator, instance_id: str) -> None:
    ec2 = client(running, TAX, "ec2")
    [seen] = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"]
    none = group(running, "quarantine", seen["VpcId"])
    for interface in seen["NetworkInterfaces"]:
        ec2.modify_network_interface_attribute(
            NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=[none]
        )


@canary("2.5")
def test_an_isolated_member_in_service_is_terminated_and_replaced(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    [member] = scaling_group(running, "web", 1, 1, 2)
    isolate(running, member)
    running.world.clock.sleep(running.world.timing.scaling_health)
    assert instance_state(running, member) == "terminated"
    described = client(running, TAX, "autoscaling").describe_auto_scaling_groups()
    [found] = described["AutoScalingGroups"]
    [other] = found["Instances"]
    assert other["InstanceId"] != member
    assert other["LifecycleState"] == "InService"


@canary("2.5")
def test_a_member_goes_to_standby_from_the_service_alone_and_within_the_sizes(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    [member] = scaling_group(running, "web", 1, 1, 2)
    named = {"AutoScalingGroupName": "web", "InstanceIds": [member]}
    down = {**named, "ShouldDecrementDesiredCapacity": True}
    assert refused(scaling.enter_standby, **down) == "ValidationError"
    scaling.enter_standby(**named, ShouldDecrementDesiredCapacity=False)
    again = {**named, "ShouldDecrementDesiredCapacity": False}
    assert refused(scaling.enter_standby, **again) == "ValidationError"


@canary("2.6")
def test_protection_does_not_bind_auto_scaling(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    [member] = scaling_group(running, "web", 1, 1, 2)
    client(running, TAX, "ec2").modify_instance_attribute(
        InstanceId=member, DisableApiTermination={"Value": True}
    )
    isolate(running, member)
    running.world.clock.sleep(running.world.timing.scaling_health)
    assert instance_state(running, member) == "terminated"
