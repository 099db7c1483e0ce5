"""IAM: roles and their inline policies (botocore: iam model)."""

from __future__ import annotations

from rehearsal.provider.codecs import Document, Pairs
from rehearsal.provider.kinds import Call, Kind, Property, Tagging

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
}
