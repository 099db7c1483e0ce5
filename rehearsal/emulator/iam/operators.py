"""The comparisons behind condition operators, each of one text in a policy with one value.

Only the positive ones are here; ``conditions.py`` turns them round. A text that is not of the
operator's kind (a word under NumericEquals) equals nothing. (AWS docs:
reference_policies_elements_condition_operators.)
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from rehearsal.emulator.iam.text import Context, expression, has_variable, segments, substituted
from rehearsal.emulator.iam.verdict import Doubt, Verdict, all_of

Comparison = Callable[[str, str, Context, bool], Verdict]

NEGATIVE = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnlike",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}
"""Negative operator → the positive one that it turns round."""


def _equals(text: str, value: str, context: Context, variables: bool) -> Verdict:
    return substituted(text, context, variables=variables) == value


def _equals_ignoring_case(text: str, value: str, context: Context, variables: bool) -> Verdict:
    filled = substituted(text, context, variables=variables)
    return filled is not None and filled.lower() == value.lower()


def _like(text: str, value: str, context: Context, variables: bool) -> Verdict:
    pattern = expression(text, context, variables=variables)
    return pattern is not None and pattern.fullmatch(value) is not None


def _truth(text: str, value: str, context: Context, variables: bool) -> Verdict:
    filled = (substituted(text, context, variables=variables) or "").lower()
    return filled in ("true", "false") and filled == value.lower()


def arn_like(text: str, value: str, context: Context, variables: bool) -> Verdict:
    """Compare ARNs part by part, with wildcards in each; the same for ArnEquals and ArnLike.

    A variable that stands for a whole ARN, or for a part before the resource, is a doubt: AWS
    describes neither, and an independent evaluator never matches them (trap 2.8).
    """
    pattern, parts = segments(text), segments(value)
    if variables and any(
        has_variable(part) for part in (pattern[:5] if len(pattern) == 6 else pattern)
    ):
        return Doubt(f"a variable outside of the resource part of {text} under an Arn operator")
    if len(pattern) != 6 or len(parts) != 6:
        return False
    return all_of(_like(p, v, context, variables) for p, v in zip(pattern, parts, strict=True))


def _numeric(compare: Callable[[Any, Any], bool]) -> Comparison:
    def compared(text: str, value: str, _: Context, __: bool) -> Verdict:
        try:
            return compare(Decimal(value), Decimal(text))
        except InvalidOperation:
            return False

    return compared


def _moment(text: str) -> datetime:
    """A W3C date of ISO 8601, or seconds since 1970."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _date(compare: Callable[[Any, Any], bool]) -> Comparison:
    def compared(text: str, value: str, _: Context, __: bool) -> Verdict:
        try:
            return compare(_moment(value), _moment(text))
        except ValueError:
            return False

    return compared


def _address(text: str, value: str, _: Context, __: bool) -> Verdict:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "equals": operator.eq,
    "lessthan": operator.lt,
    "lessthanequals": operator.le,
    "greaterthan": operator.gt,
    "greaterthanequals": operator.ge,
}

COMPARISONS: dict[str, Comparison] = {
    "stringequals": _equals,
    "stringequalsignorecase": _equals_ignoring_case,
    "stringlike": _like,
    "bool": _truth,
    "binaryequals": _equals,
    "arnequals": arn_like,
    "arnlike": arn_like,
    "ipaddress": _address,
    **{f"numeric{name}": _numeric(compare) for name, compare in _ORDER.items()},
    **{f"date{name}": _date(compare) for name, compare in _ORDER.items()},
}
"""Positive operator, in lower case → how it compares (text, value, context, variables on)."""

TAKES_VARIABLES = {
    *("stringequals", "stringequalsignorecase", "stringlike"),
    *("bool", "binaryequals", "arnequals", "arnlike"),
}


def is_of_its_kind(base: str, text: str) -> bool:
    """Whether a text can be compared by a positive operator at all."""
    try:
        if base.startswith("numeric"):
            Decimal(text)
        elif base.startswith("date"):
            _moment(text)
        elif base == "ipaddress":
            ipaddress.ip_network(text, strict=False)
    except (ValueError, InvalidOperation):
        return False
    return not base.startswith("arn") or len(segments(text)) == 6
