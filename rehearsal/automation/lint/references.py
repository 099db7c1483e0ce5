"""Whether every ``{{ … }}`` of a document stands for something, and in a branch for the right type.

It does not prove that a step runs before another one refers to it: that is the runner's to find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.automation.actions import NOT_EMULATED
from rehearsal.automation.actions.branch import BOOLEAN, NUMERIC, STRING
from rehearsal.automation.values import REFERENCE, SYSTEM, references

FIXED: Mapping[str, Mapping[str, str]] = {
    "aws:executeScript": {"OutputPayload": "String"},
    "aws:approve": {"ApprovalStatus": "String", "ApproverDecisions": "MapList"},
}
"""Outputs that an action has without being asked."""

COMPARED = {**dict.fromkeys(STRING, "String"), **dict.fromkeys(NUMERIC, "Integer")} | dict.fromkeys(
    BOOLEAN, "Boolean"
)
"""The type that each comparator of a branch needs."""


def names(document: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for every reference to nothing."""
    known = _known(document)
    opaque = {s["name"] for s in document["mainSteps"] if s["action"] in NOT_EMULATED}
    for name in references(document.get("assumeRole", "")):
        if name not in (document.get("parameters") or {}):
            yield f"assumeRole refers to {name}, and there is no such parameter."
    for step in document["mainSteps"]:
        inputs = {k: v for k, v in (step.get("inputs") or {}).items() if k != "Script"}
        for name in sorted(set(references(inputs))):
            if name not in known and name.split(".")[0] not in opaque:
                yield f"Step {step['name']}: {name} is no parameter and no output of a step."
    for name in document.get("outputs") or []:
        if name not in known and name.split(".")[0] not in opaque:
            yield f"outputs: {name} is no output of a step."


def types(document: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for every comparison of the wrong type; the branches have to be sound."""
    known = _known(document)
    for step in document["mainSteps"]:
        if step["action"] == "aws:branch":
            for choice in step["inputs"]["Choices"]:
                yield from (f"Step {step['name']}: {fault}" for fault in _types(choice, known))


def _known(document: Mapping[str, Any]) -> dict[str, str]:
    """Every name that may be referred to, with its type."""
    known = dict.fromkeys(SYSTEM, "String")
    for name, definition in (document.get("parameters") or {}).items():
        known[name] = definition["type"]
    for name in document.get("variables") or {}:
        known[f"variable:{name}"] = "Any"
    for step in document["mainSteps"]:
        for name, kind in FIXED.get(step["action"], {}).items():
            known[f"{step['name']}.{name}"] = kind
        for output in step.get("outputs") or []:
            known[f"{step['name']}.{output['Name']}"] = output.get("Type", "String")
    return known


def _types(condition: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    for key in ("And", "Or"):
        for part in condition.get(key, []):
            yield from _types(part, known)
    if "Not" in condition:
        yield from _types(condition["Not"], known)
    for comparator, wanted in COMPARED.items():
        if comparator not in condition:
            continue
        found = REFERENCE.fullmatch(str(condition["Variable"]).strip())
        kind = known.get(found[1], "Any") if found else "Any"
        if kind not in (wanted, "Any"):
            yield f"{comparator} compares a {wanted}, and {condition['Variable']} is a {kind}."
