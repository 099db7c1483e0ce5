"""Patterns of metric filters over JSON (AWS docs: FilterAndPatternSyntaxForMetricFilters).

Emulated: ``{ … }`` with names joined by dots, ``=`` with a text or a number, ``<``, ``>``, ``<=``
and ``>=`` with a number, ``IS TRUE``, ``IS FALSE``, ``IS NULL``, ``NOT EXISTS``, ``&&``, ``||`` and
parentheses. Everything else, wildcards and ``!=`` among it, is NotEmulatedError.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable
from typing import Any, Final

from rehearsal.emulator.world import NotEmulatedError

Test = Callable[[Any], bool]

MISSING: Final = object()
_TOKEN: Final = re.compile(
    r'\s*(\(|\)|&&|\|\||<=|>=|<|>|=|\$(?:\.[A-Za-z0-9_-]+)+|"[^"*\\]*"|-?[0-9]+(?:\.[0-9]+)?|[A-Z]+)'
)
_IS: Final = {"TRUE": True, "FALSE": False, "NULL": None}
_ORDER: Final = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}


@functools.cache
def compiled(pattern: str) -> Test:
    """What a pattern asks of a parsed log event; raises NotEmulatedError for what is unknown.

    Every log event asks every filter, so each pattern is read once.
    """
    text = pattern.strip()
    if not (text.startswith("{") and text.endswith("}")):
        raise NotEmulatedError(f"the filter pattern {pattern!r} is not emulated: it is not JSON's")
    return _Parser(text[1:-1].strip(), pattern).whole()


def selected(selector: str, event: Any) -> Any:
    """The value at ``$.a.b``, or MISSING."""
    for name in selector.removeprefix("$.").split("."):
        event = event.get(name, MISSING) if isinstance(event, dict) else MISSING
    return event


class _Parser:
    def __init__(self, text: str, pattern: str) -> None:
        self._pattern, self._tokens, at = pattern, [], 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                raise self._unknown(text[at:])
            self._tokens.append(token[1])
            at = token.end()

    def whole(self) -> Test:
        test = self._either()
        if self._tokens:
            raise self._unknown(" ".join(self._tokens))
        return test

    def _unknown(self, what: str) -> NotEmulatedError:
        return NotEmulatedError(f"the filter pattern {self._pattern!r} is not emulated at {what!r}")

    def _next(self) -> str:
        if not self._tokens:
            raise self._unknown("its end")
        return self._tokens.pop(0)

    def _took(self, token: str) -> bool:
        found = self._tokens[:1] == [token]
        del self._tokens[: int(found)]
        return found

    def _either(self) -> Test:
        tests = [self._both()]
        while self._took("||"):
            tests.append(self._both())
        return lambda event: any(test(event) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._took("&&"):
            tests.append(self._one())
        return lambda event: all(test(event) for test in tests)

    def _one(self) -> Test:
        if self._took("("):
            inside = self._either()
            if not self._took(")"):
                raise self._unknown("a parenthesis that stays open")
            return inside
        selector, sign = self._next(), self._next()
        if not selector.startswith("$"):
            raise self._unknown(selector)
        if sign == "NOT" and self._took("EXISTS"):
            return lambda event: selected(selector, event) is MISSING
        value = self._next()
        if sign == "IS" and value in _IS:
            return lambda event: selected(selector, event) is _IS[value]
        if sign == "=" and value.startswith('"'):
            return lambda event: bool(selected(selector, event) == value[1:-1])
        if not re.fullmatch(r"-?[0-9.]+", value) or sign not in {"=", *_ORDER}:
            raise self._unknown(f"{selector} {sign} {value}")
        compare = _ORDER.get(sign, operator.eq)

        def numeric(event: Any) -> bool:
            found = selected(selector, event)
            is_number = isinstance(found, int | float) and not isinstance(found, bool)
            return is_number and bool(compare(found, float(value)))

        return numeric
