"""Starting executions through SSM's API: parameters, permissions, quotas, and what is refused."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.automated import (
    NAME,
    ROLE,
    Start,
    allow,
    branch,
    deploy,
    document,
    ended,
    refused,
    sleep,
    start,
)
from tests.emulated import REGION, TAX, client


def test_a_document_or_version_that_is_not_there_is_refused(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    ssm = client(running, TAX, "ssm")
    with refused("AutomationDefinitionNotFoundException", "containment-other"):
        ssm.start_automation_execution(DocumentName="containment-other")
    running.world.clock.sleep(1)
    with refused("AutomationDefinitionNotFoundException", "version 2"):
        ssm.start_automation_execution(DocumentName=NAME, DocumentVersion="2")
    away = client(running, TAX, "ssm", "eu-central-1")
    with refused("AutomationDefinitionNotFoundException", "eu-central-1"):
        away.start_automation_execution(DocumentName=NAME)


def test_the_version_that_was_asked_for_runs(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    ssm = client(running, TAX, "ssm")
    ssm.update_document(
        Name=NAME, Content=json.dumps(document(sleep("other"))), DocumentVersion="$LATEST"
    )
    for version, name in {
        "1": "first",
        "2": "other",
        "$LATEST": "other",
        "$DEFAULT": "first",
    }.items():
        running.world.clock.sleep(1)
        answer = ssm.start_automation_execution(DocumentName=NAME, DocumentVersion=version)
        execution = running.world.automation.execution(TAX, REGION, answer["AutomationExecutionId"])
        assert list(execution.document.steps) == [name]


def test_a_role_that_does_not_trust_automation_is_refused_at_the_start(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    client(running, TAX, "iam").update_assume_role_policy(
        RoleName=NAME, PolicyDocument=json.dumps(trust)
    )
    with refused("InvalidAutomationExecutionParametersException", "unable to be assumed"):
        start(running)


def starter(running: Emulator, *statements: dict[str, Any]) -> Any:
    """An SSM client of a role of the tax account that may do what the statements say."""
    iam = client(running, TAX, "iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": TAX}, "Action": "sts:AssumeRole"}],
    }
    iam.create_role(RoleName="starter", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(
        RoleName="starter",
        PolicyName="start",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}),
    )
    keys = client(running, TAX, "sts").assume_role(
        RoleArn=f"arn:aws:iam::{TAX}:role/starter", RoleSessionName="starter"
    )["Credentials"]
    session = running.world.clients.session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )
    return session.client("ssm", REGION)


STARTS = {"Effect": "Allow", "Action": "ssm:StartAutomationExecution", "Resource": "*"}


def test_who_may_not_pass_the_role_may_not_start(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    ssm = starter(running, STARTS)
    with refused("AccessDeniedException", "iam:PassRole"):
        ssm.start_automation_execution(DocumentName=NAME)
    assert running.world.automation.executions() == []


def test_who_may_pass_the_role_to_automation_starts_and_is_named(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    passes = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": ROLE,
        "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
    }
    ssm = starter(running, STARTS, passes)
    ssm.start_automation_execution(DocumentName=NAME)
    [execution] = running.world.automation.executions(TAX, REGION)
    assert execution.executed_by == f"arn:aws:sts::{TAX}:assumed-role/starter/starter"


def test_a_client_token_starts_once(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    ssm = client(running, TAX, "ssm")
    token = "3f1c0e36-5bb2-4ac4-9a5e-9d6c1f0f4f11"
    ids = [
        ssm.start_automation_execution(DocumentName=NAME, ClientToken=token)[
            "AutomationExecutionId"
        ]
        for _ in range(2)
    ]
    assert ids[0] == ids[1]
    assert len(running.world.automation.executions()) == 1


def test_executions_are_listed_newest_first_and_by_page(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    done = [ended(running, start(running)).id for _ in range(3)]
    ssm = client(running, TAX, "ssm")
    wanted = {
        "Filters": [
            {"Key": "DocumentNamePrefix", "Values": ["containment-"]},
            {"Key": "ExecutionStatus", "Values": ["Success"]},
        ]
    }
    one = ssm.describe_automation_executions(**wanted, MaxResults=2)
    two = ssm.describe_automation_executions(**wanted, NextToken=one["NextToken"])
    seen = [
        e["AutomationExecutionId"]
        for page in (one, two)
        for e in page["AutomationExecutionMetadataList"]
    ]
    assert seen == done[::-1]
    assert (
        client(running, TAX, "ssm", "eu-central-1").describe_automation_executions()[
            "AutomationExecutionMetadataList"
        ]
        == []
    )
    with refused("AutomationExecutionNotFoundException"):
        ssm.get_automation_execution(AutomationExecutionId="3f1c0e36-5bb2-4ac4-9a5e-9d6c1f0f4f11")


def test_a_document_that_aws_would_refuse_is_not_made(emulator: Start) -> None:
    running = emulator()
    ssm = client(running, TAX, "ssm")
    bad = document(branch("choose", {"NextStep": "nowhere", "Variable": "{{ X }}", "Is": 1}))
    with refused("InvalidDocumentContent", "nowhere"):
        ssm.create_document(Name=NAME, DocumentType="Automation", Content=json.dumps(bad))
    with refused("InvalidDocumentContent", "No YAML"):
        ssm.create_document(
            Name=NAME, DocumentType="Automation", DocumentFormat="YAML", Content="a: [\n"
        )
    with refused("InvalidDocumentSchemaVersion"):
        ssm.create_document(
            Name=NAME,
            DocumentType="Automation",
            Content=json.dumps({**document(sleep("first")), "schemaVersion": "2.2"}),
        )
    deploy(running, document(sleep("first")))
    with refused("InvalidDocumentContent", "nowhere"):
        ssm.update_document(Name=NAME, Content=json.dumps(bad), DocumentVersion="$LATEST")


def test_an_action_without_emulation_is_refused_when_it_is_started(emulator: Start) -> None:
    running = emulator()
    child = {
        "name": "start_another",
        "action": "aws:executeAutomation",
        "inputs": {"DocumentName": "x"},
    }
    deploy(running, document(sleep("first"), child))
    with refused("NotEmulated", "aws:executeAutomation"):
        start(running)


def test_a_yaml_document_runs_too(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    allow(running, "ec2:DescribeVpcs")
    ssm = client(running, TAX, "ssm")
    text = (
        "schemaVersion: '0.3'\n"
        f"assumeRole: {ROLE}\n"
        "mainSteps:\n"
        "- name: say\n"
        "  action: aws:executeScript\n"
        "  inputs:\n"
        "    Runtime: python3.11\n"
        "    Handler: main\n"
        "    Script: |-\n"
        "      def main(events, context):\n"
        "        return {'said': 'yes'}\n"
    )
    ssm.create_document(
        Name="containment-yaml", DocumentType="Automation", DocumentFormat="YAML", Content=text
    )
    answer = ssm.start_automation_execution(DocumentName="containment-yaml")
    execution = running.world.automation.execution(TAX, REGION, answer["AutomationExecutionId"])
    assert ended(running, execution).status == "Success"
