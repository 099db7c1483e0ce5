"""Who may decide when a step asks people, and which signals fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.emulator.server import Emulator
from tests.actors import allow
from tests.approving import (
    RESPONDER,
    SIGNALS,
    answer,
    approve,
    asked,
    person,
    seen,
    tell,
)
from tests.automated import Start, ended, refused, sleep
from tests.emulated import REGION, SECURITY, TAX, client

SESSION = f"arn:aws:sts::{TAX}:assumed-role/responder/anna"
INVALID = "InvalidAutomationSignalException"


def test_two_are_needed_and_nobody_counts_twice(emulator: Start) -> None:
    running = emulator()
    user = f"arn:aws:iam::{TAX}:user/ops/bert"
    execution = asked(
        running,
        approve(inputs={"MinRequiredApprovals": 2}, approvers=[RESPONDER, user]),
        tell(),
    )
    anna, bert = person(running), iam_user(running, "bert", "/ops/")
    answer(anna, execution)
    running.world.clock.sleep(60)
    assert execution.status == "Waiting"
    assert len(seen(running, execution)["StepExecutions"][0]["Outputs"]["ApproverDecisions"]) == 1
    with refused(INVALID, "has decided already"):
        answer(anna, execution)
    with refused(INVALID, "has decided already"):
        answer(anna, execution, "Reject")
    answer(bert, execution)
    assert ended(running, execution).status == "Success"
    who = [one["Approver"] for one in execution.step("tell").outputs["Seen"]["who"]]
    assert who == [SESSION, user]


def iam_user(running: Emulator, name: str, path: str = "/") -> Any:
    """An SSM client of a user of the tax account who may send signals."""
    iam = client(running, TAX, "iam")
    iam.create_user(UserName=name, Path=path)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [SIGNALS]})
    iam.put_user_policy(UserName=name, PolicyName="signals", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = running.world.clients.session(key["AccessKeyId"], key["SecretAccessKey"])
    return session.client("ssm", REGION)


def test_a_user_is_named_by_name_in_the_account_only(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve(approvers=["bert"]))
    with refused(INVALID, "not one of the step's approvers"):
        answer(person(running, name="bert", as_="bert"), execution)
    answer(iam_user(running, "bert"), execution)
    assert ended(running, execution).status == "Success"


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        (RESPONDER, True),
        (SESSION, True),
        (SESSION.replace("anna", "bert"), False),
        (f"arn:aws:iam::{TAX}:role/responders", False),
        (f"arn:aws:iam::{SECURITY}:role/responder", False),
        ("anna", False),
        ("responder", False),
    ],
)
def test_an_approver_is_named_by_role_or_session(emulator: Start, entry: str, counts: bool) -> None:
    running = emulator()
    execution = asked(running, approve(approvers=[entry]))
    if counts:
        answer(person(running), execution)
        assert ended(running, execution).status == "Success"
    else:
        with refused(INVALID, "not one of the step's approvers"):
            answer(person(running), execution)
        assert execution.status == "Waiting"


def test_an_approver_without_the_right_in_iam_is_denied(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve())
    arn = f"arn:aws:ssm:{REGION}:{TAX}:automation-execution"
    other = allow("ssm:SendAutomationSignal", f"{arn}/00000000-0000-0000-0000-000000000000")
    with refused("AccessDeniedException", f"ssm:SendAutomationSignal on resource: {arn}/"):
        answer(person(running, other), execution)
    assert execution.status == "Waiting"


def test_the_right_for_this_execution_alone_suffices(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve())
    only = allow("ssm:SendAutomationSignal", execution.arn)
    answer(person(running, only), execution)
    assert ended(running, execution).status == "Success"


def test_a_signal_for_what_does_not_wait_is_refused(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve(), sleep("go", "PT10M"))
    anna = person(running)
    with refused(INVALID, "Resume does not fit"):
        anna.send_automation_signal(
            AutomationExecutionId=execution.id,
            SignalType="Resume",
            Payload={"StepName": ["ask"]},
        )
    with refused("AutomationStepNotFoundException", "no step gone"):
        anna.send_automation_signal(
            AutomationExecutionId=execution.id,
            SignalType="Resume",
            Payload={"StepName": ["gone"]},
        )
    answer(anna, execution)
    with refused(INVALID, "does not fit: the approval is approved"):
        answer(person(running, as_="bert"), execution)
    running.world.clock.sleep(30)
    assert execution.status == "InProgress"
    with refused(INVALID, "InProgress and waits for no signal"):
        answer(anna, execution)
    ended(running, execution)
    with refused(INVALID, "Success and waits for no signal"):
        answer(anna, execution)
    execution.id = "00000000-0000-0000-0000-000000000000"
    with refused("AutomationExecutionNotFoundException"):
        answer(anna, execution)


@pytest.mark.parametrize("kind", ["StartStep", "StopStep", "Revoke"])
def test_other_signals_are_not_emulated(emulator: Start, kind: str) -> None:
    running = emulator()
    execution = asked(running, approve())
    with refused("NotEmulated", kind):
        answer(person(running), execution, kind)
