"""Auto Scaling groups as a whole: their sizes, their end, and what is not emulated of them."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator.server import Emulator
from tests.emulated import TAX, client, instance_state, members, refused, scaling_group

Start = Callable[..., Emulator]


def test_a_smaller_group_terminates_members_in_service_and_none_on_standby(
    emulator: Start,
) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    waiting, *others = scaling_group(running, "web", 0, 3, 3)
    scaling.enter_standby(
        AutoScalingGroupName="web", InstanceIds=[waiting], ShouldDecrementDesiredCapacity=True
    )
    running.world.clock.sleep(running.world.timing.scaling_step)
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=0)
    assert members(running, "web") == {waiting: "Standby"}
    assert {instance_state(running, other) for other in others} == {"terminated"}
    more = {"AutoScalingGroupName": "web", "DesiredCapacity": 4}
    assert refused(scaling.set_desired_capacity, **more) == "ValidationError"


def test_a_group_with_members_is_deleted_by_force_alone(emulator: Start) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    [member] = scaling_group(running, "web", 1, 1, 1)
    client(running, TAX, "ec2").modify_instance_attribute(
        InstanceId=member, DisableApiTermination={"Value": True}
    )
    gone = {"AutoScalingGroupName": "web"}
    assert refused(scaling.delete_auto_scaling_group, **gone) == "ResourceInUse"
    scaling.delete_auto_scaling_group(**gone, ForceDelete=True)
    assert instance_state(running, member) == "terminated"
    assert scaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []


def test_a_member_that_a_person_terminates_is_replaced(emulator: Start) -> None:
    running = emulator()
    [member] = scaling_group(running, "web", 1, 1, 1)
    client(running, TAX, "ec2").terminate_instances(InstanceIds=[member])
    [other] = members(running, "web")
    assert other != member
    client(running, TAX, "autoscaling").terminate_instance_in_auto_scaling_group(
        InstanceId=other, ShouldDecrementDesiredCapacity=False
    )
    assert instance_state(running, other) == "terminated"
    assert len(members(running, "web")) == 1


def test_what_moto_would_only_nod_at_is_not_emulated(emulator: Start) -> None:
    running = emulator()
    scaling = client(running, TAX, "autoscaling")
    scaling_group(running, "web", 1, 1, 1)
    hook = {"LifecycleHookName": "h", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
    where = {"AutoScalingGroupName": "web"}
    assert refused(scaling.put_lifecycle_hook, **where, **hook) == "NotEmulated"
    assert refused(scaling.describe_scaling_activities, **where) == "NotEmulated"


def test_a_second_group_of_a_name_is_refused(emulator: Start) -> None:
    running = emulator()
    scaling_group(running, "web", 1, 1, 1)
    code = refused(
        client(running, TAX, "autoscaling").create_auto_scaling_group,
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web"},
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["eu-west-1a"],
    )
    assert code == "AlreadyExists"
