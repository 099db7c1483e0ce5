"""The small language inside IAM's strings: ``*``, ``?`` and ``${variables}`` with defaults.

(AWS docs: reference_policies_variables, reference_policies_elements_resource.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

Context = Mapping[str, tuple[str, ...]]
_TOKEN = re.compile(r"\$\{(?P<name>[^}]*)\}|(?P<wild>[*?])")
_DEFAULT = re.compile(r"(?P<name>[^,]+?)\s*,\s*'(?P<default>[^']*)'")


@dataclass(frozen=True)
class Variable:
    """``${name}`` or ``${name, 'default'}``; the name in lower case, as context keys are."""

    name: str
    default: str | None = None

    def value(self, context: Context) -> str | None:
        """The one value that the request has for it; None where it has none or several."""
        values = context.get(self.name, ())
        if len(values) > 1:
            return None
        return values[0] if values else self.default


@dataclass(frozen=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True)
class Wildcard:
    """``*`` (anything) or ``?`` (one character)."""

    expression: str


Token = Literal | Wildcard | Variable


@lru_cache(maxsize=4096)
def tokens(text: str, *, variables: bool, wildcards: bool) -> tuple[Token, ...]:
    """Cut into literals, wildcards and variables; ``${*}``, ``${?}`` and ``${$}`` are literal."""
    found: list[Token] = []
    at = 0
    for match in _TOKEN.finditer(text):
        if match["wild"] and wildcards:
            token: Token = Wildcard(".*" if match["wild"] == "*" else ".")
        elif match["name"] is not None and variables:
            token = _variable(match["name"])
        else:
            continue
        found += [Literal(text[at : match.start()]), token]
        at = match.end()
    return (*found, Literal(text[at:]))


def _variable(inside: str) -> Token:
    if inside in {"*", "?", "$"}:
        return Literal(inside)
    if match := _DEFAULT.fullmatch(inside):
        return Variable(match["name"].strip().lower(), match["default"])
    return Variable(inside.strip().lower())


def has_variable(text: str) -> bool:
    """Whether a string of a 2012-10-17 policy depends on the request."""
    return any(isinstance(t, Variable) for t in tokens(text, variables=True, wildcards=True))


def expression(
    text: str, context: Context, *, variables: bool = True, wildcards: bool = True
) -> re.Pattern[str] | None:
    """What a string accepts for this request; None when a variable in it has no value."""
    parts = []
    for token in tokens(text, variables=variables, wildcards=wildcards):
        if isinstance(token, Variable):
            value = token.value(context)
            if value is None:
                return None
            parts.append(re.escape(value))
        else:
            parts.append(token.expression if isinstance(token, Wildcard) else re.escape(token.text))
    return _compiled("".join(parts))


def substituted(text: str, context: Context, *, variables: bool = True) -> str | None:
    """A string without wildcards, its variables filled in; None when one of them has no value."""
    parts = []
    for token in tokens(text, variables=variables, wildcards=False):
        if isinstance(token, Wildcard):
            continue
        value = token.text if isinstance(token, Literal) else token.value(context)
        if value is None:
            return None
        parts.append(value)
    return "".join(parts)


@lru_cache(maxsize=8192)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.DOTALL)


@lru_cache(maxsize=4096)
def segments(arn: str) -> tuple[str, ...]:
    """An ARN's six parts, the last with its colons; a colon within ``${…}`` cuts nothing."""
    parts = [""]
    depth = 0
    for character in arn:
        depth += (character == "{") - (character == "}")
        if character == ":" and depth <= 0 and len(parts) < 6:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(parts)
