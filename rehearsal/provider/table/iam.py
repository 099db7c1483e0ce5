"""IAM: roles, their inline policies, and managed policies (botocore: iam model)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.provider.codecs import Document, Pairs
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging

MOST_VERSIONS = 5
"""Of one managed policy (AWS docs: reference_iam-quotas)."""


def _policy_arn(scope: Scope) -> str:
    path = scope.get("path") or "/"
    return f"arn:{scope['partition']}:iam::{scope['account']}:policy{path}{scope['name']}"


def _new_version(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    """A new default version; the oldest of those that are not goes where there are five."""
    old = _old_versions(call)
    if len(old) == MOST_VERSIONS - 1:
        call(Call("delete_policy_version", PolicyArn="{id}", VersionId=old[-1]))
    call(
        Call(
            "create_policy_version",
            PolicyArn="{id}",
            PolicyDocument="{policy}",
            SetAsDefault=True,
        )
    )


def _delete_policy(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    """IAM deletes a policy only when its other versions are gone."""
    for version in _old_versions(call):
        call(Call("delete_policy_version", PolicyArn="{id}", VersionId=version))
    call(Call("delete_policy", PolicyArn="{id}"))


def _old_versions(call: Callable[[Call], dict[str, Any]]) -> list[str]:
    """Ids of the versions that are not the default, newest first, as IAM lists them."""
    versions = call(Call("list_policy_versions", PolicyArn="{id}"))["Versions"]
    old = [each["VersionId"] for each in versions if not each["IsDefaultVersion"]]
    return sorted(old, key=lambda name: int(name.removeprefix("v")), reverse=True)


KINDS: dict[str, Kind] = {
    "aws:iam/role:Role": Kind(
        service="iam",
        create=Call("create_role"),
        read=Call("get_role", RoleName="{id}"),
        update=Call("update_role", RoleName="{id}"),
        delete=Call("delete_role", RoleName="{id}"),
        id="{name}",
        properties={
            "name": Property(to="RoleName", read="Role.RoleName", change="replace"),
            "path": Property(to="Path", read="Role.Path", change="replace", default="/"),
            "assumeRolePolicy": Property(
                to="AssumeRolePolicyDocument",
                read="Role.AssumeRolePolicyDocument",
                codec=Document(),
                change=Call(
                    "update_assume_role_policy",
                    RoleName="{id}",
                    PolicyDocument="{assumeRolePolicy}",
                ),
            ),
            "description": Property(to="Description", read="Role.Description", cleared=""),
            "maxSessionDuration": Property(
                to="MaxSessionDuration", read="Role.MaxSessionDuration", default=3600
            ),
            "permissionsBoundary": Property(
                to="PermissionsBoundary",
                read="Role.PermissionsBoundary.PermissionsBoundaryArn",
                change=Call(
                    "put_role_permissions_boundary",
                    RoleName="{id}",
                    PermissionsBoundary="{permissionsBoundary}",
                ),
                clear=Call("delete_role_permissions_boundary", RoleName="{id}"),
            ),
        },
        outputs={
            "arn": lambda scope: (
                f"arn:{scope['partition']}:iam::{scope['account']}:role"
                f"{scope.get('path') or '/'}{scope['name']}"
            ),
            "uniqueId": "{@Role.RoleId}",
        },
        auto_named="name",
        tags=Tagging(
            add=Call("tag_role", RoleName="{id}", Tags="{tags}"),
            remove=Call("untag_role", RoleName="{id}", TagKeys="{keys}"),
            read=Call("list_role_tags", RoleName="{id}"),
            path="Tags",
            to="Tags",
            codec=Pairs(),
        ),
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(
        service="iam",
        create=Call("put_role_policy"),
        read=Call("get_role_policy", RoleName="{role}", PolicyName="{name}"),
        delete=Call("delete_role_policy", RoleName="{role}", PolicyName="{name}"),
        id="{role}:{name}",
        properties={
            "name": Property(to="PolicyName", read="PolicyName", change="replace"),
            "role": Property(to="RoleName", read="RoleName", change="replace"),
            "policy": Property(to="PolicyDocument", read="PolicyDocument", codec=Document()),
        },
        identity=("name", "role"),
        auto_named="name",
    ),
    "aws:iam/policy:Policy": Kind(
        service="iam",
        create=Call("create_policy"),
        read=Call("get_policy", PolicyArn="{id}"),
        also={
            "policy": Call(
                "get_policy_version", PolicyArn="{id}", VersionId="{@Policy.DefaultVersionId}"
            )
        },
        delete=_delete_policy,
        id=_policy_arn,
        properties={
            "name": Property(to="PolicyName", read="Policy.PolicyName", change="replace"),
            "path": Property(to="Path", read="Policy.Path", change="replace", default="/"),
            "description": Property(to="Description", read="Policy.Description", change="replace"),
            "policy": Property(
                to="PolicyDocument",
                read="PolicyVersion.Document",
                codec=Document(),
                change=_new_version,
            ),
        },
        outputs={"arn": _policy_arn, "policyId": "{@Policy.PolicyId}"},
        auto_named="name",
        tags=Tagging(
            add=Call("tag_policy", PolicyArn="{id}", Tags="{tags}"),
            remove=Call("untag_policy", PolicyArn="{id}", TagKeys="{keys}"),
            read=Call("list_policy_tags", PolicyArn="{id}"),
            path="Tags",
            to="Tags",
            codec=Pairs(),
        ),
    ),
}
