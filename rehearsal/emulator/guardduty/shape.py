"""A finding and botocore's model of it: may it be one, and how does the API name its fields.

Only what contradicts the model is refused; fields that are missing or new are not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from rehearsal.emulator.remembered import service_model

SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "timestamp": (str, int, float),
}


@cache
def _finding() -> Any:
    return service_model("guardduty").shape_for("Finding")


def complaint(finding: dict[str, Any]) -> str | None:
    """The first contradiction, as a sentence; None if there is none."""
    if not isinstance(finding.get("type"), str) or not finding["type"]:
        return "it needs a type, such as CryptoCurrency:EC2/BitcoinTool.B!DNS"
    return _differs(finding, _finding(), "the finding")


def _differs(value: Any, shape: Shape, where: str) -> str | None:
    if value is None:
        return None
    if isinstance(shape, StructureShape):
        return _structure(value, shape, where)
    if isinstance(shape, ListShape):
        return _list(value, shape, where)
    if isinstance(shape, MapShape):
        return None if isinstance(value, dict) else f"{where} must be an object"
    wanted = SCALARS.get(shape.type_name)
    if wanted and (
        not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted)
    ):
        return f"{where} must be a {shape.type_name}, not {type(value).__name__}"
    return None


def _structure(value: Any, shape: Any, where: str) -> str | None:
    if not isinstance(value, dict):
        return f"{where} must be an object"
    for name, member in shape.members.items():
        key = member.serialization.get("name", name)
        if key in value and (why := _differs(value[key], member, f"{where}.{key}")):
            return why
    return None


def _list(value: Any, shape: Any, where: str) -> str | None:
    if not isinstance(value, list):
        return f"{where} must be a list"
    for number, item in enumerate(value):
        if why := _differs(item, shape.member, f"{where}[{number}]"):
            return why
    return None


def as_modelled(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding in EventBridge's camel case, renamed to the members of the API's model."""
    renamed: dict[str, Any] = _renamed(finding, _finding())
    return renamed


def _renamed(value: Any, shape: Shape) -> Any:
    if value is None:
        return None
    if isinstance(shape, StructureShape):
        keys = {
            member.serialization.get("name", name): name for name, member in shape.members.items()
        }
        return {
            keys[key]: _renamed(item, shape.members[keys[key]])
            for key, item in value.items()
            if key in keys
        }
    if isinstance(shape, ListShape):
        return [_renamed(item, shape.member) for item in value]
    if shape.type_name == "timestamp":
        return datetime.fromisoformat(value) if isinstance(value, str) else _epoch(value)
    return value


def _epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
