"""What EC2's operations ask of IAM (source: AWS's service authorization reference).

Known are the operations that a containment uses; of the others the action, not the resource.
Optional resources are asked about as soon as the call names them. ``ec2:Vpc`` and the like are not
filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from moto.ec2.models import ec2_backends

from rehearsal.emulator.actions import snapshots
from rehearsal.emulator.actions.identity import pass_role_in
from rehearsal.emulator.actions.need import (
    REQUEST_TAGS,
    RESOURCE_TAGS,
    Call,
    Context,
    Need,
    Rule,
    requested_tags,
    resource_tags,
)

KINDS = {
    "i": "instance",
    "vol": "volume",
    "snap": "snapshot",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "eni": "network-interface",
    "vpc": "vpc",
    "subnet": "subnet",
    "acl": "network-acl",
    "rtb": "route-table",
    "igw": "internet-gateway",
    "ami": "image",
}
"""Prefix of an id → resource type in ARNs."""

_OWNERLESS = {"snapshot", "image"}
_TAGGED = RESOURCE_TAGS | {"ec2:resourcetag/", "ec2:region"}


def arn(call: Call, kind: str, name: str) -> str:
    """The ARN of a resource; snapshots and images have no account in theirs."""
    return call.arn(f"{kind}/{name}", account="" if kind in _OWNERLESS else None)


def existing(call: Call, identifier: str, action: str = "") -> Need:
    """The need for a resource that is there, with its tags; of an unknown kind, no resource."""
    kind = KINDS.get(identifier.split("-")[0])
    tags = ec2_backends[call.account][call.region].tags.get(identifier, {})
    return Need(
        action=action or call.action,
        resource=arn(call, kind, identifier) if kind else None,
        context=resource_tags(tags) | resource_tags(tags, "ec2") | _region(call),
        known=_TAGGED,
    )


def _region(call: Call) -> Context:
    return {"ec2:region": (call.region,)}


def _created(call: Call, kind: str) -> Iterator[Need]:
    """The needs for a resource that the call makes; tags need CreateTags with ec2:CreateAction."""
    specifications = call.params.get("TagSpecifications") or ()
    tags = [t for s in specifications if s.get("ResourceType") == kind for t in s.get("Tags") or ()]
    context = requested_tags(tags) | _region(call)
    known = REQUEST_TAGS | {"ec2:region"}
    yield Need(action=call.action, resource=arn(call, kind, "*"), context=context, known=known)
    if tags:
        yield Need(
            action="ec2:CreateTags",
            resource=arn(call, kind, "*"),
            context=context | {"ec2:createaction": (call.operation,)},
            known=known | {"ec2:createaction"},
        )


def _create_snapshots(call: Call) -> Iterator[Need]:
    instance = call.params["InstanceSpecification"]["InstanceId"]
    yield existing(call, instance)
    backend = ec2_backends[call.account][call.region]
    for volume in list(backend.volumes.values()):
        if volume.attachment and volume.attachment.instance.id == instance:
            yield existing(call, volume.id)
    yield from _created(call, "snapshot")


def _create_snapshot(call: Call) -> Iterator[Need]:
    yield existing(call, call.params["VolumeId"])
    yield from _created(call, "snapshot")


def _create_security_group(call: Call) -> Iterator[Need]:
    if vpc := call.params.get("VpcId"):
        yield existing(call, vpc)
    yield from _created(call, "security-group")


def _change_tags(call: Call) -> Iterator[Need]:
    context = requested_tags(call.params.get("Tags"))
    for identifier in call.params.get("Resources", ()):
        need = existing(call, identifier)
        yield Need(
            action=need.action,
            resource=need.resource,
            context=need.context | context,
            known=need.known | REQUEST_TAGS | {"ec2:createaction"},
        )


def _profile_association(call: Call) -> Iterator[Need]:
    """An instance and its profile; by the association's id, the instance that it belongs to."""
    associations = ec2_backends[call.account][call.region].iam_instance_profile_associations
    identifier = call.params.get("AssociationId")
    named = [one.instance_id for one in associations.values() if one.association_id == identifier]
    instances = [call.params["InstanceId"]] if "InstanceId" in call.params else named
    yield from (existing(call, instance) for instance in instances)
    if not instances:
        yield Need(action=call.action)
    if profile := call.params.get("IamInstanceProfile"):
        yield from pass_role_in(call, profile)


def _modify_instance_attribute(call: Call) -> Iterator[Need]:
    """The instance, with the attribute and its new value where it is a single one.

    (AWS docs: iam-policies-for-amazon-ec2, on ``ec2:Attribute``.)
    """
    context: Context = {}
    for name, value in call.params.items():
        if isinstance(value, Mapping) and set(value) == {"Value"}:
            context["ec2:attribute"] = (*context.get("ec2:attribute", ()), name)
            text = str(value["Value"])
            plain = text.lower() if isinstance(value["Value"], bool) else text
            context[f"ec2:attribute/{name.lower()}"] = (plain,)
    for need in _on("InstanceId", "Groups")(call):
        known = need.known | {"ec2:attribute", "ec2:attribute/"}
        yield replace(need, context=need.context | context, known=known)


def _on(*parameters: str) -> Rule:
    """The needs for each resource whose id these parameters hold."""

    def rule(call: Call) -> Iterator[Need]:
        named = [i for p in parameters for i in _identifiers(call.params.get(p))]
        yield from (existing(call, identifier) for identifier in named)
        if not named:
            yield Need(action=call.action)

    return rule


def _identifiers(value: Any) -> Iterable[str]:
    return () if value is None else value if isinstance(value, list) else (value,)


RULES: dict[str, Rule] = {
    "CreateSnapshots": _create_snapshots,
    "CreateSnapshot": _create_snapshot,
    "CreateSecurityGroup": _create_security_group,
    "CreateTags": _change_tags,
    "DeleteTags": _change_tags,
    "ModifyNetworkInterfaceAttribute": _on("NetworkInterfaceId", "Groups"),
    "ModifyInstanceAttribute": _modify_instance_attribute,
    "CopySnapshot": snapshots.copying(existing, _created),
    "ModifySnapshotAttribute": snapshots.sharing(existing),
    "DeleteSnapshot": _on("SnapshotId"),
    "DescribeInstanceAttribute": _on("InstanceId"),
    "GetConsoleOutput": _on("InstanceId"),
    **dict.fromkeys(
        (
            *("AssociateIamInstanceProfile", "DisassociateIamInstanceProfile"),
            "ReplaceIamInstanceProfileAssociation",
        ),
        _profile_association,
    ),
    **dict.fromkeys(
        (
            *("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
            *("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "DeleteSecurityGroup"),
        ),
        _on("GroupId"),
    ),
    **dict.fromkeys(
        ("StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"),
        _on("InstanceIds"),
    ),
}


def otherwise(call: Call) -> Iterator[Need]:
    """Describe has no resource, save that of one attribute; of other operations it is unknown."""
    listing = call.operation.startswith("Describe") and not call.operation.endswith("Attribute")
    yield Need(
        action=call.action,
        resource="*" if listing else None,
        context=_region(call),
        known=frozenset({"ec2:region"}),
    )
    if profile := call.params.get("IamInstanceProfile"):
        yield from pass_role_in(call, profile)
