"""The parameters of a document: what an execution may be started with.

AWS refuses the start, not a step, when a value does not fit: a pattern in the document is the first
guard of a runbook (trap 1.8).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.automation.values import as_text

TYPES = ("String", "StringList", "Boolean", "Integer", "StringMap", "MapList")
LONGEST = 512
"""Characters of one value (botocore: ssm model, AutomationParameterValue)."""

Declared = Mapping[str, Mapping[str, Any]]


class ParameterError(ValueError):
    """What AWS answers as InvalidAutomationExecutionParametersException."""


def complete(declared: Declared, given: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The given values and the defaults of the others; raises ParameterError for any mistake."""
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise ParameterError(f"Parameters {unknown} are not defined in the document.")
    values: dict[str, list[str]] = {}
    for name, definition in declared.items():
        if name in given:
            values[name] = list(given[name])
            # botocore's model, too, has at least one character; a default may have none.
            if "" in values[name]:
                raise ParameterError(f'Parameter "{name}" has an empty value.')
        elif "default" in definition:
            values[name] = _listed(definition["default"], definition["type"])
        else:
            raise ParameterError(f'Parameter "{name}" is required and was not given.')
        _check(name, definition, values[name])
    return values


def typed(declared: Declared, values: Mapping[str, list[str]]) -> dict[str, Any]:
    """Complete values as references see them; raises ParameterError for one of another type."""
    return {
        name: _typed(name, declared[name].get("type", "String"), value)
        for name, value in values.items()
    }


def _check(name: str, definition: Mapping[str, Any], values: list[str]) -> None:
    pattern = definition.get("allowedPattern")
    allowed = [as_text(value) for value in definition.get("allowedValues", ())]
    for value in values:
        if len(value) > LONGEST:
            raise ParameterError(
                f'Parameter "{name}" has a value of {len(value)} characters, more than {LONGEST}.'
            )
        if allowed and value not in allowed:
            shown = ", ".join(allowed)
            raise ParameterError(f'Parameter "{name}" has value "{value}" not found in [{shown}].')
        # Whole match: a pattern without ^ and $ is then never looser here than on AWS.
        if pattern and re.fullmatch(pattern, value) is None:
            raise ParameterError(
                f'Parameter "{name}" has value "{value}" that does not match {pattern}.'
            )
    least, most = definition.get("minItems"), definition.get("maxItems")
    if (least is not None and len(values) < least) or (most is not None and len(values) > most):
        raise ParameterError(f'Parameter "{name}" has {len(values)} items.')


def _listed(default: Any, kind: str) -> list[str]:
    many = kind in ("StringList", "MapList")
    return [as_text(item) for item in default] if many else [as_text(default)]


def _typed(name: str, kind: str, values: list[str]) -> Any:
    if kind == "StringList":
        return values
    if kind == "MapList":
        return [_parsed(name, kind, value) for value in values]
    if len(values) != 1:
        raise ParameterError(f'Parameter "{name}" is a {kind} and has {len(values)} values.')
    return values[0] if kind == "String" else _parsed(name, kind, values[0])


FITS: Mapping[str, Callable[[Any], bool]] = {
    "Boolean": lambda value: isinstance(value, bool),
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "StringMap": lambda value: isinstance(value, dict),
    "MapList": lambda value: isinstance(value, dict),
}


def _parsed(name: str, kind: str, value: str) -> Any:
    text = value.lower() if kind == "Boolean" else value
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError:
        parsed = None
    if not FITS[kind](parsed):
        raise ParameterError(f'Parameter "{name}" has value "{value}", which is no {kind}.')
    return parsed
