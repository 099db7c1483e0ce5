"""The conditions that a pattern may put on one value.

Each is a small object with ``holds``. Text conditions never hold for numbers, booleans or null;
their negatives always do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rehearsal.patterns.addresses import digits
from rehearsal.patterns.fields import Scalar


class Condition(Protocol):
    """A question about one value of an event."""

    def holds(self, value: Scalar) -> bool:
        """Whether the value satisfies the condition."""
        ...


def number(value: Scalar) -> float | None:
    """The value as the double that numbers are compared as; None for anything but a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


@dataclass(frozen=True)
class Equals:
    """The very value; numbers compare as numbers, addresses as addresses."""

    expected: Scalar

    def holds(self, value: Scalar) -> bool:
        """True for the same type and the same value."""
        if isinstance(self.expected, str) and isinstance(value, str):
            address = digits(self.expected)
            same = address is not None and address == digits(value)
            return same or (address is None and value == self.expected)
        if (expected := number(self.expected)) is not None:
            return number(value) == expected
        return value is self.expected


@dataclass(frozen=True)
class Text:
    """A string of which a regular expression or comparison holds."""

    test: Callable[[str], bool]

    def holds(self, value: Scalar) -> bool:
        """False for anything but a string."""
        return isinstance(value, str) and self.test(value)


@dataclass(frozen=True)
class Between:
    """A number in a range."""

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    def holds(self, value: Scalar) -> bool:
        """False for anything but a number."""
        known = number(value)
        if known is None or (self.open_low and known == self.low):
            return False
        return not (self.open_high and known == self.high) and self.low <= known <= self.high


@dataclass(frozen=True)
class Network:
    """An address in a range; both ends are digits, so that either family compares as text."""

    first: str
    last: str

    def holds(self, value: Scalar) -> bool:
        """False for anything but a string that is an address."""
        address = digits(value) if isinstance(value, str) else None
        if address is None or (self.last != address and self.last.startswith(address)):
            return False
        return self.first <= address <= self.last


@dataclass(frozen=True)
class Not:
    """Anything but what the inner conditions hold for; a missing field is not asked (trap 1.17)."""

    inner: tuple[Condition, ...]

    def holds(self, value: Scalar) -> bool:
        """True if none of the inner conditions holds."""
        return not any(condition.holds(value) for condition in self.inner)


@dataclass(frozen=True)
class Present:
    """There is a leaf, whatever it is."""

    def holds(self, value: Scalar) -> bool:
        """Always: the leaf was found."""
        return True


@dataclass(frozen=True)
class Absent:
    """There is no leaf; the matcher asks for it by type."""

    def holds(self, value: Scalar) -> bool:
        """Never: the leaf was found."""
        return False


def prefix(text: str) -> Text:
    """Strings that begin so."""
    return Text(lambda value: value.startswith(text))


def suffix(text: str) -> Text:
    """Strings that end so."""
    return Text(lambda value: value.endswith(text))


def same_letters(text: str) -> str:
    """A regular expression for a text in either case, letter by letter."""
    return "".join(f"(?:{re.escape(c.lower())}|{re.escape(c.upper())})" for c in text)


def expression(pattern: str) -> Text:
    """Strings that a regular expression describes as a whole."""
    compiled = re.compile(pattern, re.DOTALL)
    return Text(lambda value: compiled.fullmatch(value) is not None)


def wildcard(text: str) -> Text:
    r"""Strings that a wildcard describes; ``\*`` and ``\\`` are the characters themselves."""
    parts = re.findall(r"\\.|[^\\]", text, re.DOTALL)
    return expression("".join(".*" if part == "*" else re.escape(part[-1]) for part in parts))
