"""Deeds on instances, their network and their disks."""

from __future__ import annotations

from collections.abc import Iterator

from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.actions.need import Context, Need, requested_tags, resource_tags
from rehearsal.thief.deed import Deed, Scene, ask, deed

OURS = {"containment:managed": "isolate_instance"}
INTO, OUT = "ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"


def machine_deeds(scene: Scene) -> Iterator[Deed]:
    """To open or cut what is running, to run something, to read a disk."""
    yield from _network(scene)
    yield from _instances(scene)
    yield from _disks(scene)


def _network(scene: Scene) -> Iterator[Deed]:
    def group(action: str, **tags: str) -> Need:
        named = {key.replace("_", ":", 1): value for key, value in tags.items()}
        return ask(action, scene.here.arn("ec2", "security-group/sg-1"), resource_tags(named))

    def making(tags: dict[str, str]) -> list[Need]:
        made = scene.here.arn("ec2", "security-group/*")
        context = requested_tags([{"Key": k, "Value": v} for k, v in tags.items()])
        needs = [
            ask("ec2:CreateSecurityGroup", scene.here.arn("ec2", "vpc/vpc-1")),
            ask("ec2:CreateSecurityGroup", made, context),
        ]
        created: Context = {**context, "ec2:createaction": ("CreateSecurityGroup",)}
        return [*needs, ask("ec2:CreateTags", made, created)] if tags else needs

    interface = ask(
        "ec2:ModifyNetworkInterfaceAttribute", scene.here.arn("ec2", "network-interface/eni-1")
    )
    yield deed(
        "open or empty a security group that is not ours",
        {
            "open": [group(INTO)],
            "empty": [group("ec2:RevokeSecurityGroupIngress")],
            "delete": [group("ec2:DeleteSecurityGroup")],
            "tag as ours": [
                ask("ec2:CreateTags", scene.here.arn("ec2", "security-group/sg-1"), _tags(OURS))
            ],
        },
    )
    yield deed(
        "open the quarantine group",
        {
            "into it": [group(INTO, containment_managed="isolate_instance")],
            "out of it": [group(OUT, containment_managed="isolate_instance")],
        },
    )
    yield deed(
        "make a security group",
        {"with our tag": making(OURS), "without": making({}), "with any tag": making({"a": "b"})},
    )
    yield deed(
        "put an interface into a group that is open to all, out of quarantine or into it",
        {
            "any interface of the account, any group": [
                interface,
                group("ec2:ModifyNetworkInterfaceAttribute"),
            ],
        },
    )
    yield deed(
        "change routes, network ACLs or public addresses",
        {
            "a route": [ask("ec2:CreateRoute", scene.here.arn("ec2", "route-table/rtb-1"))],
            "an ACL": [ask("ec2:CreateNetworkAclEntry", scene.here.arn("ec2", "network-acl/a-1"))],
            "an address": [ask("ec2:AssociateAddress", interface.resource or "")],
        },
    )
    scaling = scene.here.arn("autoscaling", "autoScalingGroup:u:autoScalingGroupName/any")
    yield deed(
        "take instances out of service, or put them back",
        {
            "out of any Auto Scaling group": [ask("autoscaling:EnterStandby", scaling)],
            "back into any": [ask("autoscaling:ExitStandby", scaling)],
            "change a group's size": [ask("autoscaling:UpdateAutoScalingGroup", scaling)],
            "end one of its instances": [
                ask("autoscaling:TerminateInstanceInAutoScalingGroup", scaling)
            ],
        },
    )


def _tags(tags: dict[str, str]) -> Context:
    return requested_tags([{"Key": key, "Value": value} for key, value in tags.items()])


def _instances(scene: Scene) -> Iterator[Deed]:
    here = scene.here
    instance = here.arn("ec2", "instance/i-1")

    def changed(*attributes: str) -> list[Need]:
        return [ask("ec2:ModifyInstanceAttribute", instance, {"ec2:attribute": attributes})]

    yield deed(
        "stop, start or end an instance",
        {
            "start": [ask("ec2:StartInstances", instance)],
            "stop": [ask("ec2:StopInstances", instance)],
            "reboot": [ask("ec2:RebootInstances", instance)],
            "end": [ask("ec2:TerminateInstances", instance)],
        },
    )
    yield deed(
        "take off or set the protections of an instance",
        {
            "against its end": changed("DisableApiTermination"),
            "against a stop": changed("DisableApiStop"),
            "what a shutdown from inside does": changed("InstanceInitiatedShutdownBehavior"),
        },
    )
    yield deed(
        "run code on an instance",
        {
            "its user data": changed("UserData"),
            "its user data, if AWS tells IAM no attribute": [
                ask("ec2:ModifyInstanceAttribute", instance)
            ],
            "a command": [
                ask("ssm:SendCommand", instance),
                ask("ssm:SendCommand", f"arn:aws:ssm:{here.region}::document/AWS-RunShellScript"),
            ],
            "a session": [ask("ssm:StartSession", instance)],
            "a key for its login": [ask("ec2-instance-connect:SendSSHPublicKey", instance)],
        },
    )
    yield deed(
        "give an instance another role, or run something new",
        {
            "another profile": [
                ask("ec2:AssociateIamInstanceProfile", instance),
                pass_role(here.role("some-application"), "ec2.amazonaws.com"),
            ],
            "a new instance": [ask("ec2:RunInstances", here.arn("ec2", "instance/*"))],
            "a function": [ask("lambda:CreateFunction", here.arn("lambda", "function:new"))],
        },
    )


def _disks(scene: Scene) -> Iterator[Deed]:
    here = scene.here
    instance, volume = here.arn("ec2", "instance/i-1"), here.arn("ec2", "volume/vol-1")
    snapshot = f"arn:aws:ec2:{here.region}::snapshot/snap-1"
    made = f"arn:aws:ec2:{here.region}::snapshot/*"
    yield deed(
        "copy a disk within the account",
        {
            "a snapshot of any volume": [
                ask("ec2:CreateSnapshot", volume),
                ask("ec2:CreateSnapshot", made),
            ],
            "snapshots of any instance": [
                ask("ec2:CreateSnapshots", instance),
                ask("ec2:CreateSnapshots", volume),
                ask("ec2:CreateSnapshots", made),
            ],
        },
    )
    yield deed(
        "read a disk, or carry it out of the account",
        {
            "share a snapshot": [
                ask(
                    "ec2:ModifySnapshotAttribute",
                    snapshot,
                    {"ec2:attribute": ("createVolumePermission",)},
                )
            ],
            "copy it": [ask("ec2:CopySnapshot", snapshot), ask("ec2:CopySnapshot", made)],
            "read its blocks": [ask("ebs:GetSnapshotBlock", snapshot)],
            "a volume of it": [ask("ec2:CreateVolume", volume)],
            "attach a volume": [
                ask("ec2:AttachVolume", instance),
                ask("ec2:AttachVolume", volume),
            ],
        },
    )
    yield deed(
        "delete a snapshot or a volume",
        {
            "a snapshot": [ask("ec2:DeleteSnapshot", snapshot)],
            "a volume": [ask("ec2:DeleteVolume", volume)],
        },
    )
