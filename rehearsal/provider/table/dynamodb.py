"""DynamoDB: tables (botocore: dynamodb model)."""

from __future__ import annotations

from typing import Any

from rehearsal.provider.codecs import Pairs, Same, Several, Shape, Switch
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging

TABLE_ARN = "arn:{partition}:dynamodb:{region}:{account}:table/{name}"


class _Encryption(Same):
    """Server-side encryption: asked for as a switch, told as a status."""

    _asked = Shape({"enabled": "Enabled", "kmsKeyArn": "KMSMasterKeyId"})
    _told = Shape({"enabled": ("Status", Switch()), "kmsKeyArn": "KMSMasterKeyArn"})

    def sent(self, value: Any) -> Any:
        return {**self._asked.sent(value), **({"SSEType": "KMS"} if value.get("enabled") else {})}

    def seen(self, value: Any, held: Any) -> Any:
        return self._told.seen(value, held)

    def unmapped(self, value: Any, path: str) -> Any:
        return self._asked.unmapped(value, path)


def _key_schema(scope: Scope) -> list[dict[str, str]]:
    keys = [(scope["hashKey"], "HASH"), (scope.get("rangeKey"), "RANGE")]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys if name]


def _within(name: str) -> Any:
    """A template: the keys of a nested input, by AWS's names."""
    return lambda scope: NESTED[name].sent(scope[name])


# Told with a status each, asked for with a switch.
NESTED = {
    "pointInTimeRecovery": Shape(
        {
            "enabled": "PointInTimeRecoveryEnabled",
            "recoveryPeriodInDays": "RecoveryPeriodInDays",
        }
    ),
    "ttl": Shape({"attributeName": "AttributeName", "enabled": "Enabled"}),
}

KINDS: dict[str, Kind] = {
    "aws:dynamodb/table:Table": Kind(
        service="dynamodb",
        create=Call("create_table", KeySchema=_key_schema),
        read=Call("describe_table", TableName="{id}"),
        update=Call("update_table", TableName="{id}"),
        delete=Call("delete_table", TableName="{id}"),
        id="{name}",
        properties={
            "name": Property(to="TableName", read="Table.TableName", change="replace"),
            "hashKey": Property(
                read="Table.KeySchema[?KeyType=='HASH'] | [0].AttributeName", change="replace"
            ),
            "rangeKey": Property(
                read="Table.KeySchema[?KeyType=='RANGE'] | [0].AttributeName", change="replace"
            ),
            "attributes": Property(
                to="AttributeDefinitions",
                read="Table.AttributeDefinitions",
                codec=Several(Shape({"name": "AttributeName", "type": "AttributeType"})),
            ),
            "billingMode": Property(
                to="BillingMode",
                read="Table.BillingModeSummary.BillingMode",
                default="PROVISIONED",
            ),
            "readCapacity": Property(
                to="ProvisionedThroughput.ReadCapacityUnits",
                read="Table.ProvisionedThroughput.ReadCapacityUnits",
            ),
            "writeCapacity": Property(
                to="ProvisionedThroughput.WriteCapacityUnits",
                read="Table.ProvisionedThroughput.WriteCapacityUnits",
            ),
            "deletionProtectionEnabled": Property(
                to="DeletionProtectionEnabled",
                read="Table.DeletionProtectionEnabled",
                cleared=False,
            ),
            "serverSideEncryption": Property(
                to="SSESpecification", read="Table.SSEDescription", codec=_Encryption()
            ),
            "pointInTimeRecovery": Property(
                read="ContinuousBackupsDescription.PointInTimeRecoveryDescription",
                codec=Shape(
                    {
                        "enabled": ("PointInTimeRecoveryStatus", Switch()),
                        "recoveryPeriodInDays": "RecoveryPeriodInDays",
                    }
                ),
                change=Call(
                    "update_continuous_backups",
                    TableName="{id}",
                    PointInTimeRecoverySpecification=_within("pointInTimeRecovery"),
                ),
                clear=Call(
                    "update_continuous_backups",
                    TableName="{id}",
                    PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
                ),
            ),
            "ttl": Property(
                read="TimeToLiveDescription",
                codec=Shape(
                    {
                        "attributeName": "AttributeName",
                        "enabled": ("TimeToLiveStatus", Switch()),
                    }
                ),
                change=Call(
                    "update_time_to_live", TableName="{id}", TimeToLiveSpecification=_within("ttl")
                ),
            ),
        },
        also={
            "pointInTimeRecovery": Call("describe_continuous_backups", TableName="{id}"),
            "ttl": Call("describe_time_to_live", TableName="{id}"),
        },
        outputs={"arn": TABLE_ARN},
        auto_named="name",
        tags=Tagging(
            add=Call("tag_resource", ResourceArn=TABLE_ARN, Tags="{tags}"),
            remove=Call("untag_resource", ResourceArn=TABLE_ARN, TagKeys="{keys}"),
            read=Call("list_tags_of_resource", ResourceArn=TABLE_ARN),
            path="Tags",
            to="Tags",
            codec=Pairs(),
        ),
    ),
}
