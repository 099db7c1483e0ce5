"""What IAM's and STS's operations ask of IAM (source: AWS's service authorization reference)."""

from __future__ import annotations

from collections.abc import Iterator

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


def by_parameters(call: Call) -> Iterator[Need]:
    """IAM's operations name their role, user, group or policy; listings have none."""
    params = call.params
    backend = iam_backends[call.account][PARTITION]
    path = params.get("Path", "/") if call.operation.startswith("Create") else None
    tags: dict[str, str] = {}
    resource: str | None = None
    if name := params.get("InstanceProfileName"):
        resource = _arn(call, "instance-profile", path or "/", name)
    elif name := params.get("RoleName"):
        role = next((r for r in list(backend.roles.values()) if r.name == name), None)
        tags = {t["Key"]: t["Value"] for t in (role.tags if role else ())}
        resource = role.arn if role else _arn(call, "role", path or "/", name)
    elif name := params.get("UserName"):
        user = backend.users.get(name)
        resource = user.arn if user else _arn(call, "user", path or "/", name)
    elif name := params.get("GroupName"):
        resource = _arn(call, "group", path or "/", name)
    elif "PolicyArn" in params:
        resource = params["PolicyArn"]
    elif name := params.get("PolicyName"):
        resource = _arn(call, "policy", path or "/", name)
    elif call.operation.startswith("List"):
        resource = "*"
    context = requested_tags(params.get("Tags")) | resource_tags(tags) | resource_tags(tags, "iam")
    if keys := params.get("TagKeys"):
        context["aws:tagkeys"] = tuple(keys)
    if call.operation.startswith(("Attach", "Detach")):
        context["iam:policyarn"] = (params["PolicyArn"],)
    if boundary := params.get("PermissionsBoundary"):
        context["iam:permissionsboundary"] = (boundary,)
    yield Need(action=call.action, resource=resource, context=context, known=_KNOWN)
    if call.operation == "AddRoleToInstanceProfile":
        role = next((r for r in list(backend.roles.values()) if r.name == params["RoleName"]), None)
        arn = role.arn if role else _arn(call, "role", "/", params["RoleName"])
        yield pass_role(arn, "ec2.amazonaws.com")


def _arn(call: Call, kind: str, path: str, name: str) -> str:
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
