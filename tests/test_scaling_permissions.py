"""IAM for Auto Scaling and for snapshots: which group, which tags, which key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow
from tests.emulated import REGION, TAX, client, refused, scaling_group

Start = Callable[..., Emulator]

GROUPS = f"arn:aws:autoscaling:{REGION}:{TAX}:autoScalingGroup:*:autoScalingGroupName"


def given(name: str, member: str) -> dict[str, Any]:
    return {
        "AutoScalingGroupName": name,
        "InstanceIds": [member],
        "ShouldDecrementDesiredCapacity": True,
    }


def test_a_group_is_named_by_its_arn(emulator: Start) -> None:
    running = emulator()
    [one] = scaling_group(running, "one", 0, 1, 1)
    [two] = scaling_group(running, "two", 0, 1, 1)
    runner = acting(running, allow("autoscaling:EnterStandby", f"{GROUPS}/one"))
    scaling = runner.client("autoscaling", REGION)
    scaling.enter_standby(**given("one", one))
    assert refused(scaling.enter_standby, **given("two", two)) == "AccessDenied"


def test_a_group_is_asked_about_by_its_tags(emulator: Start) -> None:
    running = emulator()
    tags = [{"Key": "team", "Value": "tax", "PropagateAtLaunch": True}]
    [one] = scaling_group(running, "one", 0, 1, 1, Tags=tags)
    [two] = scaling_group(running, "two", 0, 1, 1)
    tagged = {"StringEquals": {"autoscaling:ResourceTag/team": "tax"}}
    runner = acting(running, allow("autoscaling:DetachInstances", "*", Condition=tagged))
    scaling = runner.client("autoscaling", REGION)
    scaling.detach_instances(**given("one", one))
    assert refused(scaling.detach_instances, **given("two", two)) == "AccessDenied"


def test_describing_has_no_resource(emulator: Start) -> None:
    running = emulator()
    action = "autoscaling:DescribeAutoScalingInstances"
    everywhere = acting(running, allow(action), name="everywhere")
    nowhere = acting(running, allow(action, f"{GROUPS}/one"), name="nowhere")
    everywhere.client("autoscaling", REGION).describe_auto_scaling_instances()
    read = nowhere.client("autoscaling", REGION).describe_auto_scaling_instances
    assert refused(read) == "AccessDenied"


def test_a_copy_on_a_key_needs_the_key(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    key = client(running, TAX, "kms").create_key()["KeyMetadata"]["Arn"]
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    source = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    running.world.clock.sleep(running.world.timing.snapshot)
    copying = allow("ec2:CopySnapshot", f"arn:aws:ec2:{REGION}::snapshot/*")
    uses = ["kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"]
    through = {"StringEquals": {"kms:ViaService": f"ec2.{REGION}.amazonaws.com"}}
    wanted = {
        "SourceSnapshotId": source,
        "SourceRegion": REGION,
        "Encrypted": True,
        "KmsKeyId": key,
    }
    without = acting(running, copying, name="without")
    with_key = acting(running, copying, allow(uses, key, Condition=through), name="with-key")
    assert refused(without.client("ec2", REGION).copy_snapshot, **wanted) == "UnauthorizedOperation"
    with_key.client("ec2", REGION).copy_snapshot(**wanted)
