"""What SQS's, SNS's, EventBridge's and CloudWatch's operations ask of IAM.

(Source: AWS's service authorization reference.) A batch of messages asks for the action of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.actions.need import REQUEST_TAGS, Call, Need, Rule, requested_tags

EVENTS = "events.amazonaws.com"
WITHOUT_RESOURCE = ("Unsubscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes")
"""Operations of SNS that IAM knows no resource of."""


def queue(call: Call) -> Iterator[Need]:
    """The queue of the URL, in whatever account that names."""
    name, owner = call.params.get("QueueName"), call.params.get("QueueOwnerAWSAccountId")
    if url := call.params.get("QueueUrl"):
        owner, name = urlsplit(url).path.strip("/").split("/")[-2:]
    batch = call.operation.endswith("MessageBatch") or call.operation.endswith("VisibilityBatch")
    action = call.action.removesuffix("Batch") if batch else call.action
    tags = call.params.get("tags") or call.params.get("Tags") or {}
    yield Need(
        action=action,
        resource=call.arn(name, account=owner or call.account) if name else "*",
        context=requested_tags([{"Key": k, "Value": v} for k, v in tags.items()]),
        known=REQUEST_TAGS,
    )


def topic(call: Call) -> Iterator[Need]:
    """The topic of the ARN; the default policy of a topic compares ``AWS:SourceOwner``."""
    params = call.params
    resource = params.get("TopicArn") or params.get("TargetArn") or params.get("ResourceArn")
    if call.operation == "CreateTopic":
        resource = call.arn(params["Name"])
    context = {"aws:sourceowner": (call.account,)} | requested_tags(params.get("Tags"))
    for key, parameter in (("sns:protocol", "Protocol"), ("sns:endpoint", "Endpoint")):
        if value := params.get(parameter):
            context[key] = (value,)
    nowhere = call.operation in WITHOUT_RESOURCE or "PhoneNumber" in params
    nowhere = nowhere or (not resource and call.operation.startswith("List"))
    yield Need(
        action="sns:Publish" if call.operation == "PublishBatch" else call.action,
        resource="*" if nowhere else resource,
        context=context,
        known=REQUEST_TAGS | {"aws:sourceowner", "sns:protocol", "sns:endpoint"},
    )


def bus_arn(call: Call, name: str | None) -> str:
    """The ARN of a bus that is named by name, by ARN, or not at all."""
    name = name or "default"
    return name if name.startswith("arn:") else call.arn(f"event-bus/{name}")


def _put_events(call: Call) -> Iterator[Need]:
    for entry in call.params.get("Entries", ()):
        context = {
            "events:source": (entry.get("Source", ""),),
            "events:detail-type": (entry.get("DetailType", ""),),
        }
        yield Need(
            action=call.action,
            resource=bus_arn(call, entry.get("EventBusName")),
            context={key: value for key, value in context.items() if value[0]},
            known=frozenset(context),
        )


def rule_arn(call: Call, name: str) -> str:
    """The ARN of a rule; the default bus is not in it."""
    bus = (call.params.get("EventBusName") or "default").rsplit("/", 1)[-1]
    return call.arn(f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def rule(call: Call) -> Iterator[Need]:
    """The rule or the bus that a call names, and each role that it hands over."""
    params = call.params
    name = params.get("Rule") or (params.get("Name") if call.operation.endswith("Rule") else None)
    if name:
        resource: str | None = rule_arn(call, name)
    elif call.operation in ("PutPermission", "RemovePermission", "ListRules"):
        resource = bus_arn(call, params.get("EventBusName"))
    elif call.operation.endswith("EventBus"):
        resource = bus_arn(call, params.get("Name"))
    else:
        resource = "*" if call.operation.startswith("List") else None
    yield Need(
        action=call.action,
        resource=resource,
        context=requested_tags(params.get("Tags")),
        known=REQUEST_TAGS,
    )
    roles = [params.get("RoleArn"), *(t.get("RoleArn") for t in params.get("Targets") or ())]
    for role in dict.fromkeys(r for r in roles if r):
        if call.operation in ("PutRule", "PutTargets"):
            yield pass_role(role, EVENTS)


def log_group(call: Call) -> Iterator[Need]:
    """A group's ARN in the form that AWS's refusals print: with the stream or an empty one."""
    params = call.params
    group = params.get("logGroupName") or params.get("logGroupIdentifier") or ""
    stream = params.get("logStreamName") or ""
    resource = call.arn(f"log-group:{group.split(':log-group:')[-1]}:log-stream:{stream}")
    unknown = not group and not call.operation.startswith("DescribeLogGroups")
    tags = [{"Key": k, "Value": v} for k, v in (params.get("tags") or {}).items()]
    yield Need(
        action=call.action,
        resource=None if unknown else resource,
        context=requested_tags(tags),
        known=REQUEST_TAGS,
    )


def metrics(call: Call) -> Iterator[Need]:
    """CloudWatch: alarms have ARNs, metrics none, a namespace is a key of PutMetricData."""
    names = call.params.get("AlarmNames") or [call.params.get("AlarmName")]
    reads = call.operation.startswith(("GetMetric", "ListMetrics", "PutMetricData"))
    context = requested_tags(call.params.get("Tags"))
    if call.operation == "PutMetricData" and call.params.get("Namespace"):
        context["cloudwatch:namespace"] = (call.params["Namespace"],)
    for name in names:
        yield Need(
            action=call.action,
            resource=call.arn(f"alarm:{name}") if name else "*" if reads else None,
            context=context,
            known=REQUEST_TAGS | {"cloudwatch:namespace"},
        )


EVENTS_RULES: dict[str, Rule] = {"PutEvents": _put_events}
