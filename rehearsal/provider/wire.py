"""Values as Pulumi's engine sends them: protobuf structs with secrets, unknowns and floats."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf import json_format, struct_pb2

from rehearsal.provider.codecs import whole

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's mark of a secret, not one
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine and its SDKs mark values (Pulumi: sdk/go/common/resource)."""


def load(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Plain values: secrets unwrapped, whole numbers as integers, unknowns as ``UNKNOWN``."""
    return {
        key: value
        for key, value in plain(json_format.MessageToDict(struct)).items()
        if value is not None
    }


def dump(values: dict[str, Any]) -> struct_pb2.Struct:
    """A struct of plain values."""
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def plain(value: Any) -> Any:
    """Without Pulumi's marks, at any depth; nothing in a mapping that is not set."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) in (SECRET, OUTPUT):
            return plain(value.get("value", UNKNOWN))
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return whole(value)


def has_unknown(value: Any) -> bool:
    """Whether a value, at any depth, is only known after something was created."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return bool(value == UNKNOWN)


def arguments(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A provider's arguments: every one that is no text comes as JSON in a text."""
    return {name: decoded(value) for name, value in load(struct).items()}


def decoded(value: Any) -> Any:
    """The value that a JSON text stands for; text that is not JSON stays text."""
    if not isinstance(value, str):
        return value
    try:
        return plain(json.loads(value))
    except ValueError:
        return value


def token_and_name(urn: str) -> tuple[str, str]:
    """A resource's type and name: ``urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME``."""
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name
