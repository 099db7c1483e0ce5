"""How an execution goes through its document: order, failures, status, stops, events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rehearsal.automation import Call, Execution
from tests.actors import iam_acts
from tests.automated import (
    Start,
    allow,
    call,
    deploy,
    document,
    ended,
    output,
    ran,
    said,
    script,
    sleep,
    start,
    took,
)

BROKEN = "def main(events, context):\n    raise ValueError('the reason')\n"


def names(execution: Execution) -> list[str]:
    return [record.name for record in execution.steps]


def statuses(execution: Execution) -> dict[str, str]:
    return {record.name: record.status for record in execution.steps}


def test_steps_run_in_the_order_of_the_document_and_take_time(emulator: Start) -> None:
    running = emulator()
    begun = running.world.clock.now()
    execution = ran(running, sleep("first", "PT10S"), sleep("second", "PT1M"))
    assert names(execution) == ["first", "second"]
    assert execution.status == "Success"
    step = running.world.timing.step
    assert running.world.clock.now() - begun == timedelta(seconds=70 + 2 * step)
    assert [took(record) for record in execution.steps] == [
        timedelta(seconds=10 + step),
        timedelta(seconds=60 + step),
    ]


def test_next_step_jumps_and_is_end_stops(emulator: Start) -> None:
    execution = ran(
        emulator(),
        sleep("first", nextStep="third"),
        sleep("second"),
        sleep("third", isEnd=True),
        sleep("fourth"),
    )
    assert names(execution) == ["first", "third"]
    assert execution.status == "Success"


def test_a_failed_step_ends_the_execution_and_says_why(emulator: Start) -> None:
    execution = ran(emulator(), script("first", BROKEN), sleep("second"))
    assert statuses(execution) == {"first": "Failed"}
    assert execution.status == "Failed"
    assert execution.failure == execution.step("first").failure
    assert "ValueError - the reason" in said(execution)


def test_on_failure_continue_goes_on_and_ends_in_success(emulator: Start) -> None:
    execution = ran(emulator(), script("first", BROKEN, onFailure="Continue"), sleep("second"))
    assert statuses(execution) == {"first": "Failed", "second": "Success"}
    assert execution.status == "Success"


def test_a_critical_step_that_is_passed_over_fails_the_execution_at_its_end(
    emulator: Start,
) -> None:
    execution = ran(
        emulator(), script("first", BROKEN, onFailure="Continue", isCritical=True), sleep("second")
    )
    assert statuses(execution) == {"first": "Failed", "second": "Success"}
    assert execution.status == "Failed"


@pytest.mark.parametrize(("critical", "status"), [(True, "Failed"), (False, "Success")])
def test_on_failure_leads_to_another_step(emulator: Start, critical: bool, status: str) -> None:
    execution = ran(
        emulator(),
        script("first", BROKEN, onFailure="step:third", isCritical=critical),
        sleep("second"),
        sleep("third"),
    )
    assert statuses(execution) == {"first": "Failed", "third": "Success"}
    assert execution.status == status


def test_is_end_stops_after_a_failure_as_well(emulator: Start) -> None:
    execution = ran(
        emulator(),
        script("first", BROKEN, onFailure="Continue", isEnd=True),
        sleep("second"),
    )
    assert statuses(execution) == {"first": "Failed"}


def test_a_step_is_tried_as_often_as_it_may(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(call("first", "ec2", "DescribeVpcs", maxAttempts=3)))
    execution = start(running)
    tried: list[str] = []

    def given_back_at_the_third(made: Call) -> None:
        tried.append(made.operation)
        if len(tried) == 3:
            allow(running, "ec2:DescribeVpcs")
            iam_acts(running)

    running.world.automation.before_call = given_back_at_the_third
    ended(running, execution)
    assert execution.status == "Success"
    assert execution.step("first").attempts == 3
    assert execution.step("first").failure is None


def test_the_time_of_a_step_can_run_out(emulator: Start) -> None:
    execution = ran(emulator(), sleep("first", "PT1H", timeoutSeconds=90))
    record = execution.step("first")
    assert (record.status, execution.status) == ("TimedOut", "TimedOut")
    assert took(record) == timedelta(seconds=91)


def test_an_output_that_is_not_there_fails_what_refers_to_it(emulator: Start) -> None:
    execution = ran(
        emulator(),
        call("read", "ec2", "DescribeVpcs", outputs=[output("Name", "$.Nothing.Name")]),
        sleep("wait", "{{ read.Name }}"),
        allowed=("ec2:DescribeVpcs",),
    )
    assert statuses(execution) == {"read": "Success", "wait": "Failed"}
    assert "validating and resolving the step inputs" in said(execution)
    assert "read.Name" in said(execution)


def test_a_circle_of_steps_ends(emulator: Start) -> None:
    execution = ran(emulator(), sleep("first"), sleep("second", nextStep="first"))
    assert execution.status == "Failed"
    assert "circle" in said(execution)


def test_permissions_are_asked_for_at_each_call(emulator: Start) -> None:
    running = emulator()
    deploy(
        running,
        document(call("first", "ec2", "DescribeVpcs"), call("second", "ec2", "DescribeSubnets")),
        ("ec2:DescribeVpcs",),
    )
    execution = ended(running, start(running))
    assert statuses(execution) == {"first": "Success", "second": "Failed"}
    assert "ec2:DescribeSubnets" in said(execution)
    allow(running, "ec2:DescribeVpcs", "ec2:DescribeSubnets")
    iam_acts(running)
    assert ended(running, start(running)).status == "Success"
