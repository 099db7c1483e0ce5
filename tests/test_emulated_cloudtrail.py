"""CloudTrail of the emulator: what changed is looked up later, refusals included."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rehearsal.emulator.cloudtrail import written
from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow
from tests.automated import Start, refused
from tests.emulated import REGION, TAX, client, instance

DEPLOYER = f"arn:aws:sts::{TAX}:assumed-role/OrganizationAccountAccessRole/rehearsal"


def looked_up(running: Emulator, region: str = REGION, **wanted: str) -> list[dict[str, Any]]:
    """What a lookup shows, by one attribute or none."""
    attributes = [{"AttributeKey": key, "AttributeValue": value} for key, value in wanted.items()]
    trail = client(running, TAX, "cloudtrail", region)
    found: list[dict[str, Any]] = trail.lookup_events(LookupAttributes=attributes)["Events"]
    return found


def settle(running: Emulator) -> None:
    running.world.clock.sleep(running.world.timing.cloudtrail)


def test_a_change_is_looked_up_after_two_minutes(emulator: Start) -> None:
    running = emulator()
    made = instance(running)["InstanceId"]
    client(running, TAX, "ec2").terminate_instances(InstanceIds=[made])
    at = running.world.clock.now()
    running.world.clock.sleep(119)
    assert looked_up(running, EventName="TerminateInstances") == []
    running.world.clock.sleep(1)
    [event] = looked_up(running, EventName="TerminateInstances")
    assert (event["EventSource"], event["ReadOnly"]) == ("ec2.amazonaws.com", "false")
    assert (event["EventTime"], event["Username"]) == (at, "rehearsal")
    assert event["Resources"] == [{"ResourceName": made}]
    record = json.loads(event["CloudTrailEvent"])
    assert record["eventID"] == event["EventId"]
    assert record["eventTime"] == at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert record["userIdentity"]["type"] == "AssumedRole"
    assert record["userIdentity"]["arn"] == DEPLOYER
    issuer = record["userIdentity"]["sessionContext"]["sessionIssuer"]
    assert issuer["arn"] == f"arn:aws:iam::{TAX}:role/OrganizationAccountAccessRole"
    assert record["userIdentity"]["principalId"] == f"{issuer['principalId']}:rehearsal"
    assert record["requestParameters"] == {"instanceIds": [made]}
    assert (record["awsRegion"], record["recipientAccountId"]) == (REGION, TAX)
    assert "errorCode" not in record


def test_reads_and_data_are_not_recorded(emulator: Start) -> None:
    running = emulator()
    sqs = client(running, TAX, "sqs")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    sqs.list_queues()
    client(running, TAX, "ec2").describe_vpcs()
    settle(running)
    assert [one["EventName"] for one in looked_up(running, Username="rehearsal")] == ["CreateQueue"]


@pytest.mark.parametrize(
    ("service", "operation", "is_written"),
    [
        ("ec2", "RunInstances", True),
        ("iam", "PutRolePolicy", True),
        ("s3", "PutBucketPolicy", True),
        ("kms", "ScheduleKeyDeletion", True),
        ("securityhub", "BatchUpdateFindings", True),
        ("sts", "AssumeRole", False),
        ("kms", "GenerateDataKeyWithoutPlaintext", False),
        ("s3", "PutObject", False),
        ("dynamodb", "TransactWriteItems", False),
        ("events", "PutEvents", False),
        ("guardduty", "ListFindings", False),
    ],
)
def test_what_writes_is_told_from_what_does_not(
    service: str, operation: str, is_written: bool
) -> None:
    assert written(service, operation) is is_written


def test_refusals_are_recorded_with_their_reason(emulator: Start) -> None:
    running = emulator()
    runner = acting(running, allow("sqs:*"))
    with refused("UnauthorizedOperation"):
        runner.client("ec2", REGION).terminate_instances(InstanceIds=["i-0123456789abcdef0"])
    with refused("AccessDeniedException"):
        runner.client("ssm", REGION).delete_document(Name="x")
    with refused("InvalidInstanceID.NotFound"):
        client(running, TAX, "ec2").terminate_instances(InstanceIds=["i-0123456789abcdef0"])
    with refused("InvalidDocument"):
        client(running, TAX, "ssm").delete_document(Name="gone")
    with refused("NoSuchBucket"):
        client(running, TAX, "s3").delete_bucket(Bucket="gone")
    settle(running)
    found = [json.loads(one["CloudTrailEvent"]) for one in looked_up(running)[:5]]
    assert [(one["eventName"], one["errorCode"]) for one in found] == [
        ("DeleteBucket", "NoSuchBucket"),
        ("DeleteDocument", "InvalidDocument"),
        ("TerminateInstances", "InvalidInstanceID.NotFound"),
        ("DeleteDocument", "AccessDenied"),
        ("TerminateInstances", "Client.UnauthorizedOperation"),
    ]
    assert "is not authorized to perform: ssm:DeleteDocument" in found[3]["errorMessage"]
    assert "i-0123456789abcdef0" in found[2]["errorMessage"]


def test_iam_s_changes_are_in_its_own_region(emulator: Start) -> None:
    running = emulator()
    client(running, TAX, "iam").create_user(UserName="bert")
    settle(running)
    assert looked_up(running, ResourceName="bert") == []
    [event] = looked_up(running, "us-east-1", ResourceName="bert")
    assert event["EventName"] == "CreateUser"


def test_a_lookup_is_narrowed_and_paged(emulator: Start) -> None:
    running = emulator()
    sqs, trail = client(running, TAX, "sqs"), client(running, TAX, "cloudtrail")
    begun = running.world.clock.now()
    for number in range(60):
        sqs.create_queue(QueueName=f"q{number}")
        running.world.clock.sleep(1)
    settle(running)
    pages = list(trail.get_paginator("lookup_events").paginate())
    assert [len(page["Events"]) for page in pages] == [50, 10]
    names = [one["Resources"][0]["ResourceName"] for page in pages for one in page["Events"]]
    assert names == [f"q{number}" for number in range(60)][::-1]
    within = trail.lookup_events(
        StartTime=begun + timedelta(seconds=10), EndTime=begun + timedelta(seconds=12)
    )["Events"]
    assert [one["Resources"][0]["ResourceName"] for one in within] == ["q12", "q11", "q10"]
    [one] = looked_up(running, ResourceName="q7")
    key = one["AccessKeyId"]
    assert len(looked_up(running, AccessKeyId=key)) == 50
    assert looked_up(running, EventId=one["EventId"]) == [one]
    assert looked_up(running, ReadOnly="true") == looked_up(running, AccessKeyId="AKIA") == []
    assert len(looked_up(running, ReadOnly="false")) == 50
    with refused("InvalidLookupAttributesException"):
        looked_up(running, EventName="CreateQueue", Username="rehearsal")
    with refused("InvalidTimeRangeException"):
        trail.lookup_events(StartTime=begun, EndTime=begun - timedelta(seconds=1))
    with refused("InvalidNextTokenException"):
        trail.lookup_events(NextToken="x")
    with refused("NotEmulated", "ResourceType"):
        looked_up(running, ResourceType="AWS::SQS::Queue")
    with refused("NotEmulated", "insights"):
        trail.lookup_events(EventCategory="insight")


def test_the_newest_thousand_of_an_account_and_region_are_kept(emulator: Start) -> None:
    running = emulator()
    sqs = client(running, TAX, "sqs")
    queue = sqs.create_queue(QueueName="first")["QueueUrl"]
    for _ in range(1_000):
        sqs.tag_queue(QueueUrl=queue, Tags={"a": "b"})
    assert len(running.world.trail.entries(TAX, REGION)) == 1_000
    settle(running)
    assert looked_up(running, EventName="CreateQueue") == []


def test_looking_up_takes_a_right_and_the_rest_is_not_emulated(emulator: Start) -> None:
    running = emulator()
    with refused("AccessDeniedException", "cloudtrail:LookupEvents"):
        acting(running).client("cloudtrail", REGION).lookup_events()
    with refused("NotEmulated", "cloudtrail:CreateTrail"):
        client(running, TAX, "cloudtrail").create_trail(Name="x", S3BucketName="y")
