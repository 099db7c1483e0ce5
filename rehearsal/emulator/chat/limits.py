"""How long and how many: chatbot's own limits, where CloudFormation's schema allows more.

A command has at most 100 characters, though the schema says 5000 (trap 5.4; botocore: chatbot
model, whose lengths are read here).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rehearsal.emulator.remembered import service_model


def beyond(operation: str, state: dict[str, Any]) -> list[str]:
    """What the service says of a state that would be sent by an operation."""
    shape = service_model("chatbot").operation_model(operation).input_shape
    known = {name: one for name, one in state.items() if name in shape.members and name != "Tags"}
    return list(_beyond(shape, known, ""))


def _beyond(shape: Any, value: Any, at: str) -> Iterator[str]:
    kind, limits = shape.type_name, shape.metadata
    if kind in ("string", "list", "map"):
        if len(value) > limits.get("max", len(value)):
            yield f"{at} has {len(value)}, at most {limits['max']} are possible"
        if len(value) < limits.get("min", 0):
            yield f"{at} has {len(value)}, at least {limits['min']} are necessary"
    if kind == "string" and "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        yield f"{at} must match {limits['pattern']}"
    if kind == "list":
        for number, one in enumerate(value):
            yield from _beyond(shape.member, one, f"{at}[{number}]")
    elif kind == "map":
        for name, one in value.items():
            yield from _beyond(shape.key, name, f"{at}.{name}, the name,")
            yield from _beyond(shape.value, one, f"{at}.{name}")
    elif kind == "structure":
        for name, one in value.items():
            yield from _beyond(shape.members[name], one, f"{at}.{name}".lstrip("."))
