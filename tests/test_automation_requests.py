"""How a step asks people: the topic, the inputs, the place among the executions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.automation import lint
from rehearsal.automation.limits import Limits
from tests.approving import (
    RESPONDER,
    TOPIC,
    answer,
    approve,
    asked,
    person,
    tell,
)
from tests.automated import Start, document, ended, ran, said, sleep, start
from tests.emulated import REGION, TAX, client

SESSION = f"arn:aws:sts::{TAX}:assumed-role/responder/anna"
INVALID = "InvalidAutomationSignalException"


def test_a_request_goes_to_the_topic_under_the_document_s_role(emulator: Start) -> None:
    running = emulator()
    client(running, TAX, "sns").create_topic(Name="Automation-approvals")
    queue = client(running, TAX, "sqs").create_queue(QueueName="mails")["QueueUrl"]
    client(running, TAX, "sns").subscribe(
        TopicArn=TOPIC, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{TAX}:mails"
    )
    inputs = {"NotificationArn": TOPIC, "Message": "may we?"}
    execution = asked(running, approve(inputs=inputs), allowed=("sns:Publish",))
    [call] = execution.calls
    assert (call.service, call.operation, call.step) == ("sns", "Publish", "ask")
    [mail] = client(running, TAX, "sqs").receive_message(QueueUrl=queue)["Messages"]
    request = json.loads(json.loads(mail["Body"])["Message"])
    assert request["ApprovalRequest"] == "may we?"
    assert request["AutomationExecutionId"] == execution.id


def test_a_role_that_may_not_publish_fails_the_step(emulator: Start) -> None:
    execution = ran(emulator(), approve(inputs={"NotificationArn": TOPIC}))
    assert execution.status == "Failed"
    assert "sns:Publish" in said(execution.step("ask"))


@pytest.mark.parametrize(
    ("step", "mistake"),
    [
        ({"inputs": {}}, "inputs lacks Approvers."),
        ({"inputs": {"Approvers": []}}, "Approvers has 0 entries, not 1 to 10."),
        ({"inputs": {"Approvers": ["x"] * 11}}, "Approvers has 11 entries, not 1 to 10."),
        ({"inputs": {"Approvers": "x"}}, "Approvers is no list."),
        ({"inputs": {"Approvers": ["arn:aws:iam::1:group/x"]}}, "group/x is no user's name"),
        (
            {"inputs": {"Approvers": ["x"], "MinRequiredApprovals": 2}},
            "MinRequiredApprovals is 2, and there are 1 approvers.",
        ),
        ({"inputs": {"Approvers": ["x"], "MinRequiredApprovals": 0}}, "is 0, not a positive"),
        (
            {"inputs": {"Approvers": ["x"], "NotificationArn": TOPIC.replace("Auto", "auto")}},
            "is no topic whose name begins with Automation.",
        ),
        ({"inputs": {"Approvers": ["x"], "Message": "x" * 4_097}}, "more than 4096 characters."),
        ({"inputs": {"Approvers": ["x"], "Role": "x"}}, "inputs has an unknown field Role."),
        ({"timeoutSeconds": 2_592_001}, "aws:approve waits for 2592000 at most."),
        ({"onCancel": "Abort"}, "aws:approve has no onCancel."),
    ],
)
def test_a_mistake_in_an_approval_is_named(step: dict[str, Any], mistake: str) -> None:
    found = lint.mistakes(document({**approve(), **step}))
    assert len(found) == 1
    assert mistake in found[0]


def test_approvals_with_references_are_sound() -> None:
    inputs = {
        "NotificationArn": "{{ Topic }}",
        "Message": "{{ global:DATE }}",
        "MinRequiredApprovals": "{{ Needed }}",
    }
    parameters = {
        "People": {"type": "StringList"},
        "Topic": {"type": "String"},
        "Needed": {"type": "Integer"},
    }
    for approvers in ("{{ People }}", ["{{ Topic }}", RESPONDER, SESSION, "anna"]):
        step = approve(approvers=approvers, inputs=inputs, timeoutSeconds=2_592_000)
        assert lint.mistakes(document(step, tell(), parameters=parameters)) == []


def test_waiting_executions_take_no_place_among_the_running(
    emulator: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rehearsal.automation.limits.RUNNING", 1)
    running = emulator()
    first = asked(running, approve(), sleep("go", "PT10M"))
    second = start(running)
    running.world.clock.sleep(10)
    assert (first.status, second.status) == ("Waiting", "Waiting")
    answer(person(running), first)
    running.world.clock.sleep(10)
    third = start(running)
    running.world.clock.sleep(10)
    assert (first.status, third.status) == ("InProgress", "Pending")
    ended(running, first)
    running.world.clock.sleep(10)
    assert third.status == "Waiting"


def test_the_four_hundred_and_first_that_waits_keeps_its_place() -> None:
    limits, place = Limits(), (TAX, REGION)
    for number in range(500):
        limits.adaptive.add(place)
        assert limits.admit(place, str(number))
    assert not limits.admit(place, "queued")
    assert limits.blocked(place, "0") == ["queued"]
    for number in range(1, 401):
        assert limits.blocked(place, str(number)) == []
    assert [limits.admit(place, f"more-{number}") for number in range(400)] == [True] * 399 + [
        False
    ]
