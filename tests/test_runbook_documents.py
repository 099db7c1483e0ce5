"""Every runbook as AWS gets it: what a document and its scripts must hold."""

from __future__ import annotations

import builtins
import dis
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any

import pytest

from rehearsal.automation import lint
from runbooks import DOCUMENT_LIMIT, RUNBOOKS, Action, Runbook
from tests.declared import declared

ACCOUNT = "333333333333"
DECIDED = {
    "Stack",
    "Routes",
    "Caps",
    "Suffices",
    "TwoSwapsProven",
    "CredentialsMargin",
    "DnsTypes",
    "DnsFirewalled",
    "Forensics",
    "Copies",
    "NeverTouch",
}
"""What the stack decides, and no starter of a run."""
PHASES = ["triage", "mitigate", "recover"]
REFERENCE = re.compile(r"\{\{ ([\w:]+)(?:\.(\w+))? \}\}")
Document = dict[str, Any]
BOTH = [
    pytest.param(runbook, action, id=f"{runbook.name}-{action}")
    for runbook in RUNBOOKS.values()
    for action in runbook.actions
]
both = pytest.mark.parametrize(("runbook", "action"), BOTH)


def text_of(runbook: Runbook, action: Action) -> str:
    """The document as staging deploys it into a member account."""
    deployed = declared("staging").of("Document", name=runbook.document_name(action))
    (there,) = [d for d in deployed if (d.account, d.region) == (ACCOUNT, "eu-central-1")]
    text: str = there.inputs["content"]
    return text


def document_of(runbook: Runbook, action: Action) -> Document:
    """The document as AWS reads it."""
    document: Document = json.loads(text_of(runbook, action))
    return document


def _scripts(document: Document) -> Iterator[tuple[str, str, str]]:
    for step in document["mainSteps"]:
        if step["action"] == "aws:executeScript":
            yield step["name"], step["inputs"]["Handler"], step["inputs"]["Script"]


def _references(node: object) -> Iterator[tuple[str, str]]:
    """Every ``{{ step.Output }}`` or ``{{ Parameter }}`` in a step, scripts left out."""
    if isinstance(node, str):
        yield from REFERENCE.findall(node)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key != "Script":
                yield from _references(each)


@both
def test_aws_would_take_the_document(runbook: Runbook, action: Action) -> None:
    assert lint.mistakes(document_of(runbook, action)) == []


@both
def test_a_document_is_not_too_long(runbook: Runbook, action: Action) -> None:
    assert lint.LIMIT == DOCUMENT_LIMIT == 65_536
    assert lint.size(text_of(runbook, action)) <= DOCUMENT_LIMIT


@both
def test_the_role_is_a_literal_and_so_is_what_the_stack_decides(
    runbook: Runbook, action: Action
) -> None:
    document = document_of(runbook, action)
    role = f"arn:aws:iam::{ACCOUNT}:role/{runbook.document_name(action)}"
    assert document["assumeRole"] == role
    assert DECIDED.isdisjoint(document["parameters"])
    payloads = [step["inputs"].get("InputPayload", {}) for step in document["mainSteps"]]
    decided = [(key, each[key]) for each in payloads for key in DECIDED & each.keys()]
    assert "{{" not in json.dumps(decided)
    stack = {
        "AccountId": ACCOUNT,
        "HomeRegion": "eu-west-1",
        "EvidenceBucket": "containment-evidence-222222222222-eu-west-1",
        "ExemptionsBucket": "containment-exemptions-222222222222-eu-west-1",
    }
    assert [each for key, each in decided if key == "Stack" and each != stack] == []
    if action == "Contain":
        assert {key for key, _ in decided} == DECIDED - {"Copies"}
    if action == "Preserve":
        assert {key for key, _ in decided} == {"Stack", "Copies"}


@both
def test_every_step_is_named_for_its_phase_and_the_phases_come_in_order(
    runbook: Runbook, action: Action
) -> None:
    phases = [step["name"].partition("_")[0] for step in document_of(runbook, action)["mainSteps"]]
    assert set(phases) <= set(PHASES)
    assert phases == sorted(phases, key=PHASES.index)


@both
def test_every_handler_is_there_and_brings_all_that_it_uses(
    runbook: Runbook, action: Action
) -> None:
    for step, handler, script in _scripts(document_of(runbook, action)):
        code = compile(script, step, "exec")
        space: dict[str, Any] = {}
        exec(code, space)  # noqa: S102  # our own script, which only defines
        assert list(inspect.signature(space[handler]).parameters) == ["event", "_context"]
        assert _globals(code) - space.keys() - vars(builtins).keys() == set()
        assert "runbooks" not in script


def _globals(code: CodeType) -> set[str]:
    """Names that a piece of code and the functions inside it look up as globals."""
    found = {
        str(each.argval) for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL"
    }
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _globals(constant)
    return found


@both
def test_every_reference_names_a_parameter_or_an_output_that_a_step_has(
    runbook: Runbook, action: Action
) -> None:
    document = document_of(runbook, action)
    outputs = {
        (step["name"], output["Name"])
        for step in document["mainSteps"]
        for output in step.get("outputs", [])
    }
    given = {"automation:EXECUTION_ID", "global:REGION", "global:DATE_TIME", "global:ACCOUNT_ID"}
    there = outputs | {(name, "") for name in [*document["parameters"], *given]}
    used = set(_references(document["mainSteps"]))
    assert used - there == set()
    assert document["parameters"].keys() - {name for name, _ in used} == {"Action"}


@both
def test_no_step_can_be_reached_before_the_outputs_that_it_uses(
    runbook: Runbook, action: Action
) -> None:
    steps = {step["name"]: step for step in document_of(runbook, action)["mainSteps"]}
    early = [
        f"{name} uses {source}, which may not have succeeded"
        for name, step in steps.items()
        for source in {source for source, output in _references(step) if output}
        if name in _reached(steps, without=source)
    ]
    assert early == []


@both
def test_every_step_can_be_reached(runbook: Runbook, action: Action) -> None:
    steps = {step["name"]: step for step in document_of(runbook, action)["mainSteps"]}
    assert _reached(steps, without="") == steps.keys()


def _reached(steps: Mapping[str, Document], *, without: str) -> set[str]:
    """The steps that a run may come to, where one of them never succeeds."""
    order = list(steps)
    pending, reached = [order[0]], set()
    while pending:
        name = pending.pop()
        if name in reached:
            continue
        reached.add(name)
        step = steps[name]
        for way in ("onFailure", "onCancel"):
            if step.get(way, "").startswith("step:"):
                pending.append(step[way].removeprefix("step:"))
        if name == without:
            continue
        inputs = step["inputs"]
        pending += [choice["NextStep"] for choice in inputs.get("Choices", [])]
        pending += [inputs["Default"]] if "Default" in inputs else []
        if "nextStep" in step:
            pending.append(step["nextStep"])
        elif not step.get("isEnd"):
            pending += order[order.index(name) + 1 :][:1]
    return reached


@both
def test_no_step_that_ends_the_run_names_a_step_for_its_failure(
    runbook: Runbook, action: Action
) -> None:
    # isEnd ends the run when the step fails, too (AWS docs: automation-actions).
    for step in document_of(runbook, action)["mainSteps"]:
        if step.get("isEnd"):
            assert not str(step.get("onFailure", "")).startswith("step:"), step["name"]


@both
def test_every_parameter_is_described_and_takes_nothing_unforeseen(
    runbook: Runbook, action: Action
) -> None:
    for parameter in document_of(runbook, action)["parameters"].values():
        assert len(parameter["description"]) > 10
        assert ("allowedValues" in parameter) != ("allowedPattern" in parameter)
        if "allowedPattern" in parameter:
            allowed = parameter["allowedPattern"]
            assert allowed.startswith("^")
            assert allowed.endswith("$")
            # An empty one is what a missing path leaves (trap 1.8).
            assert not re.search(allowed, "")


@both
def test_a_document_does_its_own_action_and_no_other(runbook: Runbook, action: Action) -> None:
    parameter = document_of(runbook, action)["parameters"]["Action"]
    assert (parameter["allowedValues"], parameter["default"]) == ([action], action)
