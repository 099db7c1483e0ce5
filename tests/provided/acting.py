"""Samples of queues, topics, roles, tables, documents and keys."""

from __future__ import annotations

from tests.emulated import REGION, SECURITY, TAX
from tests.provided import Sample
from tests.provided.documents import command, denial, document, policy, queue_policy, trust
from tests.provided.needs import (
    key,
    needed,
    queue,
    topic,
)

TAGGED = {"tags": {"team": "tax"}}
RETAGGED = {"tags": {"team": "land"}}
SETTING = f"arn:aws:ssm:{REGION}:{TAX}:servicesetting/ssm/automation/enable-adaptive-concurrency"

SAMPLES: dict[str, Sample] = {
    "aws:sqs/queue:Queue": Sample(
        inputs={
            "name": "queue",
            "messageRetentionSeconds": 1_209_600,
            "sqsManagedSseEnabled": True,
            **TAGGED,
        },
        change={"messageRetentionSeconds": 60, "visibilityTimeoutSeconds": 5, **RETAGGED},
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Sample(
        inputs={"policy": queue_policy("One")},
        change={"policy": queue_policy("Two")},
        needs=queue,
    ),
    "aws:sns/topic:Topic": Sample(
        inputs={"name": "topic", "displayName": "before", **TAGGED},
        change={"displayName": "after", **RETAGGED},
    ),
    "aws:sns/topicPolicy:TopicPolicy": Sample(
        inputs={"policy": policy("One")},
        change={"policy": policy("Two")},
        needs=topic,
        stays=True,
    ),
    "aws:sns/topicSubscription:TopicSubscription": Sample(
        inputs={
            "protocol": "sms",
            "endpoint": "+491701234567",
            "filterPolicy": '{"to": ["anna"]}',
            "filterPolicyScope": "MessageAttributes",
        },
        change={"filterPolicy": '{"to": ["ben"]}', "rawMessageDelivery": True},
        needs=lambda accounts: {"topic": topic(accounts)["arn"]},
    ),
    "aws:iam/role:Role": Sample(
        inputs={"name": "role", "assumeRolePolicy": trust(TAX), "description": "x", **TAGGED},
        change={
            "assumeRolePolicy": trust(SECURITY),
            "description": "y",
            "maxSessionDuration": 7_200,
            **RETAGGED,
        },
    ),
    "aws:iam/rolePolicy:RolePolicy": Sample(
        inputs={"name": "may", "role": "actor", "policy": policy("One")},
        change={"policy": policy("Two")},
        needs=needed("aws:iam/role:Role", name="actor", assumeRolePolicy=trust(TAX)),
    ),
    "aws:iam/policy:Policy": Sample(
        inputs={"name": "deny", "policy": denial("One"), "description": "x", **TAGGED},
        change={"policy": denial("Two"), **RETAGGED},
    ),
    "aws:dynamodb/table:Table": Sample(
        inputs={
            "name": "state",
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "id",
            "attributes": [{"name": "id", "type": "S"}],
            "pointInTimeRecovery": {"enabled": True},
            "serverSideEncryption": {"enabled": True},
            "deletionProtectionEnabled": True,
            "ttl": {"attributeName": "until", "enabled": True},
            **TAGGED,
        },
        change={
            "deletionProtectionEnabled": False,
            "pointInTimeRecovery": {"enabled": False},
            **RETAGGED,
        },
    ),
    "aws:ssm/document:Document": Sample(
        inputs={
            "name": "runbook",
            "documentType": "Automation",
            "content": document(1),
            **TAGGED,
        },
        change={"content": document(2), **RETAGGED},
    ),
    "aws:ssm/serviceSetting:ServiceSetting": Sample(
        inputs={"settingId": SETTING, "settingValue": "True"}, change={"settingValue": "False"}
    ),
    "aws:cloudcontrol/resource:Resource": Sample(
        inputs={
            "typeName": "AWS::Chatbot::CustomAction",
            "desiredState": command("sns list-topics --region eu-west-1"),
        },
        change={"desiredState": command("sns list-subscriptions --region eu-west-1")},
    ),
    "aws:kms/key:Key": Sample(
        inputs={"description": "before", "enableKeyRotation": True, **TAGGED},
        change={"description": "after", "enableKeyRotation": False, **RETAGGED},
    ),
    "aws:kms/alias:Alias": Sample(inputs={"name": "alias/containment"}, needs=key),
}
