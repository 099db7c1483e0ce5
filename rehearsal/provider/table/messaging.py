"""SQS and SNS: queues, topics and their policies (botocore: sqs, sns models)."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.provider.codecs import Codec, Document, Pairs, Text
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging

TEXT = Text()
DOCUMENT = Document()


def _in_queue(name: str, codec: Codec = TEXT, default: Any = None, cleared: Any = None) -> Property:
    path = f"Attributes.{name}"
    return Property(to=path, read=path, codec=codec, default=default, cleared=cleared)


def _in_topic(property_: str, name: str, codec: Codec = TEXT) -> Property:
    """SNS changes one attribute at a time, and only by its own call."""

    def value(scope: Scope) -> str:
        given = scope.get(property_)
        return "" if given is None else str(codec.sent(given))

    change = Call("set_topic_attributes", TopicArn="{id}", AttributeName=name, AttributeValue=value)
    path = f"Attributes.{name}"
    return Property(to=path, read=path, codec=codec, change=change, clear=change)


def _in_subscription(
    property_: str, name: str, codec: Codec = TEXT, default: Any = None
) -> Property:
    """Likewise of a subscription."""

    def value(scope: Scope) -> str:
        given = scope.get(property_)
        nothing = "{}" if name == "FilterPolicy" else ""  # as SNS wants it
        return nothing if given is None else str(codec.sent(given))

    change = Call(
        "set_subscription_attributes",
        SubscriptionArn="{id}",
        AttributeName=name,
        AttributeValue=value,
    )
    path = f"Attributes.{name}"
    return Property(to=path, read=path, codec=codec, change=change, clear=change, default=default)


def _nowhere(call: Any, scope: Scope) -> None:
    """What only the AWS provider itself heeds: AWS is told nothing of it."""


def _owners_policy(scope: Scope) -> str:
    """What a topic has before it is given a policy: its own account may do everything."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
        "Resource": scope["id"],
        "Condition": {"StringEquals": {"AWS:SourceOwner": scope["account"]}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


KINDS: dict[str, Kind] = {
    "aws:sqs/queue:Queue": Kind(
        service="sqs",
        create=Call("create_queue"),
        read=Call("get_queue_attributes", QueueUrl="{id}", AttributeNames=["All"]),
        update=Call("set_queue_attributes", QueueUrl="{id}"),
        delete=Call("delete_queue", QueueUrl="{id}"),
        id="{@QueueUrl}",
        properties={
            "name": Property(to="QueueName", change="replace"),
            "fifoQueue": Property(
                to="Attributes.FifoQueue", read="Attributes.FifoQueue", codec=TEXT, change="replace"
            ),
            "contentBasedDeduplication": _in_queue("ContentBasedDeduplication"),
            "delaySeconds": _in_queue("DelaySeconds", default=0),
            "kmsMasterKeyId": _in_queue("KmsMasterKeyId", cleared=""),
            "kmsDataKeyReusePeriodSeconds": _in_queue("KmsDataKeyReusePeriodSeconds"),
            "maxMessageSize": _in_queue("MaximumMessageSize"),
            "messageRetentionSeconds": _in_queue("MessageRetentionPeriod", default=345_600),
            "policy": _in_queue("Policy", DOCUMENT, cleared=""),
            "receiveWaitTimeSeconds": _in_queue("ReceiveMessageWaitTimeSeconds", default=0),
            "redrivePolicy": _in_queue("RedrivePolicy", DOCUMENT, cleared=""),
            "redriveAllowPolicy": _in_queue("RedriveAllowPolicy", DOCUMENT, cleared=""),
            "sqsManagedSseEnabled": _in_queue("SqsManagedSseEnabled"),
            "visibilityTimeoutSeconds": _in_queue("VisibilityTimeout", default=30),
        },
        outputs={"url": "{id}", "arn": "arn:{partition}:sqs:{region}:{account}:{name}"},
        auto_named="name",
        tags=Tagging(
            add=Call("tag_queue", QueueUrl="{id}", Tags="{tags}"),
            remove=Call("untag_queue", QueueUrl="{id}", TagKeys="{keys}"),
            read=Call("list_queue_tags", QueueUrl="{id}"),
            path="Tags",
            to="tags",
        ),
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Kind(
        service="sqs",
        create=Call("set_queue_attributes"),
        read=Call("get_queue_attributes", QueueUrl="{id}", AttributeNames=["Policy"]),
        pick="Attributes.Policy && @",
        delete=Call("set_queue_attributes", QueueUrl="{id}", Attributes={"Policy": ""}),
        id="{queueUrl}",
        properties={
            "queueUrl": Property(to="QueueUrl", change="replace"),
            "policy": Property(to="Attributes.Policy", read="Attributes.Policy", codec=DOCUMENT),
        },
        identity=("queueUrl",),
    ),
    "aws:sns/topic:Topic": Kind(
        service="sns",
        create=Call("create_topic"),
        read=Call("get_topic_attributes", TopicArn="{id}"),
        delete=Call("delete_topic", TopicArn="{id}"),
        id="{@TopicArn}",
        properties={
            "name": Property(to="Name", change="replace"),
            "displayName": _in_topic("displayName", "DisplayName"),
            "kmsMasterKeyId": _in_topic("kmsMasterKeyId", "KmsMasterKeyId"),
            "policy": _in_topic("policy", "Policy", DOCUMENT),
            "deliveryPolicy": _in_topic("deliveryPolicy", "DeliveryPolicy", DOCUMENT),
            "signatureVersion": _in_topic("signatureVersion", "SignatureVersion"),
            "tracingConfig": _in_topic("tracingConfig", "TracingConfig"),
            "contentBasedDeduplication": _in_topic(
                "contentBasedDeduplication", "ContentBasedDeduplication"
            ),
            "fifoTopic": Property(
                to="Attributes.FifoTopic", read="Attributes.FifoTopic", codec=TEXT, change="replace"
            ),
        },
        outputs={"arn": "{id}", "owner": "{account}"},
        auto_named="name",
        tags=Tagging(
            add=Call("tag_resource", ResourceArn="{id}", Tags="{tags}"),
            remove=Call("untag_resource", ResourceArn="{id}", TagKeys="{keys}"),
            read=Call("list_tags_for_resource", ResourceArn="{id}"),
            path="Tags",
            to="Tags",
            codec=Pairs(),
        ),
    ),
    "aws:sns/topicPolicy:TopicPolicy": Kind(
        service="sns",
        create=Call("set_topic_attributes", AttributeName="Policy"),
        read=Call("get_topic_attributes", TopicArn="{id}"),
        delete=Call(
            "set_topic_attributes",
            TopicArn="{id}",
            AttributeName="Policy",
            AttributeValue=_owners_policy,
        ),
        id="{arn}",
        properties={
            "arn": Property(to="TopicArn", read="Attributes.TopicArn", change="replace"),
            "policy": Property(to="AttributeValue", read="Attributes.Policy", codec=DOCUMENT),
        },
        outputs={"owner": "{account}"},
        identity=("arn",),
    ),
    "aws:sns/topicSubscription:TopicSubscription": Kind(
        service="sns",
        # As the AWS provider asks; so a subscription that waits has an ARN like any other.
        create=Call("subscribe", ReturnSubscriptionArn=True),
        read=Call("get_subscription_attributes", SubscriptionArn="{id}"),
        # One that waits is not taken away, and the AWS provider forgets it (trap 5.10).
        delete=Call("unsubscribe", SubscriptionArn="{id}"),
        gone=("InvalidParameter",),
        id="{@SubscriptionArn}",
        properties={
            "topic": Property(to="TopicArn", read="Attributes.TopicArn", change="replace"),
            "protocol": Property(to="Protocol", read="Attributes.Protocol", change="replace"),
            "endpoint": Property(to="Endpoint", read="Attributes.Endpoint", change="replace"),
            "filterPolicy": _in_subscription("filterPolicy", "FilterPolicy", DOCUMENT),
            "filterPolicyScope": _in_subscription("filterPolicyScope", "FilterPolicyScope"),
            "rawMessageDelivery": _in_subscription(
                "rawMessageDelivery", "RawMessageDelivery", default=False
            ),
            "redrivePolicy": _in_subscription("redrivePolicy", "RedrivePolicy", DOCUMENT),
            "deliveryPolicy": _in_subscription("deliveryPolicy", "DeliveryPolicy", DOCUMENT),
            "subscriptionRoleArn": _in_subscription("subscriptionRoleArn", "SubscriptionRoleArn"),
            "confirmationTimeoutInMinutes": Property(change=_nowhere, default=1),
            "endpointAutoConfirms": Property(change=_nowhere, default=False),
        },
        outputs={"arn": "{id}", "ownerId": "{account}"},
        identity=("topic", "protocol", "endpoint"),
    ),
}
