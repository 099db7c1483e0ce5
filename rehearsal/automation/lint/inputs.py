"""The ``inputs`` of each action that runs here: what it needs, and nothing it does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rehearsal.automation.actions import api, branch, script
from rehearsal.automation.actions.waiting import duration
from rehearsal.automation.failures import StepFailedError
from rehearsal.automation.lint import approvals
from rehearsal.automation.lint.operations import mistakes as operation_mistakes
from rehearsal.automation.outputs import readable
from rehearsal.automation.values import REFERENCE

Inputs = Mapping[str, Any]
Names = Sequence[str]

OTHER_RUNTIMES = ("PowerShell 7.4",)


def of_step(step: Mapping[str, Any], names: Names) -> list[str]:
    """One sentence a mistake; nothing for actions that AWS has and the rehearsal has not."""
    check = CHECKS.get(step["action"])
    inputs = step.get("inputs") or {}
    return [f"Step {step['name']}: {fault}" for fault in check(inputs, names)] if check else []


def _fields(inputs: Inputs, *, needs: set[str], may: frozenset[str] = frozenset()) -> Iterator[str]:
    for field in sorted(needs - inputs.keys()):
        yield f"inputs lacks {field}."
    for field in sorted(inputs.keys() - needs - may):
        yield f"inputs has an unknown field {field}."


def _api(inputs: Inputs, _: Names) -> Iterator[str]:
    lacking = list(
        _fields({k: inputs[k] for k in inputs if k in api.OWN}, needs={"Service", "Api"})
    )
    yield from lacking or operation_mistakes(inputs)


def _property(inputs: Inputs, names: Names) -> Iterator[str]:
    for field in ("PropertySelector", "DesiredValues"):
        if field not in inputs:
            yield f"inputs lacks {field}."
    if not readable(str(inputs.get("PropertySelector", "$"))):
        yield f"PropertySelector {inputs['PropertySelector']} is no JSONPath."
    if not isinstance(inputs.get("DesiredValues", []), list):
        yield "DesiredValues is no list."
    own = {"PropertySelector", "DesiredValues"}
    yield from _api({key: value for key, value in inputs.items() if key not in own}, names)


def _script(inputs: Inputs, _: Names) -> Iterator[str]:
    lacking = list(
        _fields(
            inputs,
            needs={"Runtime", "Handler", "Script"},
            may=frozenset({"InputPayload", "Attachment"}),
        )
    )
    yield from lacking
    if lacking:
        return
    if inputs["Runtime"] not in (*script.RUNTIMES, *OTHER_RUNTIMES):
        yield f"Runtime {inputs['Runtime']} is none of {', '.join(script.RUNTIMES)}."
    if found := REFERENCE.search(str(inputs["Script"])):
        yield f"the script contains {found[0]}: a value comes in by InputPayload."


def _branch(inputs: Inputs, names: Names) -> Iterator[str]:
    yield from _fields(inputs, needs={"Choices"}, may=frozenset({"Default"}))
    if inputs.get("Default", names[0]) not in names:
        yield f"Default leads to {inputs['Default']}, and there is no such step."
    choices = inputs.get("Choices")
    if not isinstance(choices, list) or not choices:
        yield "Choices is no list of at least one choice."
        return
    for choice in choices:
        if not isinstance(choice, Mapping) or "NextStep" not in choice:
            yield "a choice lacks NextStep."
            continue
        if choice["NextStep"] not in names:
            yield f"a choice leads to {choice['NextStep']}, and there is no such step."
        yield from _condition({key: choice[key] for key in choice if key != "NextStep"})


def _condition(condition: Any) -> Iterator[str]:
    if not isinstance(condition, Mapping):
        yield "a condition of a choice is no mapping."
        return
    combined = [key for key in ("And", "Or", "Not") if key in condition]
    if combined:
        key, parts = combined[0], condition[combined[0]]
        if len(condition) > 1 or isinstance(parts, list) == (key == "Not"):
            yield f"{key} stands alone and takes {'one condition' if key == 'Not' else 'a list'}."
            return
        for part in [parts] if key == "Not" else parts:
            yield from _condition(part)
        return
    comparators = condition.keys() - {"Variable"}
    if len(comparators) != 1 or not comparators <= branch.COMPARATORS.keys():
        known = ", ".join(branch.COMPARATORS)
        yield f"a choice compares by one of {known}, not by {sorted(comparators)}."
    if not REFERENCE.fullmatch(str(condition.get("Variable", "")).strip()):
        yield f"Variable {condition.get('Variable')!r} is no reference."


def _sleep(inputs: Inputs, _: Names) -> Iterator[str]:
    given = inputs.keys() & {"Duration", "Timestamp"}
    if len(given) != 1 or inputs.keys() - given:
        yield "inputs has either Duration or Timestamp."
    elif "Duration" in inputs and not REFERENCE.search(str(inputs["Duration"])):
        try:
            duration(str(inputs["Duration"]))
        except StepFailedError:
            yield f"Duration {inputs['Duration']} is no duration like PT10M."


def _approve(inputs: Inputs, _: Names) -> Iterator[str]:
    lacking = list(_fields(inputs, needs={"Approvers"}, may=approvals.OPTIONAL))
    yield from lacking or approvals.mistakes(inputs)


def _pause(inputs: Inputs, _: Names) -> Iterator[str]:
    yield from _fields(inputs, needs=set())


CHECKS: Mapping[str, Callable[[Inputs, Names], Iterator[str]]] = {
    "aws:executeAwsApi": _api,
    "aws:assertAwsResourceProperty": _property,
    "aws:waitForAwsResourceProperty": _property,
    "aws:executeScript": _script,
    "aws:branch": _branch,
    "aws:sleep": _sleep,
    "aws:approve": _approve,
    "aws:pause": _pause,
}
