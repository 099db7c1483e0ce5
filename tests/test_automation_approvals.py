"""A step that asks people: what a decision does, and when it is too late."""

from __future__ import annotations

import json
from datetime import timedelta

from rehearsal.clock import RealClock
from tests.approving import (
    RESPONDER,
    answer,
    approve,
    asked,
    person,
    seen,
    tell,
)
from tests.automated import Start, ended, refused, said, sleep, took
from tests.emulated import TAX, client, listening

SESSION = f"arn:aws:sts::{TAX}:assumed-role/responder/anna"
INVALID = "InvalidAutomationSignalException"


def test_an_approval_lets_the_execution_go_on(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve(), tell())
    running.world.clock.sleep(3_600)
    answer(person(running), execution, comment="it is ours")
    decided = running.world.clock.now()
    assert ended(running, execution).status == "Success"
    shown = execution.step("tell").outputs["Seen"]
    assert shown["status"] == "Approved"
    assert shown["who"] == [
        {
            "Approver": SESSION,
            "Decision": "Approve",
            "ApprovalDecisionTime": decided.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "Comment": "it is ours",
        }
    ]
    assert execution.step("ask").ended == decided


def test_a_waiting_execution_says_so_everywhere(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, sleep("first"), approve(onFailure="step:tell"), sleep("go"), tell())
    shown = seen(running, execution)
    assert (shown["AutomationExecutionStatus"], shown["CurrentStepName"]) == ("Waiting", "ask")
    assert shown["CurrentAction"] == "aws:approve"
    step = shown["StepExecutions"][1]
    assert step["StepStatus"] == "Waiting"
    assert json.loads(step["Inputs"]["Approvers"]) == [RESPONDER]
    assert step["Outputs"] == {"ApprovalStatus": ["Waiting"], "ApproverDecisions": []}
    assert step["ValidNextSteps"] == ["go", "tell"]
    assert step["ExecutionStartTime"] >= shown["ExecutionStartTime"]
    assert "ExecutionEndTime" not in step
    assert [one["StepStatus"] for one in shown["StepExecutions"]][2:] == ["Pending", "Pending"]
    ssm = client(running, TAX, "ssm")
    waiting = [{"Key": "ExecutionStatus", "Values": ["Waiting"]}]
    [listed] = ssm.describe_automation_executions(Filters=waiting)[
        "AutomationExecutionMetadataList"
    ]
    assert listed["AutomationExecutionId"] == execution.id
    [found] = ssm.describe_automation_step_executions(
        AutomationExecutionId=execution.id,
        Filters=[{"Key": "StepExecutionStatus", "Values": ["Waiting"]}],
    )["StepExecutions"]
    assert found["StepName"] == "ask"


def test_each_change_to_waiting_and_back_is_an_event(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve(), sleep("go"))
    bus = listening(running)
    answer(person(running), execution)
    ended(running, execution)
    running.world.clock.sleep(60)
    changes = [e["detail"]["Status"] for *_, e in bus.events if "Status" in e["detail"]]
    assert changes == ["InProgress", "Success"]


def test_the_event_of_an_execution_that_begins_to_wait_says_waiting(emulator: Start) -> None:
    running = emulator()
    asked(running, approve(), sleep("go"))
    changes = [e["detail"]["Status"] for *_, e in running.world.relay.events]  # type: ignore[attr-defined]
    assert changes == ["InProgress", "Waiting"]


def test_a_rejection_fails_the_step_at_once(emulator: Start) -> None:
    running = emulator()
    execution = asked(
        running, approve(inputs={"MinRequiredApprovals": 2}, approvers=[RESPONDER, "x"])
    )
    running.world.clock.sleep(10)
    answer(person(running), execution, "Reject", "a false alarm")
    assert ended(running, execution).status == "Failed"
    assert f"rejected by {SESSION}: a false alarm" in said(execution.step("ask"))
    assert execution.step("ask").outputs["ApprovalStatus"] == "Rejected"


def test_a_rejection_can_lead_to_another_step_that_sees_who_it_was(emulator: Start) -> None:
    running = emulator()
    execution = asked(
        running,
        approve(onFailure="step:tell", isCritical=False, nextStep="go"),
        tell(),
        sleep("go"),
    )
    answer(person(running), execution, "Reject")
    assert ended(running, execution).status == "Success"
    shown = execution.step("tell").outputs["Seen"]
    assert shown["status"] == "Rejected"
    assert [(one["Approver"], one["Decision"]) for one in shown["who"]] == [(SESSION, "Reject")]


def test_silence_times_out_at_the_second_and_leads_on(emulator: Start) -> None:
    running = emulator()
    execution = asked(
        running,
        approve(onFailure="step:tell", timeoutSeconds=3_600, isCritical=False, nextStep="go"),
        tell(),
        sleep("go"),
    )
    ended(running, execution)
    step = execution.step("ask")
    assert (step.status, took(step)) == ("TimedOut", timedelta(seconds=3_601))
    assert execution.step("tell").outputs["Seen"] == {"status": "Waiting", "who": []}
    with refused(INVALID, "waits for no signal"):
        answer(person(running), execution)


def test_silence_ends_after_seven_days_unless_said_otherwise(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve())
    ended(running, execution, within=8 * 86_400)
    assert execution.status == "TimedOut"
    assert took(execution.step("ask")) == timedelta(days=7, seconds=1)


def test_a_waiting_execution_is_stopped_at_once(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve(), sleep("go"))
    ssm = client(running, TAX, "ssm")
    ssm.stop_automation_execution(AutomationExecutionId=execution.id)
    asked_at = running.world.clock.now()
    with refused(INVALID):
        answer(person(running), execution)
    assert ended(running, execution).status == "Cancelled"
    assert (execution.ended, execution.step("ask").status) == (asked_at, "Cancelled")


def test_an_execution_that_is_to_end_after_its_step_still_waits_for_people(
    emulator: Start,
) -> None:
    running = emulator()
    execution = asked(running, approve(), sleep("go"))
    ssm = client(running, TAX, "ssm")
    ssm.stop_automation_execution(AutomationExecutionId=execution.id, Type="Complete")
    running.world.clock.sleep(60)
    assert execution.status == "Waiting"
    answer(person(running), execution)
    assert ended(running, execution).status == "Success"
    assert [record.name for record in execution.steps] == ["ask"]


def test_people_decide_in_real_time_too(emulator: Start) -> None:
    running = emulator(clock=RealClock(pace=0.01))
    execution = asked(running, approve(timeoutSeconds=86_400))
    answer(person(running), execution)
    assert ended(running, execution, within=20).status == "Success"


def test_an_emulator_with_a_waiting_execution_ends(emulator: Start) -> None:
    running = emulator(clock=RealClock(pace=0.01))
    execution = asked(running, approve())
    running.stop()
    assert execution.status == "Waiting"
