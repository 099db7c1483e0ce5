"""The frame of every step: its fields, its action, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rehearsal.automation.actions import ACTIONS, NOT_EMULATED
from rehearsal.automation.actions.approval import LONGEST_WAIT
from rehearsal.automation.outputs import TYPES, readable

FIELDS = frozenset(
    {
        "name",
        "action",
        "description",
        "inputs",
        "outputs",
        "maxAttempts",
        "timeoutSeconds",
        "onFailure",
        "onCancel",
        "isCritical",
        "isEnd",
        "nextStep",
    }
)

NO_ON_CANCEL = frozenset(
    f"aws:{name}"
    for name in (
        "approve",
        "copyImage",
        "createImage",
        "createStack",
        "createTags",
        "pause",
        "runInstances",
        "sleep",
    )
)
"""Actions without ``onCancel`` (2023 AWS docs: automation-actions)."""

Step = Mapping[str, Any]


def mistakes(steps: Sequence[Step]) -> list[str]:
    """One sentence a mistake, with the step's name before it."""
    names = [step.get("name") for step in steps]
    found: list[str] = []
    for place, step in enumerate(steps):
        where = f"Step {step.get('name', place + 1)}"
        found += [f"{where}: {fault}" for fault in _frame(step)]
        found += [f"{where}: {fault}" for fault in _leads(step, names)]
        if step.get("name") in names[:place]:
            found.append(f"{where}: there is another step of that name.")
    return found


def targets(choices: Any) -> Iterator[str]:
    """The steps that a branch may lead to."""
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, Mapping) and "NextStep" in choice:
            yield choice["NextStep"]


def _frame(step: Step) -> Iterator[str]:
    for field in sorted(step.keys() - FIELDS):
        yield f"unknown field {field}."
    if not re.fullmatch(r"[A-Za-z0-9_]{1,100}", str(step.get("name", ""))):
        yield "a name has letters, digits and underscores."
    if step.get("action") not in ACTIONS.keys() | NOT_EMULATED:
        yield f"unknown action {step.get('action')}."
    if not isinstance(step.get("inputs", {}), Mapping):
        yield "inputs is no mapping."
    for field in ("maxAttempts", "timeoutSeconds"):
        value = step.get(field, 1)
        if not str(value).isdigit() or int(value) < 1:
            yield f"{field} is {value!r}, not a positive whole number."
        elif field == "timeoutSeconds" and int(value) > LONGEST_WAIT and _asks(step):
            yield f"{field} is {value}, and {step['action']} waits for {LONGEST_WAIT} at most."
    for field in ("isCritical", "isEnd"):
        if str(step.get(field, False)).lower() not in ("true", "false"):
            yield f"{field} is {step[field]!r}, not true or false."
    outputs = step.get("outputs", [])
    if not isinstance(outputs, list):
        yield "outputs is no list."
        return
    for output in outputs:
        yield from _output(output)


def _asks(step: Step) -> bool:
    return step.get("action") in ("aws:approve", "aws:pause")


def _output(output: Any) -> Iterator[str]:
    if not isinstance(output, Mapping) or not {"Name", "Selector"} <= output.keys():
        yield "an output has Name, Selector and Type."
        return
    where = f"output {output['Name']}"
    for field in sorted(output.keys() - {"Name", "Selector", "Type"}):
        yield f"{where} has an unknown field {field}."
    if output.get("Type", "String") not in TYPES:
        yield f"{where}: Type {output['Type']} is none of {', '.join(TYPES)}."
    selector = str(output["Selector"])
    if not selector.startswith("$") or not readable(selector):
        yield f"{where}: Selector {selector} is no JSONPath."


def _leads(step: Step, names: Sequence[Any]) -> Iterator[str]:
    for field, allowed in (("onFailure", ("Abort", "Continue")), ("onCancel", ("Abort",))):
        value = str(step.get(field, "Abort"))
        kind, _, name = value.partition(":")
        if value.lower() in [word.lower() for word in allowed]:
            continue
        if kind != "step":
            yield f"{field} is {value}, not {', '.join(allowed)} or step:NAME."
        elif name not in names:
            yield f"{field} leads to {name}, and there is no such step."
    if "onCancel" in step and step.get("action") in NO_ON_CANCEL:
        yield f"{step['action']} has no onCancel."
    if step.get("nextStep", names[0]) not in names:
        yield f"nextStep leads to {step['nextStep']}, and there is no such step."
