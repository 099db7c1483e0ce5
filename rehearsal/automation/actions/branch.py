"""``aws:branch``: the first choice that holds names the next step.

A variable without a value makes its comparison false and the step no failure (2023 AWS docs:
automation-branchdocs, where a selector that finds nothing leads to ``Default``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.automation.actions.task import Outcome, Task
from rehearsal.automation.failures import CALLING, StepFailedError
from rehearsal.automation.values import UnresolvedError, resolved

Comparator = Callable[[Any, Any], bool]

STRING: Mapping[str, Comparator] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "EqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StartsWith": lambda value, wanted: value.startswith(wanted),
    "EndsWith": lambda value, wanted: value.endswith(wanted),
    "Contains": lambda value, wanted: wanted in value,
}
NUMERIC: Mapping[str, Comparator] = {
    "NumericEquals": lambda value, wanted: value == wanted,
    "NumericGreater": lambda value, wanted: value > wanted,
    "NumericLesser": lambda value, wanted: value < wanted,
    "NumericGreaterOrEquals": lambda value, wanted: value >= wanted,
    "NumericLesserOrEquals": lambda value, wanted: value <= wanted,
}
BOOLEAN: Mapping[str, Comparator] = {"BooleanEquals": lambda value, wanted: value == wanted}
COMPARATORS: Mapping[str, Comparator] = {**STRING, **NUMERIC, **BOOLEAN}
"""2023 AWS docs: automation-branchdocs."""


def branch(task: Task) -> Outcome:
    """The step of the first choice that holds, else of ``Default``, else the one that follows."""
    for choice in task.inputs["Choices"]:
        if holds(choice, task.known):
            return Outcome(jump=choice["NextStep"])
    return Outcome(jump=task.inputs.get("Default"))


def holds(condition: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a choice holds; raises StepFailedError for values that cannot be compared."""
    if "And" in condition:
        return all(holds(part, known) for part in condition["And"])
    if "Or" in condition:
        return any(holds(part, known) for part in condition["Or"])
    if "Not" in condition:
        return not holds(condition["Not"], known)
    name = next(key for key in condition if key in COMPARATORS)
    try:
        value = resolved(condition["Variable"], known)
    except UnresolvedError:
        return False
    return COMPARATORS[name](_fit(name, value), _fit(name, resolved(condition[name], known)))


def _fit(comparator: str, value: Any) -> Any:
    """The value in the comparator's type; raises StepFailedError where it is of none."""
    if comparator in BOOLEAN:
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
    elif comparator in NUMERIC:
        try:
            return float(value)
        except (TypeError, ValueError):
            pass
    elif isinstance(value, str):
        return value
    raise StepFailedError(CALLING, f"{comparator} cannot compare {value!r}")
