"""CloudFormation's schemas of resource types, and whether a desired state keeps to one.

The schemas are those that cfn-lint brings along (moto needs it). Of JSON schema, only what they use
is known; a word that is not known is an error.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rehearsal.emulator.world import NotEmulatedError

Schema = Mapping[str, Any]

_KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
_SILENT = frozenset(
    {
        *("$comment", "additionalProperties", "default", "definitions", "description", "format"),
        *("insertionOrder", "patternProperties", "properties", "required", "type", "uniqueItems"),
    }
)
"""Words without a check of their own below."""


@cache
def of_type(name: str) -> Schema:
    """The schema of a resource type; NotEmulatedError where there is none."""
    found = importlib.util.find_spec("cfnlint")
    assert found is not None
    assert found.origin is not None
    schemas = Path(found.origin).parent / "data" / "schemas"
    known = json.loads((schemas / "providers" / "us-east-1.json").read_text())
    if name not in known:
        raise NotEmulatedError(f"CloudFormation has no resource type {name}")
    schema: Schema = json.loads((schemas / "resources" / f"{known[name]}.json").read_text())
    return schema


def named(schema: Schema, kind: str) -> frozenset[str]:
    """The properties in one of the schema's lists, such as ``createOnlyProperties``."""
    return frozenset(path.removeprefix("/properties/") for path in schema.get(kind, ()))


def mistakes(schema: Schema, state: Any) -> list[str]:
    """What AWS's validation of a desired state says, sentence by sentence."""
    given = (
        sorted(named(schema, "readOnlyProperties") & {*state}) if isinstance(state, dict) else []
    )
    found = [f"#/{name}: Encountered unsupported property, it is read-only" for name in given]
    top = {word: schema[word] for word in _SILENT & {*schema}}
    return found + list(_mistakes({**top, "type": "object"}, state, "#", schema))


def _mistakes(part: Schema, value: Any, at: str, whole: Schema) -> Iterator[str]:
    if "$ref" in part:
        part = whole["definitions"][part["$ref"].rsplit("/", 1)[-1]]
    kind = _KINDS[part["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{at}: expected type: {part['type'].title()}, found: {type(value).__name__}"
        return
    for word, limit in part.items():
        if word == "oneOf":
            yield from _one_of(limit, value, at)
            continue
        if said := _said(word, limit, value):
            yield f"{at}: {said}"
    if isinstance(value, list) and "items" in part:
        for number, one in enumerate(value):
            yield from _mistakes(part["items"], one, f"{at}/{number}", whole)
    if isinstance(value, dict):
        yield from _within(part, value, at, whole)


def _one_of(branches: Any, value: Any, at: str) -> Iterator[str]:
    """Exactly one of several sets of properties; other branches than that are not known."""
    if any(set(branch) != {"required"} for branch in branches):
        raise NotEmulatedError(f"oneOf {branches} of a resource type's schema is not emulated")
    fitting = sum(set(branch["required"]) <= set(value) for branch in branches)
    if fitting != 1:
        yield f"{at}: {fitting} subschemas matched instead of one"


def _within(part: Schema, value: dict[str, Any], at: str, whole: Schema) -> Iterator[str]:
    for name in part.get("required", ()):
        if name not in value:
            yield f"{at}: required key [{name}] not found"
    patterns = part.get("patternProperties", {})
    for name, one in value.items():
        if name in part.get("properties", {}):
            yield from _mistakes(part["properties"][name], one, f"{at}/{name}", whole)
        elif fitting := [patterns[text] for text in patterns if re.search(text, name)]:
            yield from _mistakes(fitting[0], one, f"{at}/{name}", whole)
        elif not part.get("additionalProperties", True):
            yield f"{at}: extraneous key [{name}] is not permitted"


def _said(word: str, limit: Any, value: Any) -> str:
    """What one word of the schema says against a value; nothing if it holds."""
    if word == "pattern":
        return "" if re.search(limit, value) else f"string [{value}] does not match pattern {limit}"
    if word == "enum":
        return "" if value in limit else f"{value} is not a valid enum value"
    if word in ("minLength", "minItems", "minProperties"):
        return "" if len(value) >= limit else f"expected {word}: {limit}, actual: {len(value)}"
    if word in ("maxLength", "maxItems", "maxProperties"):
        return "" if len(value) <= limit else f"expected {word}: {limit}, actual: {len(value)}"
    if word not in _SILENT and word != "items":
        raise NotEmulatedError(f"the word {word} of a resource type's schema is not emulated")
    return ""
