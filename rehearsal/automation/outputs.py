"""What a step's answer becomes: JSON, then the outputs that the document selects from it, by type.

A selector that finds nothing leaves its output without a value: what refers to it later fails or,
in a branch, does not match (2023 AWS docs: automation-branchdocs, the Linux platform example).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext import parse

from rehearsal.emulator.remembered import once
from rehearsal.emulator.world import NotEmulatedError

TYPES = ("String", "Integer", "Boolean", "StringList", "StringMap", "MapList")


class OutputError(ValueError):
    """A selected value is not of the type that the document declares."""


def plain(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A boto3 answer as the JSON that selectors see, without botocore's own metadata."""
    body = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    as_json: dict[str, Any] = json.loads(json.dumps(body, default=_encoded))
    return as_json


def selected(declared: Iterable[Mapping[str, str]], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The declared outputs that the answer has; raises OutputError for one of another type."""
    found: dict[str, Any] = {}
    for output in declared:
        kind = output.get("Type", "String")
        value = select(output["Selector"], answer, listed=kind in ("StringList", "MapList"))
        if value is not None:
            found[output["Name"]] = _typed(value, kind, output)
    return found


def select(selector: str, answer: Any, *, listed: bool = False) -> Any:
    """What a JSONPath finds; None for nothing. ``listed``: several matches are wanted as a list."""
    matches = [match.value for match in _path(selector).find(answer)]
    if any(mark in selector for mark in ("*", "..", "?", ":")):
        if listed:
            return matches
        if len(matches) > 1:
            raise OutputError(f"Selector {selector} finds {len(matches)} values, not one.")
    return matches[0] if matches else None


@once  # the parser is made anew for each, which takes a while
def _path(selector: str) -> Any:
    try:
        return parse(selector)
    except (JSONPathError, ValueError) as unreadable:
        raise OutputError(f"Selector {selector} is no JSONPath: {unreadable}") from unreadable


def readable(selector: str) -> bool:
    """Whether a selector is a JSONPath at all."""
    try:
        _path(selector)
    except OutputError:
        return False
    return True


def _typed(value: Any, kind: str, output: Mapping[str, str]) -> Any:
    fits = {
        "String": lambda: isinstance(value, str),
        "Integer": lambda: isinstance(value, int) and not isinstance(value, bool),
        "Boolean": lambda: isinstance(value, bool),
        "StringList": lambda: isinstance(value, list) and all(isinstance(x, str) for x in value),
        "StringMap": lambda: isinstance(value, dict),
        "MapList": lambda: isinstance(value, list) and all(isinstance(x, dict) for x in value),
    }
    if not fits[kind]():
        shown = json.dumps(value)[:200]
        raise OutputError(f"Output {output['Name']} ({output['Selector']}) is no {kind}: {shown}")
    return value


def _encoded(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise NotEmulatedError(f"An answer with {type(value).__name__} (a stream?) is not emulated.")
