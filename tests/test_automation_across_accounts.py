"""A script that assumes a role of another account and starts a document there."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.automation import Execution
from rehearsal.emulator.server import Emulator
from tests.actors import allow
from tests.actors import document as policy
from tests.automated import NAME, ROLE, TRUST, Start, deploy, document, ended, said, script, sleep
from tests.automated import output as declared
from tests.automated import start as start_document
from tests.emulated import LAND_REGISTRY, REGION, TAX, client

RESPONDER = f"arn:aws:iam::{LAND_REGISTRY}:role/responder"
RUNBOOK = f"arn:aws:iam::{LAND_REGISTRY}:role/{NAME}"
PASSES = allow(
    "iam:PassRole",
    RUNBOOK,
    Condition={"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
)
STARTS = allow(
    "ssm:StartAutomationExecution",
    [
        f"arn:aws:ssm:*:{LAND_REGISTRY}:document/{NAME}",
        f"arn:aws:ssm:*:{LAND_REGISTRY}:automation-execution/*",
        f"arn:aws:ssm:*:{LAND_REGISTRY}:automation-definition/{NAME}:*",
    ],
)
READS = allow("ssm:GetAutomationExecution", f"arn:aws:ssm:*:{LAND_REGISTRY}:automation-execution/*")

SOURCE = """
import boto3
import time

def main(events, context):
    keys = boto3.client("sts").assume_role(
        RoleArn=events["role"], RoleSessionName=context["automation:EXECUTION_ID"]
    )["Credentials"]
    ssm = boto3.client(
        "ssm",
        region_name="eu-central-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    run = ssm.start_automation_execution(DocumentName=events["document"])["AutomationExecutionId"]
    status = "Pending"
    while status not in ("Success", "Failed"):
        time.sleep(5)
        found = ssm.get_automation_execution(AutomationExecutionId=run)["AutomationExecution"]
        status = found["AutomationExecutionStatus"]
    return {"run": run, "status": status}
"""


def started(
    running: Emulator,
    *statements: dict[str, Any],
    organisation: str = "o-exampleorgid",
    caller: str = ROLE,
) -> Execution:
    """The tax account's execution, over, after it has tried the land registry's document."""
    iam = client(running, LAND_REGISTRY, "iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{TAX}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:PrincipalOrgID": organisation},
            "ArnLike": {"aws:PrincipalArn": caller},
        },
    }
    iam.create_role(RoleName="responder", AssumeRolePolicyDocument=policy(trust))
    if statements:
        iam.put_role_policy(
            RoleName="responder", PolicyName="inline", PolicyDocument=policy(*statements)
        )
    there = json.loads(json.dumps(TRUST).replace(TAX, LAND_REGISTRY))
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(there))
    client(running, LAND_REGISTRY, "ssm", "eu-central-1").create_document(
        Name=NAME,
        DocumentType="Automation",
        Content=json.dumps({**document(sleep("contain", "PT1M")), "assumeRole": RUNBOOK}),
    )
    step = script(
        "start",
        SOURCE,
        {"role": RESPONDER, "document": NAME},
        outputs=[declared("Run", "$.Payload.run"), declared("Status", "$.Payload.status")],
    )
    deploy(running, document(step), ("sts:AssumeRole",))
    return ended(running, start_document(running))


def test_a_script_starts_a_document_of_another_account_and_waits_for_it(emulator: Start) -> None:
    running = emulator()
    execution = started(running, STARTS, READS, PASSES)
    assert execution.status == "Success", execution.failure
    step = execution.step("start")
    assert step.outputs["Status"] == "Success"
    automation = running.world.automation
    there = automation.execution(LAND_REGISTRY, "eu-central-1", step.outputs["Run"])
    assert there.executed_by == (
        f"arn:aws:sts::{LAND_REGISTRY}:assumed-role/responder/{execution.id}"
    )
    assert there.role_arn == RUNBOOK
    assert [(c.service, c.region) for c in step.calls[:2]] == [
        ("sts", REGION),
        ("ssm", "eu-central-1"),
    ]


def test_the_assumed_role_has_to_pass_the_document_s_role(emulator: Start) -> None:
    running = emulator()
    execution = started(running, STARTS, READS)
    assert f"iam:PassRole on resource: {RUNBOOK}" in said(execution)
    assert "assumed-role/responder/" in said(execution)
    assert running.world.automation.executions(LAND_REGISTRY) == []


def test_the_assumed_role_has_to_be_allowed_to_start(emulator: Start) -> None:
    assert "ssm:StartAutomationExecution" in said(started(emulator(), READS, PASSES))


def test_another_organisation_is_not_let_in(emulator: Start) -> None:
    execution = started(emulator(), STARTS, READS, PASSES, organisation="o-other000000")
    assert f"sts:AssumeRole on resource: {RESPONDER}" in said(execution)


def test_another_role_of_the_account_is_not_let_in(emulator: Start) -> None:
    other = f"arn:aws:iam::{TAX}:role/containment-isolate-*-release"
    execution = started(emulator(), STARTS, READS, PASSES, caller=other)
    assert f"sts:AssumeRole on resource: {RESPONDER}" in said(execution)


def test_a_pattern_of_roles_lets_those_in_that_fit(emulator: Start) -> None:
    like = f"arn:aws:iam::{TAX}:role/containment-*"
    assert started(emulator(), STARTS, READS, PASSES, caller=like).status == "Success"
