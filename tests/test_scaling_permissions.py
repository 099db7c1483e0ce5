"""IAM for Auto Scaling and for snapshots: which group, which tags, which key."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow
from tests.emulated import REGION, TAX, client, refused, scaling_group

Start = Callable[..., Emulator]

GROUPS = f"arn:aws:autoscaling:{REGION}:{TAX}:autoScalingGroup:*:autoScalingGroupName"


def test_a_group_is_named_by_its_arn_and_asked_about_by_its_tags(emulator: Start) -> None:
    running = emulator()
    tags = [{"Key": "team", "Value": "tax", "PropagateAtLaunch": True}]
    [one] = scaling_group(running, "one", 0, 1, 1, Tags=tags)
    [two] = scaling_group(running, "two", 0, 1, 1)
    tagged = {"StringEquals": {"autoscaling:ResourceTag/team": "tax"}}
    for number, (statement, codes) in enumerate(
        (
            (
                allow("autoscaling:EnterStandby", f"{GROUPS}/one"),
                {"one": None, "two": "AccessDenied"},
            ),
            (
                allow("autoscaling:DetachInstances", "*", Condition=tagged),
                {"one": "ValidationError", "two": "AccessDenied"},
            ),
        )
    ):
        runner = acting(running, statement, name=f"runner-{number}")
        scaling = runner.client("autoscaling", REGION)
        call = scaling.detach_instances if number else scaling.enter_standby
        for (name, code), member in zip(codes.items(), (one, two), strict=True):
            given = {
                "AutoScalingGroupName": name,
                "InstanceIds": [member],
                "ShouldDecrementDesiredCapacity": True,
            }
            if code is None:
                call(**given)
            else:
                assert refused(call, **given) == code


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
    given = {
        "SourceSnapshotId": source,
        "SourceRegion": REGION,
        "Encrypted": True,
        "KmsKeyId": key,
    }
    without = acting(running, copying, name="without")
    with_key = acting(running, copying, allow(uses, key, Condition=through), name="with-key")
    assert refused(without.client("ec2", REGION).copy_snapshot, **given) == "UnauthorizedOperation"
    with_key.client("ec2", REGION).copy_snapshot(**given)
