"""The response as AWS gets it: complete, short enough, and to be followed by a tired person."""

from __future__ import annotations

import builtins
import inspect
import json
import re
from typing import Any

import pytest

from names import ESCALATE, RESPOND, Place
from rehearsal.automation import lint
from runbooks import DOCUMENT_LIMIT, RESPONSE, RUNBOOKS, Action
from tests.decided import people, values
from tests.test_runbook_documents import PHASES, _globals, _reached, _references, _scripts

HOME = Place(partition="aws", account="222222222222", region="eu-west-1")
TEAM = people(HOME)["Teams"]["security"]
MANY = {f"team-{number}": {**TEAM, "Backups": ["dora", "emil", "fina"]} for number in range(8)}
ACTIONS: tuple[Action, ...] = ("Respond", "Escalate")
both = pytest.mark.parametrize("action", ACTIONS)


def text_of(action: Action, **decided: Any) -> str:
    given = values(HOME, RESPONSE.document_name(action), people(HOME, **decided))
    return json.dumps(RESPONSE.document(action, given), separators=(",", ":"))


def document_of(action: Action) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text_of(action))
    return document


def test_the_response_is_named_by_itself_and_is_no_runbook_of_members() -> None:
    assert (RESPONSE.document_name("Respond"), RESPONSE.document_name("Escalate")) == (
        RESPOND,
        ESCALATE,
    )
    assert RESPONSE.actions == ACTIONS
    assert RESPONSE.name not in RUNBOOKS


@both
def test_aws_would_take_the_document(action: Action) -> None:
    assert lint.mistakes(document_of(action)) == []


@both
def test_a_document_is_not_too_long_with_eight_teams(action: Action) -> None:
    assert lint.size(text_of(action, Teams=MANY)) <= DOCUMENT_LIMIT


@both
def test_the_role_and_what_the_stack_decides_are_literals(action: Action) -> None:
    document = document_of(action)
    assert document["assumeRole"] == HOME.role(RESPONSE.document_name(action))
    payloads = [step["inputs"].get("InputPayload", {}) for step in document["mainSteps"]]
    decided = [each["People"] for each in payloads if "People" in each]
    assert decided == [people(HOME)]
    for step in document["mainSteps"]:
        if step["action"] == "aws:approve":
            assert step["inputs"]["Approvers"] == [HOME.role("containment-approver")]
            assert step["inputs"]["NotificationArn"].split(":")[-1].startswith("Automation")
            assert 0 < step["timeoutSeconds"] <= 2_592_000


@both
def test_each_step_says_whether_it_is_manual_and_is_named_for_its_phase(action: Action) -> None:
    phases = []
    for step in document_of(action)["mainSteps"]:
        kind, _, what = step["description"].partition(": ")
        manual = step["action"] in ("aws:approve", "aws:pause")
        assert kind == ("manual" if manual else "automatic"), step["name"]
        assert len(what) > 15
        phases.append(step["name"].partition("_")[0])
    assert phases == sorted(phases, key=PHASES.index)
    assert action == "Escalate" or set(phases) == set(PHASES)


@both
def test_every_handler_is_there_and_brings_all_that_it_uses_and_nothing_of_containment(
    action: Action,
) -> None:
    for step, handler, script in _scripts(document_of(action)):
        code = compile(script, step, "exec")
        space: dict[str, Any] = {}
        exec(code, space)  # noqa: S102  # our own script, which only defines
        assert list(inspect.signature(space[handler]).parameters) == ["event", "_context"]
        assert _globals(code) - space.keys() - vars(builtins).keys() == set()
        assert "runbooks" not in script
        assert "containment-ledger-local" not in script


@both
def test_every_reference_is_there_before_it_is_used_and_every_step_can_be_reached(
    action: Action,
) -> None:
    document = document_of(action)
    steps = {step["name"]: step for step in document["mainSteps"]}
    used = set(_references(document["mainSteps"]))
    assert document.get("parameters", {}).keys() <= {name for name, _ in used}
    early = [
        f"{name} uses {source}"
        for name, step in steps.items()
        for source in {source for source, output in _references(step) if output}
        if name in _reached(steps, without=source)
    ]
    assert early == []
    assert _reached(steps, without="") == steps.keys()


def test_every_failure_of_a_script_leads_to_the_step_that_tells_it() -> None:
    steps = {step["name"]: step for step in document_of("Respond")["mainSteps"]}
    for name, step in steps.items():
        if step["action"] == "aws:executeScript" and name not in ("triage_read", "recover_close"):
            assert step["onFailure"] == step["onCancel"] == "step:recover_close"
        if step["action"] == "aws:approve":
            assert step["isCritical"] is False
            assert step["onFailure"].startswith("step:")


def test_a_parameter_may_be_left_out_and_takes_no_markup() -> None:
    for name, parameter in document_of("Respond")["parameters"].items():
        assert len(parameter["description"]) > 10
        if parameter["type"] == "StringList":
            assert parameter["default"] == []
            continue
        allowed = parameter["allowedPattern"]
        assert parameter["default"] == ""
        assert re.search(allowed, ""), name
        assert not re.search(allowed, "<b>"), name
        assert not re.search(allowed, "a\n{{ x }}"), name
