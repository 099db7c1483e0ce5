"""What an execution leaves behind: outputs, events, calls, and how it is stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rehearsal.automation import Call, Execution
from tests.automated import (
    NAME,
    Start,
    call,
    deploy,
    document,
    ended,
    output,
    ran,
    script,
    sleep,
    start,
    took,
)
from tests.emulated import REGION, TAX, client, listening

BROKEN = "def main(events, context):\n    raise ValueError('the reason')\n"


def statuses(execution: Execution) -> dict[str, str]:
    return {record.name: record.status for record in execution.steps}


def test_the_document_s_outputs_are_the_execution_s(emulator: Start) -> None:
    running = emulator()
    execution = ran(
        running,
        script(
            "first",
            "def main(events, context):\n    return {'a': 'x'}\n",
            outputs=[output("A", "$.Payload.a")],
        ),
        outputs=["first.A"],
    )
    assert execution.outputs == {"first.A": "x"}
    seen = client(running, TAX, "ssm").get_automation_execution(AutomationExecutionId=execution.id)[
        "AutomationExecution"
    ]
    assert seen["Outputs"] == {"first.A": ["x"]}


def test_a_cancelled_execution_leaves_its_step_and_cleans_up(emulator: Start) -> None:
    running = emulator()
    slow = "import time\ndef main(events, context):\n    time.sleep(300)\n"
    deploy(
        running,
        document(
            script("change", slow, onCancel="step:undo", nextStep="verify"),
            sleep("verify", isEnd=True),
            sleep("undo", isEnd=True),
        ),
    )
    execution = start(running)
    running.world.clock.sleep(60)
    client(running, TAX, "ssm").stop_automation_execution(AutomationExecutionId=execution.id)
    asked = running.world.clock.now()
    ended(running, execution)
    assert statuses(execution) == {"change": "Cancelled", "undo": "Success"}
    assert execution.status == "Cancelled"
    assert execution.started + took(execution) - asked < timedelta(seconds=10)


def test_the_clean_up_of_a_cancelled_execution_has_two_minutes(emulator: Start) -> None:
    running = emulator()
    slow = "import time\ndef main(events, context):\n    time.sleep(300)\n"
    deploy(
        running,
        document(script("change", slow, onCancel="step:undo", isEnd=True), script("undo", slow)),
    )
    execution = start(running)
    running.world.clock.sleep(60)
    running.world.automation.stop(TAX, REGION, execution.id)
    ended(running, execution)
    assert statuses(execution) == {"change": "Cancelled", "undo": "TimedOut"}


def test_a_completed_execution_lets_its_step_finish(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first", "PT1M"), sleep("second")))
    execution = start(running)
    running.world.clock.sleep(20)
    client(running, TAX, "ssm").stop_automation_execution(
        AutomationExecutionId=execution.id, Type="Complete"
    )
    ended(running, execution)
    assert statuses(execution) == {"first": "Success"}
    assert execution.status == "Success"
    with pytest.raises(Exception, match="InvalidAutomationStatusUpdateException"):
        client(running, TAX, "ssm").stop_automation_execution(AutomationExecutionId=execution.id)


def test_each_change_of_status_is_an_event_on_the_account_s_bus(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(script("first", BROKEN)))
    bus = listening(running)
    execution = ended(running, start(running))
    assert [place for *place, _ in bus.events] == [[TAX, REGION, "default"]] * 2
    begun, over = (event for *_, event in bus.events)
    assert begun["detail"]["Status"] == "InProgress"
    assert "EndTime" not in begun["detail"]
    assert over["source"] == "aws.ssm"
    assert over["detail-type"] == "EC2 Automation Execution Status-change Notification"
    assert over["account"] == TAX
    assert over["resources"][0] == execution.arn
    assert over["detail"]["Status"] == "Failed"
    assert over["detail"]["Definition"] == NAME
    assert over["detail"]["ExecutionId"] == execution.id
    assert over["detail"]["Time"] == 3_000.0
    assert over["detail"]["ExecutedBy"].endswith(
        "assumed-role/OrganizationAccountAccessRole/rehearsal"
    )


def test_every_call_is_counted_with_its_step_and_time(emulator: Start) -> None:
    running = emulator()
    pages = (
        "import boto3\n"
        "def main(events, context):\n"
        "    away = boto3.client('ec2', region_name='eu-central-1')\n"
        "    away.get_paginator('describe_instances').paginate().build_full_result()\n"
        "    boto3.Session(region_name='eu-central-1').client('sts').get_caller_identity()\n"
    )
    deploy(
        running,
        document(call("read", "ec2", "DescribeVpcs"), script("look", pages)),
        ("ec2:Describe*",),
    )
    seen: list[Call] = []
    running.world.automation.before_call = seen.append
    execution = ended(running, start(running))
    assert execution.status == "Success", execution.failure
    assert [(c.step, c.service, c.operation, c.region) for c in execution.calls] == [
        ("read", "ec2", "DescribeVpcs", REGION),
        ("look", "ec2", "DescribeInstances", "eu-central-1"),
        ("look", "sts", "GetCallerIdentity", "eu-central-1"),
    ]
    assert seen == execution.calls
    assert execution.calls == sorted(execution.calls, key=lambda made: made.at)
    assert {(c.account, c.document, c.execution_id) for c in execution.calls} == {
        (TAX, NAME, execution.id)
    }
