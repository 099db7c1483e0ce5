"""Canaries of Automation's traps: short calls, scripts' limits, quotas, a status that flatters."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from rehearsal.emulator.world import Timing
from tests.actors import iam_acts
from tests.approving import TOPIC, answer, approve, asked, person
from tests.automated import (
    NAME,
    ROLE,
    call,
    deploy,
    document,
    ended,
    ran,
    script,
    sleep,
    start,
    took,
)
from tests.canaries import canary
from tests.emulated import REGION, TAX, client

Start = Callable[..., Emulator]

BROKEN = "def main(events, context):\n    raise ValueError('the reason')\n"


@canary("4.3")
def test_an_api_step_ends_after_25_seconds_whatever_its_timeout(emulator: Start) -> None:
    running = emulator(timing=Timing(api_call=40.0))
    execution = ran(
        running,
        call("read", "ec2", "DescribeVpcs", timeoutSeconds=60),
        allowed=("ec2:DescribeVpcs",),
    )
    assert execution.status == "TimedOut"
    assert took(execution.step("read")) == timedelta(seconds=26)


@canary("4.3")
def test_a_call_that_fails_inside_is_a_successful_step(emulator: Start) -> None:
    execution = ran(
        emulator(),
        call(
            "report",
            "events",
            "PutEvents",
            inputs={"Entries": [{"Source": "x", "DetailType": "y", "Detail": "no JSON"}]},
            outputs=[{"Name": "Failed", "Selector": "$.FailedEntryCount", "Type": "Integer"}],
        ),
        allowed=("events:PutEvents",),
    )
    assert execution.status == "Success", execution.failure
    assert execution.step("report").outputs["Failed"] == 1


@canary("4.4")
def test_a_script_ends_after_600_seconds(emulator: Start) -> None:
    slow = "import time\ndef main(events, context):\n    time.sleep(900)\n"
    execution = ran(emulator(), script("wait", slow, timeoutSeconds=3_000))
    assert execution.status == "TimedOut"
    assert took(execution.step("wait")) == timedelta(seconds=601)


@canary("4.4")
def test_a_script_answers_with_100_items_of_a_list_at_most(emulator: Start) -> None:
    source = "def main(events, context):\n    return {'ids': ['x'] * events['many']}\n"
    assert ran(emulator(), script("few", source, {"many": 100})).status == "Success"
    execution = ran(emulator(), script("many", source, {"many": 101}))
    assert execution.status == "Failed"
    assert "101 items" in str(execution.failure)


@canary("4.4")
def test_a_script_answers_with_100_kilobytes_at_most(emulator: Start) -> None:
    source = "def main(events, context):\n    return {'text': 'x' * events['many']}\n"
    assert ran(emulator(), script("few", source, {"many": 102_000})).status == "Success"
    assert ran(emulator(), script("many", source, {"many": 103_000})).status == "Failed"


@canary("4.4")
def test_a_document_has_64_kilobytes_at_most_with_its_scripts(emulator: Start) -> None:
    ssm = client(emulator(), TAX, "ssm")
    frame = json.dumps(document(script("long", "")))
    room = 65_536 - len(frame)
    exact, over = (json.dumps(document(script("long", "#" * size))) for size in (room, room + 1))
    ssm.create_document(Name="containment-exact", DocumentType="Automation", Content=exact)
    with pytest.raises(ClientError, match="MaxDocumentSizeExceeded"):
        ssm.create_document(Name="containment-over", DocumentType="Automation", Content=over)


@canary("4.5")
def test_a_second_start_within_a_second_is_throttled(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    start(running)
    running.world.clock.sleep(0.9)
    with pytest.raises(ClientError, match="ThrottlingException"):
        start(running)
    running.world.clock.sleep(0.2)
    assert ended(running, start(running)).status == "Success"


@canary("4.5")
def test_the_hundred_and_first_execution_waits(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first", "PT10M")))
    automation, ids = running.world.automation, []
    for _ in range(101):
        ids.append(automation.start(TAX, REGION, NAME, None, {}, started_by="arn:…:user/x"))
        running.world.clock.sleep(1.0)
    statuses = [automation.execution(TAX, REGION, one).status for one in ids[-2:]]
    assert statuses == ["InProgress", "Pending"]


@canary("4.13")
def test_an_execution_succeeds_over_a_failed_step(emulator: Start) -> None:
    execution = ran(emulator(), script("change", BROKEN, onFailure="Continue"), sleep("verify"))
    assert execution.step("change").status == "Failed"
    assert execution.status == "Success"


@canary("5.11")
def test_to_start_needs_the_document_and_the_execution(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first")))
    iam = client(running, TAX, "iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": TAX}, "Action": "sts:AssumeRole"}],
    }
    iam.create_role(RoleName="starter", AssumeRolePolicyDocument=json.dumps(trust))
    keys = client(running, TAX, "sts").assume_role(
        RoleArn=f"arn:aws:iam::{TAX}:role/starter", RoleSessionName="starter"
    )["Credentials"]
    ssm = running.world.clients.session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    ).client("ssm", REGION)

    def grant(*resources: str) -> None:
        statements = [
            {
                "Effect": "Allow",
                "Action": "ssm:StartAutomationExecution",
                "Resource": [f"arn:aws:ssm:{REGION}:{TAX}:{resource}" for resource in resources],
            },
            {"Effect": "Allow", "Action": "iam:PassRole", "Resource": ROLE},
        ]
        iam.put_role_policy(
            RoleName="starter",
            PolicyName="start",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )

    definition, named, execution = (
        f"automation-definition/{NAME}:*",
        f"document/{NAME}",
        "automation-execution/*",
    )
    for insufficient in ((definition,), (definition, named), (definition, execution)):
        grant(*insufficient)
        iam_acts(running)
        with pytest.raises(ClientError, match="AccessDenied"):
            ssm.start_automation_execution(DocumentName=NAME)
    grant(definition, named, execution)
    iam_acts(running)
    assert ssm.start_automation_execution(DocumentName=NAME)["AutomationExecutionId"]


@canary("5.2")
def test_who_is_no_approver_may_not_approve(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve())
    with pytest.raises(ClientError, match="InvalidAutomationSignalException"):
        answer(person(running, name="passer-by"), execution)
    running.world.clock.sleep(60)
    assert execution.status == "Waiting"


@canary("5.2")
def test_an_approval_is_asked_for_on_a_topic_whose_name_begins_with_automation(
    emulator: Start,
) -> None:
    # By a parameter, since what is written out is refused when the document is made.
    execution = ran(
        emulator(),
        approve(inputs={"NotificationArn": "{{ Topic }}"}, timeoutSeconds=60),
        allowed=("sns:Publish",),
        parameters={"Topic": {"type": "String", "default": TOPIC.replace("Auto", "auto")}},
    )
    assert "does not begin with Automation" in str(execution.failure)
