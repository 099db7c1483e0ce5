"""EventBridge's UpdateEventBus, which moto lacks; everything else of buses is in ``events``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest import mock

from moto.events.responses import EventsHandler

from rehearsal.emulator.world import NotEmulatedError, World


def install(world: World) -> Callable[[], None]:
    """Put the patch in; returns what takes it out."""
    world.emulated["events:UpdateEventBus"] = "our own"
    patch = mock.patch.object(EventsHandler, "update_event_bus", update_event_bus, create=True)
    patch.start()

    def stop() -> None:
        patch.stop()

    return stop


def update_event_bus(self: Any) -> tuple[str, dict[str, Any]]:
    """Change what is named; an empty value takes the old one away (botocore: events model)."""
    if self._get_param("LogConfig"):
        raise NotEmulatedError("The LogConfig of an event bus is not emulated.")
    bus = self.events_backend.describe_event_bus(self._get_param("Name") or "default")
    for parameter, field in (
        ("Description", "description"),
        ("KmsKeyIdentifier", "kms_key_identifier"),
        ("DeadLetterConfig", "dead_letter_config"),
    ):
        value = self._get_param(parameter)
        if value is not None:
            setattr(bus, field, value or None)
    answer = {
        "Arn": bus.arn,
        "Name": bus.name,
        "Description": bus.description,
        "KmsKeyIdentifier": bus.kms_key_identifier,
        "DeadLetterConfig": bus.dead_letter_config,
    }
    told = {key: value for key, value in answer.items() if value}
    return json.dumps(told), self.response_headers
