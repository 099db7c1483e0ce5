"""What IAM's and STS's operations ask of IAM (source: AWS's service authorization reference)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.iam.models import iam_backends

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
from rehearsal.emulator.principals import PARTITION
from rehearsal.emulator.world import NotEmulatedError

_KNOWN = (
    REQUEST_TAGS | RESOURCE_TAGS | {"iam:policyarn", "iam:permissionsboundary", "iam:resourcetag/"}
)


def pass_role(role_arn: str | None, service: str) -> Need:
    """The need of whoever hands a role to a service."""
    return Need(
        action="iam:PassRole",
        resource=role_arn,
        context={"iam:passedtoservice": (service,)},
        known=frozenset({"iam:passedtoservice"}),
    )


def _assume_role(call: Call) -> Iterator[Need]:
    for parameter in ("Tags", "PolicyArns", "TransitiveTagKeys", "SourceIdentity"):
        if call.params.get(parameter):
            raise NotEmulatedError(f"sts:AssumeRole with {parameter} is not emulated")
    context: Context = {"sts:rolesessionname": (call.params["RoleSessionName"],)}
    if external := call.params.get("ExternalId"):
        context["sts:externalid"] = (external,)
    yield Need(
        action="sts:AssumeRole",
        resource=call.params["RoleArn"],
        context=context,
        known=REQUEST_TAGS | {"sts:externalid", "sts:rolesessionname", "sts:sourceidentity"},
    )


def _not_emulated(call: Call) -> Iterator[Need]:
    raise NotEmulatedError(f"{call.action} is not emulated: its credentials would belong to nobody")


_ON_ROLES = ("Attach", "Detach", "PutRolePolicy", "DeleteRolePolicy")


def by_parameters(call: Call) -> Iterator[Need]:
    """IAM's operations name their role, user, group or policy; listings have none.

    Tags of what is there, and a role's boundary, are filled in where the operation speaks of it.
    """
    params = call.params
    backend = iam_backends[call.account][PARTITION]
    role = _role(call) if "RoleName" in params else None
    there: Any = None
    resource: str | None = None
    if name := params.get("InstanceProfileName"):
        there = backend.instance_profiles.get(name)
        resource = _arn(call, "instance-profile", name, there)
    elif name := params.get("RoleName"):
        there, resource = role, _arn(call, "role", name, role)
    elif name := params.get("UserName"):
        there = backend.users.get(name)
        resource = _arn(call, "user", name, there)
    elif name := params.get("GroupName"):
        resource = _arn(call, "group", name, backend.groups.get(name))
    elif "PolicyArn" in params:
        resource = params["PolicyArn"]
        there = backend.managed_policies.get(resource)
    elif name := params.get("PolicyName"):
        resource = _arn(call, "policy", name, None)
    elif call.operation.startswith("List"):
        resource = "*"
    tags = _tags(there)
    context = requested_tags(params.get("Tags")) | resource_tags(tags) | resource_tags(tags, "iam")
    if keys := params.get("TagKeys"):
        context["aws:tagkeys"] = tuple(keys)
    if call.operation.startswith(("Attach", "Detach")):
        context["iam:policyarn"] = (params["PolicyArn"],)
    held = role.permissions_boundary_arn if role and call.operation.startswith(_ON_ROLES) else None
    if boundary := params.get("PermissionsBoundary") or held:
        context["iam:permissionsboundary"] = (boundary,)
    yield Need(action=call.action, resource=resource, context=context, known=_KNOWN)
    if call.operation == "AddRoleToInstanceProfile":
        yield pass_role(_arn(call, "role", params["RoleName"], role), "ec2.amazonaws.com")


def pass_role_in(call: Call, profile: Mapping[str, Any]) -> Iterator[Need]:
    """The need of whoever hands EC2 an instance profile: to pass the role that it holds.

    (AWS docs: id_roles_use_switch-role-ec2.) Of a profile that is not there, no role is known.
    """
    known = list(iam_backends[call.account][PARTITION].instance_profiles.values())
    for one in known:
        if one.name == profile.get("Name") or one.arn == profile.get("Arn"):
            yield from (pass_role(role.arn, "ec2.amazonaws.com") for role in one.roles)
            return
    yield pass_role(None, "ec2.amazonaws.com")


def _role(call: Call) -> Any:
    roles = list(iam_backends[call.account][PARTITION].roles.values())
    return next((role for role in roles if role.name == call.params["RoleName"]), None)


def _tags(there: Any) -> dict[str, str]:
    tags = (there.tags if there else None) or []
    listed = tags.values() if isinstance(tags, dict) else tags  # moto has policies' as a dict
    return {str(tag["Key"]): str(tag["Value"]) for tag in listed}


def _arn(call: Call, kind: str, name: str, there: Any) -> str:
    """The ARN of what is there, or of what the call would make."""
    if there:
        return str(there.arn)
    path = call.params.get("Path") or "/" if call.operation.startswith("Create") else "/"
    return f"arn:aws:iam::{call.account}:{kind}{path}{name}"


STS_RULES: dict[str, Rule] = {
    "AssumeRole": _assume_role,
    "GetCallerIdentity": lambda _: (),  # allowed whatever the policies say (botocore: sts model)
    **dict.fromkeys(
        (
            *("GetSessionToken", "GetFederationToken", "AssumeRoot"),
            *("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"),
        ),
        _not_emulated,
    ),
}
