"""KMS: keys and aliases (botocore: kms model)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.provider.codecs import Document, Pairs
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging


def _rotation(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    if not scope.get("enableKeyRotation"):
        call(Call("disable_key_rotation", KeyId="{id}"))
        return
    call(Call("enable_key_rotation", KeyId="{id}", RotationPeriodInDays="{rotationPeriodInDays?}"))


def _enabled(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    call(Call("enable_key" if scope["isEnabled"] else "disable_key", KeyId="{id}"))


ALIAS_ARN = "arn:{partition}:kms:{region}:{account}:{name}"

KINDS: dict[str, Kind] = {
    "aws:kms/key:Key": Kind(
        service="kms",
        create=Call("create_key"),
        read=Call("describe_key", KeyId="{id}"),
        # A key waits for its end for days, and is as good as gone from the first of them.
        pick="KeyMetadata.KeyState != 'PendingDeletion' && @",
        delete=Call(
            "schedule_key_deletion", KeyId="{id}", PendingWindowInDays="{deletionWindowInDays?}"
        ),
        id="{@KeyMetadata.KeyId}",
        properties={
            "description": Property(
                to="Description",
                read="KeyMetadata.Description",
                change=Call("update_key_description", KeyId="{id}", Description="{description}"),
                clear=Call("update_key_description", KeyId="{id}", Description=""),
            ),
            "policy": Property(
                to="Policy",
                read="Policy",
                codec=Document(),
                change=Call(
                    "put_key_policy", KeyId="{id}", PolicyName="default", Policy="{policy}"
                ),
            ),
            "keyUsage": Property(to="KeyUsage", read="KeyMetadata.KeyUsage", change="replace"),
            "customerMasterKeySpec": Property(
                to="KeySpec", read="KeyMetadata.KeySpec", change="replace"
            ),
            "multiRegion": Property(
                to="MultiRegion", read="KeyMetadata.MultiRegion", change="replace"
            ),
            "isEnabled": Property(read="KeyMetadata.Enabled", change=_enabled, default=True),
            "enableKeyRotation": Property(
                read="KeyRotationEnabled", change=_rotation, default=False
            ),
            "rotationPeriodInDays": Property(read="RotationPeriodInDays", change=_rotation),
            "deletionWindowInDays": Property(change=lambda call, scope: None),
        },
        also={
            "policy": Call("get_key_policy", KeyId="{id}", PolicyName="default"),
            "enableKeyRotation": Call("get_key_rotation_status", KeyId="{id}"),
        },
        outputs={
            "keyId": "{id}",
            "arn": "arn:{partition}:kms:{region}:{account}:key/{id}",
        },
        identity=(),
        tags=Tagging(
            add=Call("tag_resource", KeyId="{id}", Tags="{tags}"),
            remove=Call("untag_resource", KeyId="{id}", TagKeys="{keys}"),
            read=Call("list_resource_tags", KeyId="{id}"),
            path="Tags",
            to="Tags",
            codec=Pairs("TagKey", "TagValue"),
        ),
    ),
    "aws:kms/alias:Alias": Kind(
        service="kms",
        create=Call("create_alias"),
        read=Call("list_aliases"),
        pick="Aliases[?AliasName=='{id}'] | [0]",
        update=Call("update_alias", AliasName="{id}"),
        delete=Call("delete_alias", AliasName="{id}"),
        id="{name}",
        properties={
            "name": Property(to="AliasName", read="AliasName", change="replace"),
            "targetKeyId": Property(to="TargetKeyId", read="TargetKeyId"),
        },
        outputs={"arn": ALIAS_ARN},
        auto_named="name",
    ),
}
