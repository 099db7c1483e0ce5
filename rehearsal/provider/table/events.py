"""EventBridge: buses, their policies, rules and targets (botocore: events model)."""

from __future__ import annotations

from rehearsal.provider.codecs import Document, Pairs, Shape
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging

BUS_ARN = "arn:{partition}:events:{region}:{account}:event-bus/{name}"


def _rule_arn(scope: Scope) -> str:
    bus = scope["eventBusName"].rpartition("/")[2]
    where = "" if bus == "default" else f"{bus}/"
    account, region = scope["account"], scope["region"]
    return f"arn:{scope['partition']}:events:{region}:{account}:rule/{where}{scope['name']}"


def _tagged(arn: object) -> Tagging:
    return Tagging(
        add=Call("tag_resource", ResourceARN=arn, Tags="{tags}"),
        remove=Call("untag_resource", ResourceARN=arn, TagKeys="{keys}"),
        read=Call("list_tags_for_resource", ResourceARN=arn),
        path="Tags",
        to="Tags",
        codec=Pairs(),
    )


BUS = Property(to="EventBusName", read="EventBusName", change="replace", default="default")

KINDS: dict[str, Kind] = {
    "aws:cloudwatch/eventBus:EventBus": Kind(
        service="events",
        create=Call("create_event_bus"),
        read=Call("describe_event_bus", Name="{name}"),
        update=Call("update_event_bus", Name="{name}"),
        delete=Call("delete_event_bus", Name="{name}"),
        id="{name}",
        properties={
            "name": Property(to="Name", read="Name", change="replace"),
            "description": Property(to="Description", read="Description", cleared=""),
            "kmsKeyIdentifier": Property(
                to="KmsKeyIdentifier", read="KmsKeyIdentifier", cleared=""
            ),
            "deadLetterConfig": Property(
                to="DeadLetterConfig",
                read="DeadLetterConfig",
                codec=Shape({"arn": "Arn"}),
                cleared={},
            ),
        },
        outputs={"arn": BUS_ARN},
        auto_named="name",
        tags=_tagged(BUS_ARN),
    ),
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": Kind(
        service="events",
        create=Call("put_permission"),
        read=Call("describe_event_bus", Name="{eventBusName}"),
        pick="Policy && @",
        delete=Call("remove_permission", EventBusName="{eventBusName}", RemoveAllPermissions=True),
        id="{eventBusName}",
        properties={
            "eventBusName": Property(to="EventBusName", change="replace", default="default"),
            "policy": Property(to="Policy", read="Policy", codec=Document()),
        },
        identity=("eventBusName",),
    ),
    "aws:cloudwatch/eventRule:EventRule": Kind(
        service="events",
        create=Call("put_rule"),
        read=Call("describe_rule", Name="{name}", EventBusName="{eventBusName}"),
        delete=Call("delete_rule", Name="{name}", EventBusName="{eventBusName}"),
        id=lambda scope: (
            scope["name"]
            if scope["eventBusName"] == "default"
            else f"{scope['eventBusName']}/{scope['name']}"
        ),
        properties={
            "name": Property(to="Name", read="Name", change="replace"),
            "eventBusName": BUS,
            "eventPattern": Property(to="EventPattern", read="EventPattern", codec=Document()),
            "scheduleExpression": Property(to="ScheduleExpression", read="ScheduleExpression"),
            "state": Property(to="State", read="State", default="ENABLED"),
            "description": Property(to="Description", read="Description"),
            "roleArn": Property(to="RoleArn", read="RoleArn"),
        },
        outputs={"arn": _rule_arn},
        identity=("name", "eventBusName"),
        auto_named="name",
        tags=_tagged(_rule_arn),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Kind(
        service="events",
        create=Call("put_targets"),
        read=Call("list_targets_by_rule", Rule="{rule}", EventBusName="{eventBusName}"),
        pick="Targets[?Id=='{targetId}'] | [0]",
        delete=Call(
            "remove_targets", Rule="{rule}", EventBusName="{eventBusName}", Ids=["{targetId}"]
        ),
        id="{eventBusName}/{rule}/{targetId}",
        properties={
            "rule": Property(to="Rule", change="replace"),
            "eventBusName": Property(to="EventBusName", change="replace", default="default"),
            "targetId": Property(to="Targets.0.Id", read="Id", change="replace"),
            "arn": Property(to="Targets.0.Arn", read="Arn"),
            "roleArn": Property(to="Targets.0.RoleArn", read="RoleArn"),
            "input": Property(to="Targets.0.Input", read="Input", codec=Document()),
            "inputPath": Property(to="Targets.0.InputPath", read="InputPath"),
            "inputTransformer": Property(
                to="Targets.0.InputTransformer",
                read="InputTransformer",
                codec=Shape({"inputPaths": "InputPathsMap", "inputTemplate": "InputTemplate"}),
            ),
            "deadLetterConfig": Property(
                to="Targets.0.DeadLetterConfig",
                read="DeadLetterConfig",
                codec=Shape({"arn": "Arn"}),
            ),
            "retryPolicy": Property(
                to="Targets.0.RetryPolicy",
                read="RetryPolicy",
                codec=Shape(
                    {
                        "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
                        "maximumRetryAttempts": "MaximumRetryAttempts",
                    }
                ),
            ),
            "sqsTarget": Property(
                to="Targets.0.SqsParameters",
                read="SqsParameters",
                codec=Shape({"messageGroupId": "MessageGroupId"}),
            ),
        },
        identity=("rule", "eventBusName", "targetId"),
        auto_named="targetId",
    ),
}
