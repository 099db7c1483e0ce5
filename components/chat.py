"""The chat channel and its buttons: people read, approve, reject and acknowledge there.

Declared through Cloud Control, for the SDK's own class cannot bind buttons to a channel. The
guardrail is ours, since the default is AdministratorAccess (trap 5.12), and everybody acts under a
role of their own, so that an approval carries a person's identity (trap 5.4).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.engagement import Chat as Channel
from names import APPROVER, CHAT_CHANNEL, CHAT_ROLE, PREFIX, Place

COMMAND_LIMIT: Final = 100
"""Characters of a button's command (botocore: chatbot model; trap 5.4)."""

_EXECUTION: Final = "event.metadata.additionalContext.ExecutionId"
_OPS_ITEM: Final = "event.metadata.additionalContext.OpsItem"


@dataclass(frozen=True, kw_only=True)
class ChatArgs:
    """What ``Chat`` needs; ``place`` is the security account in the home region."""

    place: Place
    channel: Channel | None
    """None: nobody chats; whoever approves does it in the console."""
    topic: pulumi.Input[str]


class Chat(pulumi.ComponentResource):
    """The role of whoever decides, the guardrail, the buttons and the channel."""

    def __init__(
        self, name: str, args: ChatArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Chat", name, None, opts)
        self._name, self._place = name, args.place
        self._child = pulumi.ResourceOptions(parent=self)
        allowed = json.dumps(_may_decide(args.place))
        approver = self._role(APPROVER, [_from_own_account(args.place), _from_chat(args.place)])
        aws.iam.RolePolicy(
            f"{name}-approver-may", name="may", role=approver.name, policy=allowed, opts=self._child
        )
        if args.channel:
            self._channel(args.channel, args.topic, allowed)
        self.register_outputs({})

    def _role(self, physical: str, trusts: list[dict[str, Any]]) -> aws.iam.Role:
        return aws.iam.Role(
            f"{self._name}-{physical.removeprefix(PREFIX)}",
            name=physical,
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": trusts}),
            opts=self._child,
        )

    def _channel(self, channel: Channel, topic: pulumi.Input[str], allowed: str) -> None:
        guardrail = aws.iam.Policy(
            f"{self._name}-guardrail",
            name=f"{PREFIX}chat-guardrail",
            description="The most that anybody may do from the incident channel",
            policy=allowed,
            opts=self._child,
        )
        reader = self._role(CHAT_ROLE, [_from_chat(self._place)])
        actions = [self._action(channel.region, **each) for each in buttons(self._place.region)]
        kind = "SlackChannel" if channel.kind == "slack" else "MicrosoftTeamsChannel"
        where: dict[str, str | None] = (
            {"SlackWorkspaceId": channel.workspace, "SlackChannelId": channel.channel}
            if channel.kind == "slack"
            else {
                "TeamId": channel.workspace,
                "TeamsChannelId": channel.channel,
                "TeamsTenantId": channel.tenant,
            }
        )
        aws.cloudcontrol.Resource(
            f"{self._name}-channel",
            type_name=f"AWS::Chatbot::{kind}Configuration",
            desired_state=pulumi.Output.json_dumps(
                {
                    "ConfigurationName": CHAT_CHANNEL,
                    "IamRoleArn": reader.arn,
                    **where,
                    "SnsTopicArns": [topic],
                    "GuardrailPolicies": [guardrail.arn],
                    "UserRoleRequired": True,
                    "LoggingLevel": "ERROR",
                    "CustomizationResourceArns": [
                        self._place.arn("chatbot", f"custom-action/{each['action']}", region="")
                        for each in buttons(self._place.region)
                    ],
                }
            ),
            region=channel.region,
            opts=pulumi.ResourceOptions(parent=self, depends_on=actions),
        )

    def _action(
        self, region: str, *, action: str, text: str, command: str, path: str
    ) -> aws.cloudcontrol.Resource:
        state = {
            "ActionName": action,
            "Definition": {"CommandText": command},
            "Attachments": [
                {
                    "NotificationType": "Custom",
                    "ButtonText": text,
                    "Variables": {"id": path},
                    "Criteria": [{"VariableName": "id", "Operator": "HAS_VALUE"}],
                }
            ],
        }
        return aws.cloudcontrol.Resource(
            f"{self._name}-{action.removeprefix(PREFIX)}",
            type_name="AWS::Chatbot::CustomAction",
            desired_state=json.dumps(state),
            region=region,
            opts=self._child,
        )


def buttons(region: str) -> list[dict[str, str]]:
    """Each button: its command begins with the service, without ``aws`` (trap 5.4).

    Where a region's name makes a command too long there is no such button, and people decide in the
    console; the response's messages say how.
    """
    signal = "ssm send-automation-signal --automation-execution-id $id --signal-type"
    take = "ssm update-ops-item --ops-item-id $id --status InProgress"
    wanted = [
        ("approve", "Approve", f"{signal} Approve --region {region}", _EXECUTION),
        ("reject", "Reject", f"{signal} Reject --region {region}", _EXECUTION),
        ("acknowledge", "I take it", f"{take} --region {region}", _OPS_ITEM),
    ]
    return [
        {"action": f"{PREFIX}{action}", "text": text, "command": command, "path": path}
        for action, text, command, path in wanted
        if len(command) <= COMMAND_LIMIT
    ]


def _from_chat(place: Place) -> dict[str, Any]:
    """Chat takes the role for its users; that it names its configuration is UNVERIFIED for them."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "chatbot.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": place.arn("chatbot", "chat-configuration/*", region=""),
            }
        },
    }


def _from_own_account(place: Place) -> dict[str, Any]:
    """Whoever their own account's IAM lets: in the console an approval works either way."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": place.arn("iam", "root", region="")},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": place.account}},
    }


def _may_decide(place: Place) -> dict[str, Any]:
    """Signals to runs of the security account, and taking up an OpsItem; nothing else."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    "ssm:DescribeAutomationStepExecutions",
                    "ssm:GetAutomationExecution",
                    "ssm:SendAutomationSignal",
                ],
                "Resource": place.arn("ssm", "automation-execution/*"),
            },
            {
                "Effect": "Allow",
                "Action": "ssm:UpdateOpsItem",
                "Resource": place.arn("ssm", "opsitem/*"),
            },
        ],
    }
