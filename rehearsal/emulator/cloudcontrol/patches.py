"""JSON patches (RFC 6902), as Cloud Control takes them: add, replace, remove, test."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any


class PatchError(ValueError):
    """A patch that does not fit the document; the text says where."""


def applied(document: Mapping[str, Any], patch: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document with the patch; the one given stays as it is. Raises PatchError."""
    made: Any = copy.deepcopy(dict(document))
    for step in patch:
        try:
            made = _step(made, step)
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as wrong:
            raise PatchError(f"the patch {dict(step)} does not fit: {wrong!r}") from wrong
    if not isinstance(made, dict):
        raise PatchError("the patch leaves no object")
    return made


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A patch from one object to another, property by property."""
    gone = [{"op": "remove", "path": _path(name)} for name in old if name not in new]
    set_ = [
        {"op": "replace" if name in old else "add", "path": _path(name), "value": value}
        for name, value in new.items()
        if name not in old or old[name] != value
    ]
    return gone + set_


def _path(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _step(document: Any, step: Mapping[str, Any]) -> Any:
    keys = [key.replace("~1", "/").replace("~0", "~") for key in step["path"].split("/")[1:]]
    operation, value = step["op"], copy.deepcopy(step.get("value"))
    if not keys:
        return _whole(document, operation, value)
    at = document
    for key in keys[:-1]:
        at = at[int(key)] if isinstance(at, list) else at[key]
    last: Any = int(keys[-1]) if isinstance(at, list) and keys[-1] != "-" else keys[-1]
    if operation == "add" and isinstance(at, list):
        at.insert(len(at) if last == "-" else last, value)
    elif operation == "add":
        at[last] = value
    elif operation == "replace":
        at[last], _ = value, at[last]
    elif operation == "remove":
        del at[last]
    elif operation == "test" and at[last] != value:
        raise ValueError("the test does not hold")
    elif operation not in ("add", "replace", "remove", "test"):
        raise ValueError(f"the operation {operation} is not known")
    return document


def _whole(document: Any, operation: str, value: Any) -> Any:
    if operation in ("add", "replace"):
        return value
    if operation == "test" and document == value:
        return document
    raise ValueError("an operation on the whole document")
