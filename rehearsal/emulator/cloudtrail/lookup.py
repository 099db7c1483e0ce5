"""LookupEvents: the event history, which moto lacks (botocore: cloudtrail model)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult

from rehearsal.emulator.cloudtrail.entry import Entry
from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

PAGE = 50

Request = Mapping[str, Any]

ATTRIBUTES: Mapping[str, Callable[[Entry], list[str]]] = {
    "EventId": lambda entry: [entry.id],
    "EventName": lambda entry: [entry.call.operation],
    "EventSource": lambda entry: [entry.source],
    "Username": lambda entry: [entry.user_name],
    "AccessKeyId": lambda entry: [entry.key],
    "ResourceName": lambda entry: entry.resources,
    "ReadOnly": lambda _: ["false"],
}


def install(world: World) -> Callable[[], None]:
    """Answer the operation; returns what takes it out."""

    def lookup_events(self: Any) -> ActionResult:
        request = json.loads(self.body or "{}")
        return ActionResult(_looked_up(world, self.current_account, self.region, request))

    patch = mock.patch.object(CloudTrailResponse, "lookup_events", lookup_events, create=True)
    patch.start()

    def stop() -> None:
        patch.stop()

    return stop


def _looked_up(world: World, account: str, region: str, request: Request) -> dict[str, Any]:
    if "EventCategory" in request:
        raise NotEmulatedError("cloudtrail:LookupEvents of insights is not emulated.")
    visible = world.clock.now() - timedelta(seconds=world.timing.cloudtrail)
    begin, end = _times(request)
    found = [
        entry
        for entry in world.trail.entries(account, region)
        if entry.at <= visible
        and (begin is None or entry.at >= begin)
        and (end is None or entry.at <= end)
        and _wanted(request, entry)
    ]
    most = request.get("MaxResults", PAGE)
    if not 1 <= most <= PAGE:
        raise Fault("InvalidMaxResultsException", f"{most} results are not from 1 to {PAGE}.")
    first = _place(request.get("NextToken"))
    more = {"NextToken": str(first + most)} if first + most < len(found) else {}
    return {"Events": [_shown(entry) for entry in found[first : first + most]], **more}


def _times(request: Request) -> tuple[datetime | None, datetime | None]:
    begin, end = (
        datetime.fromtimestamp(float(request[name]), UTC) if name in request else None
        for name in ("StartTime", "EndTime")
    )
    if begin and end and begin > end:
        raise Fault("InvalidTimeRangeException", "The start time is after the end time.")
    return begin, end


def _wanted(request: Request, entry: Entry) -> bool:
    attributes = request.get("LookupAttributes", [])
    if len(attributes) > 1:
        raise Fault("InvalidLookupAttributesException", "Only one lookup attribute is taken.")
    for attribute in attributes:
        key = attribute["AttributeKey"]
        if key not in ATTRIBUTES:
            raise NotEmulatedError(f"The lookup attribute {key} is not emulated.")
        if attribute["AttributeValue"] not in ATTRIBUTES[key](entry):
            return False
    return True


def _place(token: str | None) -> int:
    if token is not None and not token.isdigit():
        raise Fault("InvalidNextTokenException", f"{token} is no token of an earlier answer.")
    return int(token or 0)


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "EventId": entry.id,
        "EventName": entry.call.operation,
        "EventSource": entry.source,
        "EventTime": entry.at,
        "ReadOnly": "false",
        "AccessKeyId": entry.key,
        "Username": entry.user_name,
        "Resources": [{"ResourceName": name} for name in entry.resources],
        "CloudTrailEvent": json.dumps(entry.event),
    }
