"""EventBridge's API, corrected: what it refuses, and events that go to the relay.

moto keeps buses, rules and targets; its own matcher and delivery are out. Not emulated, and refused
by name: cron schedules, archives and replays, API destinations, single permissions of a bus.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, NoReturn
from unittest import mock

from moto.events.exceptions import (
    InvalidEventPatternException,
    ResourceNotFoundException,
    ValidationException,
)
from moto.events.models import EventBus, EventsBackend, events_backends

from rehearsal.emulator.event_targets import checked
from rehearsal.emulator.world import NotEmulatedError, World
from rehearsal.patterns import InvalidPatternError, validate
from rehearsal.relay.schedules import Schedules, period

MAX_ENTRIES = 10
MAX_BYTES = 1_048_576
"""Of one PutEvents call, all entries together (botocore: events model)."""


def install(world: World) -> Callable[[], None]:
    """Put the patches in; returns what takes them out."""
    original_rule, original_targets = EventsBackend.put_rule, EventsBackend.put_targets
    original_delete = EventsBackend.delete_rule
    schedules = Schedules(world)

    def put_rule(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        if expression := kwargs.get("scheduled_expression"):
            period(expression)
        _refuse_pattern(world, kwargs.get("event_pattern"))
        there = self.describe_event_bus(kwargs.get("event_bus_arn") or "default").rules
        if name not in there:
            world.quotas.refuse_rule(self.account_id, self.region_name, len(there))
        rule = original_rule(self, name, *args, **kwargs)
        schedules.follow(rule)
        return rule

    def delete_rule(self: Any, name: str, event_bus_arn: str | None) -> None:
        rules = self.describe_event_bus(event_bus_arn or "default").rules
        arn = rules[name].arn if name in rules else ""
        original_delete(self, name, event_bus_arn)
        schedules.forget(arn)

    def put_targets(self: Any, name: str, event_bus_arn: str | None, targets: Any) -> None:
        rule = self.describe_rule(name, event_bus_arn)
        checked(world, rule, targets)
        original_targets(self, name, event_bus_arn, targets)

    def put_events(self: Any, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        _refuse_batch(events)
        return [_entry(world, self, entry) for entry in events]

    with ExitStack() as patches:
        patches.callback(schedules.stop)
        for target, name, new in (
            (EventsBackend, "put_rule", put_rule),
            (EventsBackend, "delete_rule", delete_rule),
            (EventsBackend, "put_targets", put_targets),
            (EventsBackend, "put_events", put_events),
            (EventsBackend, "put_permission", put_permission),
            (EventsBackend, "remove_permission", remove_permission),
            (EventsBackend, "create_archive", _not_emulated("CreateArchive")),
            (EventsBackend, "start_replay", _not_emulated("StartReplay")),
            (EventsBackend, "create_api_destination", _not_emulated("CreateApiDestination")),
            (EventBus, "policy", property(lambda bus: getattr(bus, "rehearsal_policy", None))),
        ):
            patches.enter_context(mock.patch.object(target, name, new))
        return patches.pop_all().close


def put_permission(
    self: Any,
    event_bus_name: str | None,
    action: str | None,
    principal: str | None,
    statement_id: str | None,
    condition: Any,
    policy: str | None,
) -> None:
    """PutPermission with a whole policy, which replaces what was there."""
    if not policy or action or principal or statement_id or condition:
        raise NotEmulatedError("events:PutPermission without a whole Policy is not emulated")
    self.describe_event_bus(event_bus_name or "default").rehearsal_policy = policy


def remove_permission(
    self: Any, event_bus_name: str | None, statement_id: str | None, remove_all: bool | None
) -> None:
    """RemovePermission: everything, or the statement with this Sid."""
    bus = self.describe_event_bus(event_bus_name or "default")
    policy = json.loads(bus.policy) if bus.policy else {"Statement": []}
    statements = policy["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    kept = [] if remove_all else [s for s in statements if s.get("Sid") != statement_id]
    if not remove_all and len(kept) == len(statements):
        raise ResourceNotFoundException("Statement with the provided id does not exist.")
    bus.rehearsal_policy = json.dumps(policy | {"Statement": kept}) if kept else None


def _not_emulated(operation: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NotEmulatedError(f"events:{operation} is not emulated")

    return refuse


def _refuse_pattern(world: World, pattern: str | None) -> None:
    if not pattern:
        return
    try:
        if world.bites("1.9"):
            validate(pattern)
        else:
            validate(pattern, max_characters=len(pattern))
    except InvalidPatternError as refused:
        raise InvalidEventPatternException(reason=str(refused)) from refused


def _refuse_batch(entries: list[dict[str, Any]]) -> None:
    if not 1 <= len(entries) <= MAX_ENTRIES:
        raise ValidationException(
            f"1 validation error detected: 'entries' has {len(entries)} members, "
            f"1 to {MAX_ENTRIES} are allowed"
        )
    size = sum(len(str(part).encode()) for entry in entries for part in entry.values())
    if size > MAX_BYTES:
        raise ValidationException(f"Total size of the entries in the request is over {MAX_BYTES}")


def _entry(world: World, backend: Any, entry: dict[str, Any]) -> dict[str, Any]:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return _refused(
                "InvalidArgument",
                f"Parameter {name} is not valid. Reason: {name} is a required argument.",
            )
    if entry["Source"].startswith("aws."):
        return _refused(
            "NotAuthorizedForSourceException",
            f"Not authorized for the source {entry['Source']}: aws. is AWS's own (trap 1.7).",
        )
    try:
        detail = json.loads(entry["Detail"], parse_constant=_no_number)
    except (ValueError, RecursionError):
        detail = None
    if not isinstance(detail, dict):
        return _refused("MalformedDetail", "Detail is malformed.")
    event_id = str(uuid.uuid4())
    event = {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": backend.account_id,
        "time": _time(world, entry.get("Time")),
        "region": backend.region_name,
        "resources": list(entry.get("Resources") or []),
        "detail": detail,
    }
    world.relay.publish(*_bus(backend, entry.get("EventBusName")), event)
    return {"EventId": event_id}


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _refused(code: str, message: str) -> dict[str, Any]:
    return {"ErrorCode": code, "ErrorMessage": message}


def _time(world: World, given: Any) -> str:
    """The entry's time in whole seconds, the clock's where it names none."""
    if isinstance(given, int | float):
        given = datetime.fromtimestamp(given, UTC)
    elif isinstance(given, str):
        given = datetime.fromisoformat(given).astimezone(UTC)
    return f"{given or world.clock.now():%Y-%m-%dT%H:%M:%SZ}"


def _bus(backend: Any, name: str | None) -> tuple[str, str, str]:
    """Account, region and name of the bus that an entry names, by name or by ARN.

    On AWS an event for a bus that is not there is accepted and gone; here it is an error.
    """
    account, region, bus = backend.account_id, backend.region_name, name or "default"
    if bus.startswith("arn:"):
        _, _, _, region, account, resource = bus.split(":", 5)
        bus = resource.removeprefix("event-bus/")
    if region != backend.region_name:
        raise ValidationException(f"EventBusName {name} is in another region than the endpoint.")
    if bus not in events_backends[account][region].event_buses:
        raise ResourceNotFoundException(f"Event bus {bus} does not exist.")
    return account, region, bus
