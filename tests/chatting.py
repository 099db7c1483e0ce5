"""What tests of chat need: a channel with its role, topic and buttons, and what is said in it."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.actors import allow, document
from tests.emulated import REGION, TAX, client, control
from tests.topical import topic

SLACK = "AWS::Chatbot::SlackChannelConfiguration"
TEAMS = "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"
ACTION = "AWS::Chatbot::CustomAction"
WORKSPACE = "T0CONTAIN1"
ARN = f"arn:aws:chatbot::{TAX}:chat-configuration/slack-channel/people"
CHATBOT = "chatbot.amazonaws.com"
APPROVE = "sns publish --topic-arn $Topic --message approved --region eu-west-1"


def admitting_chat(source: str = ARN) -> str:
    """A trust policy that lets chat in for one channel."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": CHATBOT},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }
    return document(statement)


def role(
    emulator: Emulator, name: str, *statements: dict[str, Any], trusting: str | None = None
) -> str:
    """A role for chat, with what it may; its ARN."""
    iam = client(emulator, TAX, "iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting or admitting_chat())
    if statements:
        iam.put_role_policy(
            RoleName=name, PolicyName="inline", PolicyDocument=document(*statements)
        )
    return str(made["Role"]["Arn"])


def guardrail(emulator: Emulator, *statements: dict[str, Any], name: str = "rail") -> str:
    """A managed policy to be a channel's guardrail; its ARN."""
    made = client(emulator, TAX, "iam").create_policy(
        PolicyName=name, PolicyDocument=document(*statements)
    )
    return str(made["Policy"]["Arn"])


def created(
    emulator: Emulator, type_name: str, state: dict[str, Any], region: str = REGION
) -> dict[str, Any]:
    """What became of a resource that was asked for."""
    cloud = client(emulator, TAX, "cloudcontrol", region)
    asked = cloud.create_resource(TypeName=type_name, DesiredState=json.dumps(state))
    token = asked["ProgressEvent"]["RequestToken"]
    event: dict[str, Any] = cloud.get_resource_request_status(RequestToken=token)["ProgressEvent"]
    return event


def action(emulator: Emulator, name: str = "approve", **more: Any) -> str:
    """A custom action on messages that name a topic; its ARN."""
    attached = {
        "NotificationType": "Custom",
        "ButtonText": "Approve",
        "Criteria": [{"Operator": "HAS_VALUE", "VariableName": "Topic"}],
        "Variables": {"Topic": "event.metadata.additionalContext.Topic"},
    }
    state = {
        "ActionName": name,
        "Definition": {"CommandText": more.pop("command", APPROVE)},
        "Attachments": [attached | more],
    }
    event = created(emulator, ACTION, state)
    assert event["OperationStatus"] == "SUCCESS", event
    return str(event["Identifier"])


def desired(emulator: Emulator, **more: Any) -> dict[str, Any]:
    """The state of a channel whose role is there."""
    iam_role = more.pop("IamRoleArn", None) or role(emulator, "channel")
    return {
        "ConfigurationName": "people",
        "SlackWorkspaceId": WORKSPACE,
        "SlackChannelId": "C0TEAM",
        "IamRoleArn": iam_role,
        "LoggingLevel": "ERROR",
        "UserRoleRequired": True,
        **more,
    }


def channel(emulator: Emulator, **more: Any) -> str:
    """A channel on a topic, which is returned."""
    arn = topic(emulator, name="notices")
    event = created(emulator, SLACK, desired(emulator, SnsTopicArns=[arn], **more))
    assert event["OperationStatus"] == "SUCCESS", event
    return arn


def custom(description: str = "Approve?", **metadata: Any) -> str:
    """A message in the custom schema."""
    content = {"title": "Finding", "description": description, "textType": "client-markdown"}
    return json.dumps(
        {"version": "1.0", "source": "custom", "content": content, "metadata": metadata}
    )


def say(emulator: Emulator, arn: str, text: str) -> dict[str, Any]:
    """Publish a text on the channel's topic; the message that came of it."""
    client(emulator, TAX, "sns").publish(TopicArn=arn, Message=text)
    newest: dict[str, Any] = heard(emulator)[-1]
    return newest


def heard(emulator: Emulator) -> list[dict[str, Any]]:
    """All messages, as the control interface tells them."""
    status, messages = control(emulator, "GET", "chat")
    assert status == 200
    return list(messages)


def pressed(emulator: Emulator, message: str, role: str | None, button: str = "approve") -> str:
    """What chat answers when Anna presses a button."""
    body = {"account": TAX, "message": message, "action": button, "user": "anna", "role": role}
    status, answer = control(emulator, "POST", "chat-press", body)
    assert status == 200, answer
    return str(answer["answered"])


def may_publish(arn: str) -> dict[str, Any]:
    """What the button's command needs."""
    return allow("sns:Publish", arn)
