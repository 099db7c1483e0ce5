"""The emulator as a whole: how it begins and ends, whom it lets in, what it says it is not."""

from __future__ import annotations

import json
from collections.abc import Callable

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.responses import BaseResponse
from moto.ec2.models.instances import Instance
from moto.guardduty.urls import url_paths

from names import LOG_GROUP
from rehearsal.clock import VirtualClock
from rehearsal.emulator.organization import Organization
from rehearsal.emulator.server import Emulator
from tests.emulated import LAND_REGISTRY, MANAGEMENT, SECURITY, TAX, client, control

Start = Callable[..., Emulator]


def test_the_organisation_has_its_four_accounts_and_its_id(emulator: Start) -> None:
    organizations = client(emulator(), MANAGEMENT, "organizations")
    described = organizations.describe_organization()["Organization"]
    accounts = {one["Id"] for one in organizations.list_accounts()["Accounts"]}
    assert (described["Id"], described["MasterAccountId"]) == ("o-exampleorgid", MANAGEMENT)
    assert accounts == {MANAGEMENT, SECURITY, TAX, LAND_REGISTRY}


def test_the_deployer_role_of_each_account_acts_in_that_account(emulator: Start) -> None:
    running = emulator()
    for account in (MANAGEMENT, SECURITY, TAX, LAND_REGISTRY):
        assert client(running, account, "sts").get_caller_identity()["Account"] == account


def test_one_account_can_be_an_organisation_of_its_own(emulator: Start) -> None:
    alone = Organization(management="555555555555", accounts={"alone": "555555555555"})
    running = emulator(organization=alone)
    assert client(running, "555555555555", "sts").get_caller_identity()["Account"] == "555555555555"
    assert alone.security == "555555555555"


def test_a_management_account_outside_the_accounts_is_an_error() -> None:
    with pytest.raises(ValueError, match="999999999999 is not among the accounts"):
        Organization(management="999999999999")


def test_only_one_emulator_runs_in_a_process(emulator: Start) -> None:
    emulator()
    with pytest.raises(RuntimeError, match="stop it first"):
        Emulator(VirtualClock()).start()


def test_a_second_emulator_knows_nothing_of_the_first(emulator: Start) -> None:
    client(emulator(), TAX, "sqs").create_queue(QueueName="left-over")
    client(emulator(), TAX, "guardduty").create_detector(Enable=True)
    third = emulator()
    assert client(third, TAX, "sqs").list_queues().get("QueueUrls", []) == []
    assert client(third, TAX, "guardduty").list_detectors()["DetectorIds"] == []


def test_stopping_takes_every_patch_out() -> None:
    before = (dict(url_paths), BaseResponse.call_action, Instance.terminate)
    with Emulator(VirtualClock()) as running:
        assert (dict(url_paths), BaseResponse.call_action, Instance.terminate) != before
        endpoint = running.endpoint
    assert (dict(url_paths), BaseResponse.call_action, Instance.terminate) == before
    with pytest.raises(urllib3.exceptions.NewConnectionError):
        urllib3.request("GET", f"{endpoint}/_rehearsal/emulated", retries=False)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "named"),
    [
        ("guardduty", "list_members", {"DetectorId": "0" * 32}, "guardduty:ListMembers"),
        ("securityhub", "get_findings_v2", {}, "securityhub:GetFindingsV2"),
        ("ec2", "describe_capacity_blocks", {}, "DescribeCapacityBlocks"),
        ("ssm", "list_ops_item_events", {}, "ssm:ListOpsItemEvents"),
        ("iam", "enable_organizations_root_sessions", {}, "iam:EnableOrganizationsRootSessions"),
        ("chatbot", "describe_slack_workspaces", {}, "The service chatbot"),
        (
            "ssm-incidents",
            "get_resource_policies",
            {"resourceArn": f"arn:aws:ssm-incidents::{TAX}:response-plan/team"},
            "ssm-incidents:GetResourcePolicies",
        ),
        (
            "ssm-contacts",
            "get_rotation_override",
            {
                "RotationId": f"arn:aws:ssm-contacts:eu-west-1:{TAX}:rotation/1",
                "RotationOverrideId": "0" * 36,
            },
            "ssm-contacts:GetRotationOverride",
        ),
    ],
)
def test_what_is_not_emulated_is_an_error_that_names_it(
    emulator: Start, service: str, operation: str, parameters: dict[str, str], named: str
) -> None:
    with pytest.raises(ClientError) as unknown:
        getattr(client(emulator(), TAX, service), operation)(**parameters)
    answer = unknown.value.response
    assert answer["Error"]["Code"] == "NotEmulated"
    assert named in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.parametrize("service", ["sns", "ec2", "logs"])
def test_of_a_service_with_one_path_every_other_path_is_not_emulated(
    emulator: Start, service: str
) -> None:
    place = f"20261129/eu-west-1/{service}/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential=AKIAREHEARSAL0000000/{place}, Signature=0"
    endpoint = emulator().endpoint
    elsewhere, root = (
        urllib3.request(
            "POST", f"{endpoint}{path}", headers={"Authorization": signed}, retries=False
        )
        for path in ("/elsewhere", "/")
    )
    assert elsewhere.status == 501
    assert f"POST /elsewhere of {service} is not emulated" in elsewhere.data.decode()
    assert "/elsewhere" not in root.data.decode()


def test_a_parameter_that_is_not_emulated_is_an_error_too(emulator: Start) -> None:
    guardduty = client(emulator(), TAX, "guardduty")
    with pytest.raises(ClientError, match="DataSources are not emulated"):
        guardduty.create_detector(Enable=True, DataSources={"S3Logs": {"Enable": True}})


def test_an_unsigned_request_is_refused(emulator: Start) -> None:
    answer = urllib3.request("GET", f"{emulator().endpoint}/detector", retries=False)
    assert answer.status == 403
    assert answer.json()["__type"] == "MissingAuthenticationToken"


def test_a_presigned_request_is_not_emulated(emulator: Start) -> None:
    s3 = boto3.client(
        "s3",
        region_name="eu-west-1",
        endpoint_url=emulator().endpoint,
        aws_access_key_id="AKIAREHEARSAL0000000",
        aws_secret_access_key="rehearsal",
        config=Config(signature_version="s3v4"),
    )
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    answer = urllib3.request("GET", url, retries=False)
    assert answer.status == 501
    assert b"Presigned requests are not emulated" in answer.data


def test_what_was_emulated_is_told_with_by_what(emulator: Start) -> None:
    status, emulated = control(emulator(), "GET", "emulated")
    assert status == 200
    assert {"guardduty", "securityhub", "ec2", "logs"} <= set(emulated)


def test_an_unknown_path_of_the_control_interface_is_an_error(emulator: Start) -> None:
    status, answer = control(emulator(), "GET", "nonsense")
    assert (status, answer) == (404, {"error": "there is no GET /_rehearsal/nonsense"})


def test_the_timeline_is_read_from_the_ledgers_log_group(emulator: Start) -> None:
    running = emulator()
    logs = client(running, SECURITY, "logs")
    logs.create_log_group(logGroupName=LOG_GROUP)
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="s")
    assert control(running, "GET", "timeline") == (200, [])
    found = {
        "id": "f",
        "type": "Recon:EC2/PortProbeUnprotectedPort",
        "severity": 2,
        "createdAt": "2026-11-24T10:00:00.000Z",
        "updatedAt": "2026-11-24T10:00:00.000Z",
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1"}},
        "service": {
            "count": 1,
            "eventFirstSeen": "2026-11-24T10:00:00.000Z",
            "eventLastSeen": "2026-11-24T10:00:00.000Z",
            "archived": False,
        },
        "accountId": TAX,
        "region": "eu-west-1",
    }
    event = {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Finding",
        "account": TAX,
        "region": "eu-west-1",
        "time": "2026-11-24T10:00:01Z",
        "detail": found,
    }
    now = int(running.world.clock.now().timestamp() * 1000)
    logs.put_log_events(
        logGroupName=LOG_GROUP,
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": json.dumps(event)}],
    )
    status, [record] = control(running, "GET", "timeline")
    assert status == 200
    assert (record["account"], record["finding_id"]) == (TAX, "f")
