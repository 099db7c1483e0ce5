"""Bad environments: control policies, filters, keys, people, and what nobody looked after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from names import EVIDENCE_KEY, NOTIFICATION_KEY, SNAPSHOT_KEY
from tests.emulated import SECURITY, TAX
from tests.unready import (
    DEPLOYER,
    HOME,
    MILAN,
    TOPIC_ARN,
    Ready,
    Row,
    Unready,
    contained,
    control_policy,
    key_policy,
    suppressing,
)

CHANNEL = "AWS::Chatbot::SlackChannelConfiguration"
MINING = "CryptoCurrency:EC2/BitcoinTool.B!DNS"
OURS = ["arn:aws:iam::*:role/containment-*", f"arn:aws:iam::*:role/{DEPLOYER}"]


def denies(*actions: str, **condition: Any) -> dict[str, Any]:
    """A denial, under conditions or not."""
    found = {"Sid": "Guard", "Effect": "Deny", "Action": [*actions], "Resource": "*"}
    return {**found, "Condition": condition} if condition else found


NOT_BREAK_GLASS = {"aws:PrincipalArn": "arn:aws:iam::*:role/BreakGlass"}
NOT_DEPLOYER = {"aws:PrincipalArn": OURS[1]}
ELSEWHERE = {"aws:RequestedRegion": [HOME, "us-east-1"]}
ALL_BUT_SCALING = {"Effect": "Allow", "NotAction": "autoscaling:*", "Resource": "*"}


def from_sources(statements: list[dict[str, Any]]) -> None:
    """The speakers have to say for whom they speak, as one writes by habit (trap 5.6)."""
    statements[1]["Condition"]["StringEquals"]["aws:SourceAccount"] = SECURITY


def for_nobody_else(statements: list[dict[str, Any]]) -> None:
    del statements[1:]


def for_another_organisation(statements: list[dict[str, Any]]) -> None:
    for statement in statements[1:]:
        inside = statement["Condition"].get("StringEquals", {})
        if "aws:PrincipalOrgID" in inside:
            inside["aws:PrincipalOrgID"] = "o-another0000"


def for_no_forensics(statements: list[dict[str, Any]]) -> None:
    """Who investigates is left out; ``Copy`` and its grant stay."""
    del statements[3:]


@contextmanager
def disabled_key(made: Ready, alias: str, region: str = HOME) -> Iterator[None]:
    kms = made.client(SECURITY, "kms", region)
    key = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    yield
    kms.enable_key(KeyId=key)


@contextmanager
def on_awss_key(made: Ready) -> Iterator[None]:
    sns = made.client(SECURITY, "sns")
    named = {"TopicArn": TOPIC_ARN, "AttributeName": "KmsMasterKeyId"}
    was = sns.get_topic_attributes(TopicArn=TOPIC_ARN)["Attributes"]["KmsMasterKeyId"]
    sns.set_topic_attributes(**named, AttributeValue="alias/aws/sns")
    yield
    sns.set_topic_attributes(**named, AttributeValue=was)


@contextmanager
def unconfirmed(made: Ready) -> Iterator[None]:
    """Somebody joined, and has not clicked; SNS forgets it when nobody does."""
    sns = made.client(SECURITY, "sns")
    sns.subscribe(
        TopicArn=TOPIC_ARN,
        Protocol="email",
        Endpoint="dora@agency.example",
        Attributes={"FilterPolicy": json.dumps({"to": ["dora"]})},
    )
    yield
    [mail] = [each for each in made.organization.emulator.world.outbox[-1:] if each.token]
    held = sns.confirm_subscription(TopicArn=TOPIC_ARN, Token=mail.token)["SubscriptionArn"]
    sns.unsubscribe(SubscriptionArn=held)


@contextmanager
def unheard(made: Ready) -> Iterator[None]:
    """Every subscription of persons has ended."""
    sns = made.client(SECURITY, "sns")
    was = [
        (each, sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"]))
        for each in sns.list_subscriptions_by_topic(TopicArn=TOPIC_ARN)["Subscriptions"]
        if each["Protocol"] in ("email", "sms")
    ]
    for each, _ in was:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    yield
    for each, told in was:
        sns.subscribe(
            TopicArn=TOPIC_ARN,
            Protocol=each["Protocol"],
            Endpoint=each["Endpoint"],
            Attributes={"FilterPolicy": told["Attributes"]["FilterPolicy"]},
        )
        if each["Protocol"] == "email":
            token = made.organization.emulator.world.outbox[-1].token
            sns.confirm_subscription(
                TopicArn=TOPIC_ARN, Token=token, AuthenticateOnUnsubscribe="true"
            )


@contextmanager
def without_chat(made: Ready) -> Iterator[None]:
    control = made.client(SECURITY, "cloudcontrol")
    [listed] = control.list_resources(TypeName=CHANNEL)["ResourceDescriptions"]
    one = {"TypeName": CHANNEL, "Identifier": listed["Identifier"]}
    was = json.loads(control.get_resource(**one)["ResourceDescription"]["Properties"])
    control.delete_resource(**one)
    yield
    desired = {key: value for key, value in was.items() if key != "Arn"}
    control.create_resource(TypeName=CHANNEL, DesiredState=json.dumps(desired))


@contextmanager
def silent(made: Ready) -> Iterator[None]:
    made.later = timedelta(minutes=20)
    yield
    made.later = timedelta()


def under(statement: Mapping[str, Any], **how: Any) -> Any:
    return partial(control_policy, statement=statement, **how)


AT_TAX, AT_HOME = f"tax ({TAX})", f"security ({SECURITY}), {HOME}"
_MADE: list[Row] = [
    ("a policy that denies everybody", under(denies("ssm:StartAutomationExecution")),
     "control-policies", AT_TAX,
     f"guard on {TAX} (Guard) denies ssm:StartAutomationExecution to containment-starter",
     "except arn:*:iam::*:role/containment-*"),
    ("a policy that excepts others", under(denies("iam:*Role*", ArnNotLike=NOT_BREAK_GLASS)),
     "control-policies", AT_TAX, "denies iam:CreateRole, iam:PassRole, iam:PutRolePolicy",
     "ArnNotLike on aws:PrincipalArn"),
    ("a policy against whoever deploys", under(denies("events:PutRule", ArnLike=NOT_DEPLOYER)),
     "control-policies", AT_TAX, f"denies events:PutRule to {DEPLOYER}", "and the deployer"),
    ("a policy for other regions",
     under(denies("ec2:*", StringNotEquals=ELSEWHERE, ArnNotLike=NOT_DEPLOYER)),
     "control-policies", AT_TAX, "denies ec2:DescribeInstances", "take these actions out"),
    ("a policy that allows too little", under(ALL_BUT_SCALING, alone=True), "control-policies",
     AT_TAX, f"no service control policy on {TAX} allows autoscaling:Describe", "FullAWSAccess"),
    ("a filter that hides mining", partial(suppressing, criterion={"type": {"Equals": [MINING]}}),
     "suppression", AT_HOME, "the filter quiet archives findings of compromised-instance:",
     "aws guardduty delete-filter --filter-name quiet"),
    ("a filter that hides everything", partial(suppressing, criterion={}), "suppression", AT_HOME,
     "compromised-instance, attacking-instance, attacked-instance", "an exemption in the stack"),
    ("a key that asks for sources",
     partial(key_policy, alias=NOTIFICATION_KEY, change=from_sources),
     "keys", AT_HOME, "does not let events.amazonaws.com do kms:Decrypt but with aws:SourceAccount",
     "pulumi up --refresh --stack prod"),
    ("a key that forgot the speakers",
     partial(key_policy, alias=NOTIFICATION_KEY, change=for_nobody_else), "keys", AT_HOME,
     "does not let cloudwatch.amazonaws.com do kms:GenerateDataKey:", "pulumi up"),
    ("a key that is disabled", partial(disabled_key, alias=NOTIFICATION_KEY), "keys", AT_HOME,
     f"the key {NOTIFICATION_KEY} is Disabled", "aws kms cancel-key-deletion or enable-key"),
    ("a topic on AWS's own key", on_awss_key, "keys", AT_HOME,
     "is encrypted with alias/aws/sns", "pulumi up"),
    ("evidence for another organisation",
     partial(key_policy, alias=EVIDENCE_KEY, change=for_another_organisation), "keys", AT_HOME,
     f"does not let containment-isolate-instance of tax ({TAX}) do kms:Decrypt", "pulumi up"),
    ("a team that hears nothing", unheard, "people", "team security",
     "nobody can be reached: anna, ben, carla", "activate or confirm a way"),
    ("a member that is silent", silent, "beats", f"{AT_TAX}, {MILAN}", "nothing was heard for 2",
     "look at the runs of containment-isolate-instance-watch"),
]  # fmt: skip
_DOUBTED: list[Row] = [
    ("a filter that hides one instance",
     partial(suppressing, criterion={"resource.instanceDetails.instanceId": {"Equals": ["i-0a"]}}),
     "suppression", AT_HOME, "where also resource.instanceDetails.instanceId matches",
     "an exemption in the stack file"),
    ("a key of copies that nobody can read",
     partial(key_policy, alias=SNAPSHOT_KEY, change=for_no_forensics, region=MILAN), "keys",
     f"security ({SECURITY}), {MILAN}", "does not name 999999999999: it cannot read the copies",
     "pulumi up"),
    ("a key of copies that nobody can write",
     partial(key_policy, alias=SNAPSHOT_KEY, change=for_another_organisation, region=MILAN), "keys",
     f"security ({SECURITY}), {MILAN}", f"-preserve of tax ({TAX}) copy to it", "pulumi up"),
    ("a key of copies that is disabled", partial(disabled_key, alias=SNAPSHOT_KEY, region=MILAN),
     "keys", f"security ({SECURITY}), {MILAN}", f"the key {SNAPSHOT_KEY} is Disabled",
     "aws kms cancel-key-deletion or enable-key"),
    ("a mail that nobody confirmed", unconfirmed, "people", "dora@agency.example",
     "nobody has confirmed this subscription", "python -m operations confirm"),
    ("a channel that is gone", without_chat, "people", "chat",
     "the channel is declared and not there", "authorise the workspace"),
    ("a containment that nobody ended", partial(contained, since="2026-01-02T03:04:05+00:00"),
     "containments", AT_TAX, "1 open containment, the oldest of arn:aws:ec2:",
     "containment-isolate-instance-release"),
]  # fmt: skip
POLICIES = [
    Unready(name=n, spoil=s, check=c, where=w, what=d, remedy=r, grave=made is _MADE)
    for made in (_MADE, _DOUBTED)
    for n, s, c, w, d, r in made
]
NEARLY: list[tuple[str, Any]] = [
    ("a policy that excepts our roles", under(denies("*", ArnNotLike={"aws:PrincipalArn": OURS}))),
    ("a policy against what nobody does", under(denies("organizations:LeaveOrganization"))),
    ("a policy against plain text", under(denies("*", Bool={"aws:SecureTransport": "false"}))),
    ("a filter to look with", partial(suppressing, criterion={}, action="NOOP")),
    (
        "a filter of what no route answers",
        partial(
            suppressing, criterion={"type": {"Equals": ["Policy:IAMUser/RootCredentialUsage"]}}
        ),
    ),
    (
        "a filter of all but what routes answer",
        partial(
            suppressing,
            criterion={
                "type": {"Equals": [MINING], "NotEquals": [MINING]},
            },
        ),
    ),
]
"""What looks like one of them and is in order: name, and what is done."""
