"""A step that waits until somebody resumes the execution."""

from __future__ import annotations

from datetime import timedelta

from rehearsal.automation import Execution, lint
from rehearsal.emulator.server import Emulator
from tests.approving import answer, asked, person, seen
from tests.automated import Start, document, ended, refused, sleep, took
from tests.emulated import TAX, client

INVALID = "InvalidAutomationSignalException"
PAUSE = {"name": "wait", "action": "aws:pause", "inputs": {}}


def resume(running: Emulator, execution: Execution, *step: str) -> None:
    payload = {"Payload": {"StepName": list(step)}} if step else {}
    person(running).send_automation_signal(
        AutomationExecutionId=execution.id, SignalType="Resume", **payload
    )


def test_resume_lets_a_paused_execution_go_on(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, PAUSE, sleep("go"))
    running.world.clock.sleep(3_600)
    assert seen(running, execution)["AutomationExecutionStatus"] == "Waiting"
    resume(running, execution, "wait")
    assert ended(running, execution).status == "Success"
    assert execution.step("wait").outputs == {}
    assert took(execution) < timedelta(seconds=3_700)


def test_only_resume_with_the_step_s_name_does(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, PAUSE, sleep("go"))
    with refused(INVALID, "waits for Resume with StepName wait"):
        resume(running, execution)
    with refused(INVALID, "not for Resume with ['go']"):
        resume(running, execution, "go")
    with refused("AutomationStepNotFoundException", "no step gone"):
        resume(running, execution, "gone")
    with refused(INVALID, "not for Approve"):
        answer(person(running), execution)
    running.world.clock.sleep(60)
    assert execution.status == "Waiting"


def test_a_pause_ends_after_its_time(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, {**PAUSE, "timeoutSeconds": 100}, sleep("go"))
    assert ended(running, execution).status == "TimedOut"
    assert took(execution.step("wait")) == timedelta(seconds=101)
    with refused(INVALID, "TimedOut and waits for no signal"):
        resume(running, execution, "wait")


def test_a_paused_execution_is_stopped_at_once(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, PAUSE)
    now = running.world.clock.now()
    client(running, TAX, "ssm").stop_automation_execution(AutomationExecutionId=execution.id)
    assert ended(running, execution).status == "Cancelled"
    assert execution.ended == now


def test_a_pause_takes_no_inputs_and_no_month_and_a_day() -> None:
    step = {**PAUSE, "inputs": {"Message": "x"}}
    assert lint.mistakes(document(step)) == ["Step wait: inputs has an unknown field Message."]
    assert lint.mistakes(document({"name": "wait", "action": "aws:pause"})) == []
    [long] = lint.mistakes(document({**PAUSE, "timeoutSeconds": 2_592_001}))
    assert "aws:pause waits for 2592000 at most." in long
