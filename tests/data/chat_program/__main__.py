"""An encrypted topic, its subscriptions, a channel with a button, and a rule that speaks there."""

import json

import pulumi
import pulumi_aws as aws

ACCOUNT = "333333333333"
REGION = "eu-west-1"
CHANNEL = f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/people"

provider = aws.Provider(
    "account",
    region=REGION,
    assume_roles=[
        aws.ProviderAssumeRoleArgs(
            role_arn=f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole",
            session_name="chat",
        )
    ],
    allowed_account_ids=[ACCOUNT],
)
here = pulumi.ResourceOptions(provider=provider)


def document(*statements: dict[str, object]) -> str:
    """A policy."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
    )


events = {"Service": "events.amazonaws.com"}
key = aws.kms.Key(
    "key",
    policy=document(
        {
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Principal": events,
            "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
            "Resource": "*",
        },
    ),
    opts=here,
)
topic = aws.sns.Topic("topic", name="notices", kms_master_key_id=key.key_id, opts=here)
aws.sns.TopicPolicy(
    "topic",
    arn=topic.arn,
    policy=topic.arn.apply(
        lambda arn: document({"Principal": events, "Action": "sns:Publish", "Resource": arn})
    ),
    opts=here,
)
for protocol, endpoint in (("email", "anna@example.org"), ("sms", "+491701234567")):
    aws.sns.TopicSubscription(
        protocol,
        topic=topic.arn,
        protocol=protocol,
        endpoint=endpoint,
        filter_policy=json.dumps({"to": ["anna"]}),
        opts=here,
    )

role = aws.iam.Role(
    "channel",
    name="channel",
    assume_role_policy=document(
        {
            "Principal": {"Service": "chatbot.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"ArnEquals": {"aws:SourceArn": CHANNEL}},
        }
    ),
    opts=here,
)
guardrail = aws.iam.Policy(
    "guardrail",
    name="guardrail",
    policy=document({"Action": "ssm:SendAutomationSignal", "Resource": "*"}),
    opts=here,
)
action = aws.cloudcontrol.Resource(
    "approve",
    type_name="AWS::Chatbot::CustomAction",
    desired_state=json.dumps(
        {
            "ActionName": "approve",
            "Definition": {"CommandText": "sns list-topics --region eu-west-1"},
            "Attachments": [{"NotificationType": "Custom", "ButtonText": "Approve"}],
        }
    ),
    opts=here,
)
aws.cloudcontrol.Resource(
    "channel",
    type_name="AWS::Chatbot::SlackChannelConfiguration",
    desired_state=pulumi.Output.json_dumps(
        {
            "ConfigurationName": "people",
            "SlackWorkspaceId": "T0CONTAIN1",
            "SlackChannelId": "C0TEAM",
            "IamRoleArn": role.arn,
            "SnsTopicArns": [topic.arn],
            "GuardrailPolicies": [guardrail.arn],
            "CustomizationResourceArns": [action.id],
            "UserRoleRequired": True,
            "LoggingLevel": "ERROR",
        }
    ),
    opts=here,
)
rule = aws.cloudwatch.EventRule(
    "rule", name="rule", event_pattern=json.dumps({"source": ["shop.orders"]}), opts=here
)
told = {
    "version": "1.0",
    "source": "custom",
    "content": {"title": "Order", "description": "<what>"},
}
aws.cloudwatch.EventTarget(
    "rule",
    rule=rule.name,
    arn=topic.arn,
    input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
        input_paths={"what": "$.detail.what"}, input_template=json.dumps(told)
    ),
    opts=here,
)
