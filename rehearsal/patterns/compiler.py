"""Turns a pattern's JSON into branches: path → conditions, of which one has to hold for each path.

``$or`` makes one branch per alternative. A path that an earlier part of the pattern names too is
replaced, not combined, as AWS does it. What AWS refuses raises InvalidPatternError with the place.
"""

from __future__ import annotations

import json
from typing import Any

from rehearsal.patterns.conditions import Condition, Equals
from rehearsal.patterns.operators import OPERATORS, InvalidPatternError, condition

__all__ = ["Branch", "InvalidPatternError", "compile_pattern"]

Branch = dict[str, tuple[Condition, ...]]
OR = "$or"


def compile_pattern(text: str) -> list[Branch]:
    """The branches of a pattern; it matches if one of them holds."""
    try:
        pattern = json.loads(text)
    except ValueError as broken:
        raise InvalidPatternError(f"the pattern is not JSON: {broken}") from broken
    if not isinstance(pattern, dict):
        raise InvalidPatternError("the pattern is not an object")
    return _object([{}], "", pattern, inside_or=False)


def _object(
    branches: list[Branch], path: str, content: dict[str, Any], *, inside_or: bool
) -> list[Branch]:
    if not content:
        raise InvalidPatternError(f"{path or 'the pattern'}: empty objects are not allowed")
    for name, value in content.items():
        place = f"{path}.{name}" if path else name
        if name == OR and _is_alternative(value):
            branches = _alternatives(branches, path, value)
        elif inside_or and name in OPERATORS:
            raise InvalidPatternError(f"{place}: {name} is a reserved word inside {OR}")
        elif isinstance(value, dict):
            branches = _object(branches, place, value, inside_or=inside_or)
        elif isinstance(value, list):
            conditions = _values(place, value)
            branches = [branch | {place: conditions} for branch in branches]
        else:
            raise InvalidPatternError(f"{place} must be an object or an array")
    return branches


def _is_alternative(value: Any) -> bool:
    """AWS takes ``$or`` for a field's name unless it holds at least two objects, none empty."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    return all(isinstance(each, dict) and each for each in value)


def _alternatives(branches: list[Branch], path: str, content: list[Any]) -> list[Branch]:
    return [
        branch
        for alternative in content
        for branch in _object(branches, path, alternative, inside_or=True)
    ]


def _values(path: str, values: list[Any]) -> tuple[Condition, ...]:
    if not values:
        raise InvalidPatternError(f"{path}: empty arrays are not allowed")
    return tuple(_value(path, value) for value in values)


def _value(path: str, value: Any) -> Condition:
    if isinstance(value, dict):
        return condition(path, value)
    if isinstance(value, list):
        raise InvalidPatternError(
            f"{path}: a value must be a string, number, true, false, null or a condition"
        )
    return Equals(value)
