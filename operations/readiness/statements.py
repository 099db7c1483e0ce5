"""What a policy's statement says of a caller, as far as that can be said: yes, no, or not known.

Preflight has no evaluator of IAM, and does not guess: a condition that it does not understand makes
the answer None, which is told. (AWS docs: reference_policies_elements_condition_operators,
reference_policies_condition-keys.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

Statement = Mapping[str, Any]
Known = bool | None
Facts = Mapping[str, Sequence[str]]
"""Condition key in lower case → the values that it may have, in whichever region is called."""

_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "stringequals": lambda pattern, value: pattern == value,
    "stringequalsignorecase": lambda pattern, value: pattern.lower() == value.lower(),
    "stringlike": lambda pattern, value: like(pattern, value),
    "arnequals": lambda pattern, value: like(pattern, value),
    "arnlike": lambda pattern, value: like(pattern, value),
    "bool": lambda pattern, value: pattern.lower() == value.lower(),
}


def statements(document: str | Mapping[str, Any]) -> list[Statement]:
    """Those of a policy document."""
    read = json.loads(document) if isinstance(document, str) else document
    found = read["Statement"]
    return list(found) if isinstance(found, list) else [found]


def texts(value: Any) -> list[str]:
    """What may be one text or a list of them."""
    values = value if isinstance(value, list | tuple) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]


def like(pattern: str, value: str) -> bool:
    """Whether a text matches a pattern of IAM, in which * and ? stand for something."""
    return _expression(pattern).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.compile("".join(parts), re.DOTALL)


def names_action(statement: Statement, action: str) -> bool:
    """Whether a statement is about an action, which is spelt out."""
    key = "Action" if "Action" in statement else "NotAction"
    named = any(like(each.lower(), action.lower()) for each in texts(statement[key]))
    return named == (key == "Action")


def names_resource(statement: Statement, resources: Iterable[str]) -> Known:
    """Whether a statement is about any of the resources, which may be patterns themselves."""
    key = "NotResource" if "NotResource" in statement else "Resource"
    patterns = texts(statement.get(key, "*"))
    found = [_any(_meet(pattern, resource) for pattern in patterns) for resource in resources]
    if key == "Resource":
        return _any(found)
    return _any(_not(each) for each in found)


def _meet(pattern: str, resource: str) -> Known:
    """Whether two patterns have anything in common; None where only their beginnings agree."""
    if pattern == "*" or like(pattern, resource):
        return True
    if "${" not in pattern and "*" not in resource:
        return False
    one, other = (re.split(r"[*?]|\$\{", each)[0] for each in (pattern, resource))
    return None if one.startswith(other) or other.startswith(one) else False


def conditions_hold(statement: Statement, facts: Facts) -> tuple[Known, list[str]]:
    """Whether all conditions of a statement may hold, and the keys on which that hangs."""
    verdicts: list[Known] = []
    unknown: list[str] = []
    for operator, block in (statement.get("Condition") or {}).items():
        for key, values in block.items():
            verdict = _holds(operator, facts.get(key.lower()), texts(values))
            verdicts.append(verdict)
            if verdict is None:
                unknown.append(key)
    if False in verdicts:
        return False, []
    return (None if unknown else True), unknown


def _holds(operator: str, actual: Sequence[str] | None, values: list[str]) -> Known:
    base = operator.lower().removesuffix("ifexists")
    negated = base not in _OPERATORS and base.replace("not", "", 1) in _OPERATORS
    matches = _OPERATORS.get(base.replace("not", "", 1) if negated else base)
    if matches is None or actual is None or any("${" in value for value in values):
        return None
    return any(any(matches(value, each) for value in values) != negated for each in actual)


def _any(verdicts: Iterable[Known]) -> Known:
    found = [*verdicts]
    return True if True in found else None if None in found else False


def _not(verdict: Known) -> Known:
    return None if verdict is None else not verdict
