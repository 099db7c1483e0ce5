"""Which actions and resources a call asks for: a line per operation that our roles use."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.emulator.actions import Call, needs
from rehearsal.emulator.world import NotEmulatedError

ACCOUNT = "333333333333"


def call(operation: str, without: frozenset[str] = frozenset(), **params: Any) -> Call:
    service, _, name = operation.partition(":")
    return Call(
        service=service,
        operation=name,
        params=params,
        account=ACCOUNT,
        region="eu-west-1",
        without=without,
    )


def asked(one: Call) -> list[str]:
    """Action and resource; the call's own action, region and account are left out."""
    return [
        f"{need.action} {need.resource}".replace(f"{one.action} ", "").replace(
            f"arn:aws:{one.service}:eu-west-1:{ACCOUNT}:", ""
        )
        for need in needs(one)
    ]


GROUP = "arn:aws:logs:eu-west-1:333333333333:log-group:/containment/ledger"
QUEUE = "http://127.0.0.1:1/222222222222/q"
BUS = "arn:aws:events:eu-west-1:222222222222:event-bus/containment-ledger"
SNAPSHOTS = "arn:aws:ec2:eu-west-1::snapshot/"
K = "arn:aws:kms:eu-west-1:222222222222:key/k"
KEY = {"id": {"S": "lock"}}
TAGS = [{"Key": "Team", "Value": "tax"}]
ITEM: dict[str, Any] = {"ResourceType": "OpsItem", "ResourceId": "oi-1"}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (call("ec2:DescribeInstances"), ["*"]),
        (call("ec2:DescribeInstanceAttribute", InstanceId="i-1"), ["instance/i-1"]),
        (call("ec2:RunInstances"), ["None"]),
        (call("ec2:RevokeSecurityGroupEgress", GroupId="sg-1"), ["security-group/sg-1"]),
        (call("ec2:AuthorizeSecurityGroupIngress", GroupName="web"), ["None"]),
        (
            call("ec2:TerminateInstances", InstanceIds=["i-1", "i-2"]),
            ["instance/i-1", "instance/i-2"],
        ),
        (call("ec2:DeleteTags", Resources=["snap-1"]), ["arn:aws:ec2:eu-west-1::snapshot/snap-1"]),
        (
            call("ec2:CreateSecurityGroup", GroupName="g", VpcId="vpc-1"),
            ["vpc/vpc-1", "security-group/*"],
        ),
        (
            call("ec2:ModifyInstanceAttribute", InstanceId="i-1", Groups=["sg-1"]),
            ["instance/i-1", "security-group/sg-1"],
        ),
        (
            call("ec2:CopySnapshot", SourceSnapshotId="snap-1", SourceRegion="eu-west-1"),
            [SNAPSHOTS + "snap-1", SNAPSHOTS + "*"],
        ),
        (
            call(
                "ec2:CopySnapshot", SourceSnapshotId="snap-1", SourceRegion="eu-west-1", KmsKeyId=K
            ),
            [
                *(SNAPSHOTS + "snap-1", SNAPSHOTS + "*"),
                *(f"kms:DescribeKey {K}", f"kms:CreateGrant {K}"),
                f"kms:GenerateDataKeyWithoutPlaintext {K}",
            ],
        ),
        (call("ec2:ModifySnapshotAttribute", SnapshotId="snap-1"), [SNAPSHOTS + "snap-1"]),
        (call("ec2:DescribeTrunkInterfaceAssociations"), ["*"]),
        (call("dynamodb:PutItem", TableName="t", Item=KEY), ["table/t"]),
        (
            call(
                "dynamodb:TransactWriteItems",
                TransactItems=[
                    {"Put": {"TableName": "t", "Item": KEY}},
                    {"ConditionCheck": {"TableName": "u", "Key": KEY}},
                ],
            ),
            ["dynamodb:PutItem table/t", "dynamodb:ConditionCheckItem table/u"],
        ),
        (call("dynamodb:ListTables"), ["*"]),
        (call("events:PutEvents", Entries=[{}, {"EventBusName": BUS}]), ["event-bus/default", BUS]),
        (call("events:PutRule", Name="r"), ["rule/r"]),
        (call("events:DeleteRule", Name="r", EventBusName="b"), ["rule/b/r"]),
        (call("events:DescribeEventBus", Name="b"), ["event-bus/b"]),
        (
            call("events:PutTargets", Rule="r", Targets=[{"RoleArn": "arn:aws:iam::1:role/a"}]),
            ["rule/r", "iam:PassRole arn:aws:iam::1:role/a"],
        ),
        (
            call("sqs:SendMessageBatch", QueueUrl=QUEUE),
            ["sqs:SendMessage arn:aws:sqs:eu-west-1:222222222222:q"],
        ),
        (call("sqs:ListQueues"), ["*"]),
        (call("sns:PublishBatch", TopicArn="arn:t"), ["sns:Publish arn:t"]),
        (call("sns:ListTopics"), ["*"]),
        (
            call("logs:PutLogEvents", logGroupName="/containment/ledger", logStreamName="s"),
            ["log-group:/containment/ledger:log-stream:s"],
        ),
        (
            call("logs:FilterLogEvents", logGroupIdentifier=GROUP),
            ["log-group:/containment/ledger:log-stream:"],
        ),
        (call("cloudwatch:PutMetricData", Namespace="n"), ["*"]),
        (call("cloudwatch:DeleteAlarms", AlarmNames=["a", "b"]), ["alarm:a", "alarm:b"]),
        (call("ssm:GetDocument", Name="d"), ["document/d"]),
        (call("ssm:GetAutomationExecution", AutomationExecutionId="1"), ["automation-execution/1"]),
        (call("ssm:SendAutomationSignal", AutomationExecutionId="1"), ["automation-execution/1"]),
        (call("ssm:CreateOpsItem"), ["opsitem/*"]),
        (call("ssm:CreateOpsItem", Tags=TAGS), ["opsitem/*", "ssm:AddTagsToResource opsitem/*"]),
        (call("ssm:UpdateOpsItem", OpsItemId="oi-1"), ["opsitem/oi-1"]),
        (call("ssm:AddTagsToResource", **ITEM), ["opsitem/oi-1"]),
        (call("ssm:DescribeOpsItems"), ["*"]),
        (call("cloudtrail:LookupEvents"), ["*"]),
        (
            call("ssm:GetServiceSetting", SettingId="/ssm/automation/x"),
            ["servicesetting/ssm/automation/x"],
        ),
        (call("guardduty:GetFindings", DetectorId="d", FindingIds=["f"]), ["*"]),
        (call("iam:GetRole", RoleName="r"), ["arn:aws:iam::333333333333:role/r"]),
        (
            call("iam:AddRoleToInstanceProfile", InstanceProfileName="p", RoleName="r"),
            [
                "arn:aws:iam::333333333333:instance-profile/p",
                "iam:PassRole arn:aws:iam::333333333333:role/r",
            ],
        ),
        (call("ec2:RunInstances", IamInstanceProfile={"Name": "p"}), ["None", "iam:PassRole None"]),
        (
            call(
                "ec2:AssociateIamInstanceProfile",
                InstanceId="i-1",
                IamInstanceProfile={"Name": "p"},
            ),
            ["instance/i-1", "iam:PassRole None"],
        ),
        (call("ec2:DisassociateIamInstanceProfile", AssociationId="iip-assoc-1"), ["None"]),
        (
            call("iam:GetInstanceProfile", InstanceProfileName="p"),
            ["arn:aws:iam::333333333333:instance-profile/p"],
        ),
        (
            call("iam:CreatePolicy", PolicyName="deny", Path="/made/"),
            ["arn:aws:iam::333333333333:policy/made/deny"],
        ),
        (call("iam:DeletePolicy", PolicyArn="arn:p"), ["arn:p"]),
        *(
            (call(f"iam:{name}", RoleName="r"), ["arn:aws:iam::333333333333:role/r"])
            for name in ("ListRoleTags", "TagRole", "UntagRole", "ListAttachedRolePolicies")
        ),
        (call("sts:GetCallerIdentity"), []),
        (call("organizations:ListAccounts"), ["None"]),
    ],
    ids=lambda value: value.action if isinstance(value, Call) else "",
)
def test_an_operation_asks_for_these_actions_on_these_resources(
    one: Call, expected: list[str]
) -> None:
    found = [text.replace(f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:", "") for text in asked(one)]
    assert found == expected


def test_starting_a_document_asks_for_document_execution_and_definition() -> None:
    name = "containment-isolate-instance"
    one = call("ssm:StartAutomationExecution", DocumentName=name, DocumentVersion="3")
    assert asked(one) == [
        f"document/{name}",
        "automation-execution/*",
        f"automation-definition/{name}:3",
    ]
    assert {need.context["ssm:documentversion"] for need in needs(one)} == {("3",)}


def test_without_trap_5_11_the_definition_alone_is_asked_about() -> None:
    start = "ssm:StartAutomationExecution"
    one = call(start, frozenset({"5.11"}), DocumentName="d")
    assert asked(one) == ["automation-definition/d:$DEFAULT"]


def test_tags_on_creation_ask_for_create_tags_with_the_creating_action() -> None:
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "Owner", "Value": "us"}]}]
    need = needs(call("ec2:CreateSecurityGroup", GroupName="g", TagSpecifications=tags))[-1]
    assert need.action == "ec2:CreateTags"
    assert need.context["ec2:createaction"] == ("CreateSecurityGroup",)
    assert need.context["aws:requesttag/owner"] == ("us",)
    assert need.context["aws:tagkeys"] == ("Owner",)


def test_sharing_a_snapshot_fills_in_with_whom() -> None:
    for given in (
        {"CreateVolumePermission": {"Add": [{"UserId": "2"}], "Remove": [{"Group": "all"}]}},
        {"OperationType": "add", "UserIds": ["2"]},
    ):
        (need,) = needs(call("ec2:ModifySnapshotAttribute", SnapshotId="snap-1", **given))
        assert need.context["ec2:add/userid"] == ("2",)
        assert ("ec2:remove/group" in need.context) == ("CreateVolumePermission" in given)


def test_an_attribute_is_filled_in_with_its_value() -> None:
    stop = {"Value": True}
    (need,) = needs(call("ec2:ModifyInstanceAttribute", InstanceId="i-1", DisableApiStop=stop))
    assert need.context["ec2:attribute"] == ("DisableApiStop",)
    assert need.context["ec2:attribute/disableapistop"] == ("true",)


@pytest.mark.parametrize("operation", ["AttachRolePolicy", "DetachRolePolicy"])
def test_attaching_a_policy_fills_in_which(operation: str) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/deny"
    (need,) = needs(call(f"iam:{operation}", RoleName="r", PolicyArn=arn))
    assert need.context["iam:policyarn"] == (arn,)


def test_tagging_a_role_fills_in_the_tags_it_brings_and_takes_away() -> None:
    (tagged,) = needs(call("iam:TagRole", RoleName="r", Tags=TAGS))
    assert tagged.context["aws:requesttag/team"] == ("tax",)
    assert tagged.context["aws:tagkeys"] == ("Team",)
    (untagged,) = needs(call("iam:UntagRole", RoleName="r", TagKeys=["Team", "Stage"]))
    assert untagged.context["aws:tagkeys"] == ("Team", "Stage")


@pytest.mark.parametrize(
    "one",
    [
        call("sts:GetSessionToken"),
        call("sts:AssumeRole", RoleArn="arn:r", RoleSessionName="s", SourceIdentity="ann"),
        call("dynamodb:ExecuteStatement", Statement="select"),
        call("cloudtrail:StopLogging", Name="t"),
    ],
    ids=lambda one: one.action,
)
def test_what_cannot_be_judged_is_not_emulated(one: Call) -> None:
    with pytest.raises(NotEmulatedError, match=one.action):
        needs(one)
