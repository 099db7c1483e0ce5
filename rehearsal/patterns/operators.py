"""The operators of event patterns: reads ``{"prefix": "…"}`` and the like into conditions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

from rehearsal.patterns.addresses import network
from rehearsal.patterns.conditions import (
    Absent,
    Between,
    Condition,
    Equals,
    Network,
    Not,
    Present,
    expression,
    number,
    prefix,
    same_letters,
    suffix,
    wildcard,
)


class InvalidPatternError(ValueError):
    """AWS refuses this pattern; the text says where and why."""


def condition(path: str, content: dict[str, Any]) -> Condition:
    """The condition that an object in a pattern's array stands for."""
    if len(content) != 1:
        raise InvalidPatternError(
            f"{path}: a condition has exactly one operator, not {len(content)}"
        )
    ((name, argument),) = content.items()
    if name not in OPERATORS:
        raise InvalidPatternError(f"{path}: unrecognised operator {name}")
    return OPERATORS[name](path, argument)


def _string(path: str, operator: str, argument: Any) -> str:
    if not isinstance(argument, str):
        raise InvalidPatternError(f"{path}: {operator} takes a string")
    return argument


def _cased(
    path: str, operator: str, argument: Any, plain: Callable[[str], Condition], template: str
) -> Condition:
    if isinstance(argument, dict):
        if list(argument) != ["equals-ignore-case"]:
            raise InvalidPatternError(f"{path}: {operator} takes a string or equals-ignore-case")
        text = _string(path, operator, argument["equals-ignore-case"])
        return expression(template.format(same_letters(text)))
    return plain(_string(path, operator, argument))


def _prefix(path: str, argument: Any) -> Condition:
    return _cased(path, "prefix", argument, prefix, "{}.*")


def _suffix(path: str, argument: Any) -> Condition:
    return _cased(path, "suffix", argument, suffix, ".*{}")


def _equals_ignore_case(path: str, argument: Any) -> Condition:
    return expression(same_letters(_string(path, "equals-ignore-case", argument)))


def _exactly(path: str, argument: Any) -> Condition:
    text = _string(path, "exactly", argument)
    return expression(re.escape(text))


def _wildcard(path: str, argument: Any) -> Condition:
    text = _string(path, "wildcard", argument)
    parts = re.findall(r"\\[*\\]|[^\\]", text, re.DOTALL)
    if "".join(parts) != text:
        raise InvalidPatternError(f"{path}: in a wildcard, a backslash escapes only * and itself")
    if ("*", "*") in itertools.pairwise(parts):
        raise InvalidPatternError(f"{path}: consecutive wildcard characters are not allowed")
    return wildcard(text)


def _exists(path: str, argument: Any) -> Condition:
    if not isinstance(argument, bool):
        raise InvalidPatternError(f"{path}: exists is true or false")
    return Present() if argument else Absent()


def _cidr(path: str, argument: Any) -> Condition:
    try:
        return Network(*network(_string(path, "cidr", argument)))
    except ValueError as wrong:
        raise InvalidPatternError(f"{path}: {wrong}") from wrong


def _numeric(path: str, argument: Any) -> Condition:
    refusal = InvalidPatternError(f"{path}: numeric takes a comparison or a range, not {argument}")
    if not isinstance(argument, list) or len(argument) not in {2, 4}:
        raise refusal
    first, low, *rest = argument
    bound = number(low)
    if bound is None:
        raise refusal
    if rest:
        top = number(rest[1])
        if first not in {">", ">="} or rest[0] not in {"<", "<="} or top is None or bound >= top:
            raise refusal
        return Between(bound, top, first == ">", rest[0] == "<")
    infinite = float("inf")
    single = {
        "=": Between(bound, bound),
        "<": Between(-infinite, bound, open_high=True),
        "<=": Between(-infinite, bound),
        ">": Between(bound, infinite, open_low=True),
        ">=": Between(bound, infinite),
    }
    if not isinstance(first, str) or first not in single:
        raise refusal
    return single[first]


def _anything_but(path: str, argument: Any) -> Condition:
    if isinstance(argument, dict):
        return _anything_but_operator(path, argument)
    values = argument if isinstance(argument, list) else [argument]
    strings = bool(values) and all(isinstance(value, str) for value in values)
    if not strings and not (values and all(number(value) is not None for value in values)):
        raise InvalidPatternError(f"{path}: anything-but takes strings or numbers, not both")
    return Not(tuple(_exactly(path, value) if strings else Equals(value) for value in values))


def _anything_but_operator(path: str, argument: dict[str, Any]) -> Condition:
    name = next(iter(argument), "")
    if len(argument) != 1 or name not in {"prefix", "suffix", "wildcard", "equals-ignore-case"}:
        raise InvalidPatternError(f"{path}: anything-but does not take {', '.join(argument)}")
    inner = argument[name]
    values = inner if isinstance(inner, list) else [inner]
    empty = name in {"prefix", "suffix"} and "" in values
    if not values or empty or not all(isinstance(value, str) for value in values):
        raise InvalidPatternError(f"{path}: anything-but {name} takes strings that are not empty")
    return Not(tuple(OPERATORS[name](path, value) for value in values))


OPERATORS: dict[str, Callable[[str, Any], Condition]] = {
    "exactly": _exactly,
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "cidr": _cidr,
    "exists": _exists,
    "anything-but": _anything_but,
}
