"""Custom actions as buttons: on which messages they are, and what they put into the command.

(botocore: chatbot model.) A criterion names a variable, and a variable a place in the message.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.emulator.chat.records import Button, State

_EVENT = "event."


def on(kind: str, text: str, actions: Mapping[str, State]) -> Iterator[Button]:
    """The buttons of a message of a type, from the channel's actions by ARN."""
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    for arn, action in actions.items():
        for attached in action.get("Attachments") or ():
            if attached.get("NotificationType") != kind:
                continue
            variables = {
                name: value
                for name, path in (attached.get("Variables") or {}).items()
                if (value := _at(path, told)) is not None
            }
            if all(_holds(one, variables) for one in attached.get("Criteria") or ()):
                name = action["ActionName"]
                yield Button(name, attached.get("ButtonText") or name, arn, variables)


def _at(path: str, told: Any) -> str | None:
    """The text at ``event.metadata.additionalContext.NAME``, or anywhere else in the message."""
    if not path.startswith(_EVENT):
        return None
    for name in path.removeprefix(_EVENT).split("."):
        told = told.get(name) if isinstance(told, dict) else None
    return None if told is None else told if isinstance(told, str) else json.dumps(told)


def _holds(criterion: Mapping[str, Any], variables: Mapping[str, str]) -> bool:
    value = variables.get(criterion["VariableName"])
    if criterion["Operator"] == "EQUALS":
        return value == criterion.get("Value")
    return bool(value)
