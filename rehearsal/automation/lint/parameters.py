"""The ``parameters`` of a document: known fields, known types, defaults that would be accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.automation.parameters import TYPES, ParameterError, complete, typed

FIELDS = frozenset(
    {
        "type",
        "description",
        "default",
        "allowedValues",
        "allowedPattern",
        "displayType",
        "minItems",
        "maxItems",
        "minChars",
        "maxChars",
    }
)


def mistakes(parameters: Any) -> Iterator[str]:
    """One sentence a mistake."""
    if not isinstance(parameters, Mapping):
        yield "parameters is no mapping."
        return
    for name, definition in parameters.items():
        where = f"Parameter {name}"
        if not re.fullmatch(r"[A-Za-z0-9_]{1,50}", str(name)):
            yield f"{where}: a name has 1 to 50 letters, digits and underscores."
        elif not isinstance(definition, Mapping):
            yield f"{where} is no mapping."
        else:
            yield from (f"{where}: {fault}" for fault in _definition(name, definition))


def _definition(name: str, definition: Mapping[str, Any]) -> Iterator[str]:
    for field in sorted(definition.keys() - FIELDS):
        yield f"unknown field {field}."
    if definition.get("type") not in TYPES:
        yield f"type {definition.get('type')!r} is none of {', '.join(TYPES)}."
        return
    try:
        re.compile(definition.get("allowedPattern", ""))
    except re.error as unreadable:
        yield f"allowedPattern is no regular expression: {unreadable}."
        return
    if "default" in definition:
        try:
            typed({name: definition}, complete({name: definition}, {}))
        except ParameterError as unfit:
            yield f"default: {unfit}"
