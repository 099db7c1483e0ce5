"""Commands in chat: the AWS CLI's words, read by botocore's model, run as whoever pressed.

(AWS docs: intro-to-the-aws-cli-in-slack.) The command begins with the service. Options are those of
the operation, ``--region`` beside them; structures are JSON, the CLI's shorthand for them is not
emulated, nor are ``--output`` and ``--query``. That a command ends after 15 seconds is not either.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from rehearsal.emulator.remembered import service_model
from rehearsal.emulator.world import NotEmulatedError

_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("structure", "map", "list"), json.loads),
    **dict.fromkeys(("integer", "long"), int),
    **dict.fromkeys(("float", "double"), float),
    "boolean": {"true": True, "false": False}.__getitem__,
}
"""How a value is read, by the kind of its shape; all others are text."""
_VARIABLE = re.compile(r"\$([A-Za-z0-9_-]+)")


class CommandError(Exception):
    """The command is none; the text is what chat answers."""


@dataclass(frozen=True)
class Command:
    """A call, ready to be made."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    region: str


def filled(text: str, variables: Mapping[str, str]) -> str:
    """The command's text with the message's values; they are put in as they are."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in variables:
            raise CommandError(f"The variable {found[1]} of the command has no value.")
        return variables[found[1]]

    return _VARIABLE.sub(value, text)


def read(text: str) -> Command:
    """The call that a command means. Raises CommandError."""
    try:
        words = shlex.split(text)
    except ValueError as broken:
        raise CommandError(f"I cannot read the command {text}: {broken}") from broken
    if len(words) < 2:
        raise CommandError(f"The command {text} names no service and operation.")
    service, action, *rest = words
    try:
        model = service_model(service)
    except UnknownServiceError:
        raise CommandError(f"There is no service {service}.") from None
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if action not in names:
        raise CommandError(f"The service {service} has no operation {action}.")
    operation = model.operation_model(names[action])
    members = operation.input_shape.members if operation.input_shape else {}
    options = {xform_name(name, "-"): name for name in members}
    region, parameters = "", {}
    for option, values in _options(rest):
        if option == "region":
            region = _one(option, values)
        elif option in options:
            name = options[option]
            parameters[name] = _value(option, values, members[name])
        elif option.startswith("no-") and option[3:] in options and not values:
            parameters[options[option[3:]]] = False
        else:
            raise CommandError(f"Unknown options: --{option}")
    if not region:
        raise CommandError("Tell me the region: add --region to the command.")
    return Command(service, action.replace("-", "_"), parameters, region)


def _options(words: list[str]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for word in words:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            found.append((name, [value] if equals else []))
        elif not found:
            raise CommandError(f"Unknown options: {word}")
        else:
            found[-1][1].append(word)
    return found


def _one(option: str, values: list[str]) -> str:
    if len(values) != 1:
        raise CommandError(f"--{option} takes one value, not {len(values)}.")
    return values[0]


def _value(option: str, values: list[str], shape: Any) -> Any:
    kind = shape.type_name
    if kind == "boolean" and not values:
        return True
    if kind == "list" and not (values and values[0].startswith("[")):
        if shape.member.type_name in ("structure", "map", "list"):
            raise NotEmulatedError(f"the shorthand of --{option} is not emulated: write JSON")
        return [_value(option, [one], shape.member) for one in values]
    text = _one(option, values)
    if kind not in _READERS:
        return text
    try:
        return _READERS[kind](text)
    except (ValueError, KeyError) as wrong:
        if kind in ("structure", "map"):
            why = f"the shorthand of --{option} is not emulated: write JSON"
            raise NotEmulatedError(why) from wrong
        raise CommandError(f"--{option}: {text} is no {kind}.") from wrong
