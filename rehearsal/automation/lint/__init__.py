"""Says what is wrong with an Automation document, all of it at once, before it runs.

It refuses what AWS refuses when a document is made, and what could only fail later: an operation or
a parameter that botocore's models do not know, a comparison of the wrong type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.automation.lint import references
from rehearsal.automation.lint.inputs import of_step as inputs_of_step
from rehearsal.automation.lint.parameters import mistakes as parameter_mistakes
from rehearsal.automation.lint.steps import mistakes as step_mistakes

LIMIT = 65_536
"""Bytes of a document, its scripts inside (trap 4.4; botocore: ssm model)."""

TOP = frozenset(
    {
        "schemaVersion",
        "description",
        "assumeRole",
        "parameters",
        "variables",
        "files",
        "mainSteps",
        "outputs",
    }
)
SCHEMA = "0.3"


def size(text: str) -> int:
    """Bytes of a document as it is sent."""
    return len(text.encode())


def mistakes(document: Any) -> list[str]:
    """Every mistake of a parsed document, a sentence each; empty where AWS would take it."""
    if not isinstance(document, Mapping):
        return ["The document is no mapping."]
    steps = document.get("mainSteps")
    if not isinstance(steps, list) or not steps:
        return [*_top(document), "mainSteps has to be a list of at least one step."]
    if not all(isinstance(step, Mapping) for step in steps):
        return [*_top(document), "A step of mainSteps is no mapping."]
    found = [*_top(document), *parameter_mistakes(document.get("parameters") or {})]
    found += step_mistakes(steps)
    if not found:
        # Whatever follows reads names and types, which have to be sound for that.
        for step in steps:
            found += inputs_of_step(step, [other["name"] for other in steps])
        found += [*references.names(document), *([] if found else references.types(document))]
    return found


def _top(document: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(document.keys() - TOP):
        yield f"The document has an unknown field {key}."
    if str(document.get("schemaVersion")) != SCHEMA:
        yield f"schemaVersion is {document.get('schemaVersion')!r}, not '{SCHEMA}'."
