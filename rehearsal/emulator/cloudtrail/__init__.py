"""CloudTrail: who changed what, as the door of the emulator saw it, refusals included.

Of each call that changes something a few references are kept, and put into words only when somebody
looks. Reads and data events (a published message, an item, an object) are not recorded: on AWS the
event history holds management events, here those that write. They appear after a while.

``SendAutomationSignal`` is sent to the account's default bus as well. On AWS this takes a trail
(AWS docs: eb-service-event-cloudtrail); the emulator assumes that there is one. Not recorded: what
a service does by itself, presses in the console, and a request that is signed by no known key.
"""

from __future__ import annotations

import functools
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rehearsal.emulator.cloudtrail import lookup, notices
from rehearsal.emulator.cloudtrail.entry import Entry

if TYPE_CHECKING:
    from rehearsal.emulator.actions import Call
    from rehearsal.emulator.principals import Principal
    from rehearsal.emulator.world import World

KEPT = 1_000
"""Entries of an account and region; AWS keeps 90 days."""

GLOBAL = {"iam": "us-east-1", "organizations": "us-east-1"}
"""Services of no region, and where their events are (AWS docs: cloudtrail-concepts)."""

READS = (
    "BatchGet",
    "Decrypt",
    "Describe",
    "Download",
    "Encrypt",
    "Filter",
    "GenerateDataKey",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Simulate",
    "TestEvent",
    "AssumeRole",
)
"""How the names of operations begin whose events are read-only; STS's and KMS's among them."""

DATA: Mapping[str, tuple[str, ...]] = {
    "cloudwatch": ("PutMetricData",),
    "dynamodb": ("PutItem", "UpdateItem", "DeleteItem", "BatchWrite", "Transact", "Execute"),
    "events": ("PutEvents",),
    "logs": ("PutLogEvents",),
    "s3": ("PutObject", "DeleteObject", "CopyObject", "UploadPart", "RestoreObject"),
    "sns": ("Publish",),
    "sqs": ("SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"),
}
"""Data events, by how their names begin (AWS docs: logging-data-events-with-cloudtrail)."""


class Trail:
    """What was changed in one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._entries: dict[tuple[str, str], deque[Entry]] = {}

    def record(self, principal: Principal, call: Call, key: str, outcome: object) -> None:
        """Keep a call that changes something; the outcome is an answer, or what was raised."""
        if not written(call.service, call.operation):
            return
        entry = Entry(
            id=str(uuid.uuid4()),
            at=self._world.clock.now(),
            arn=principal.arn,
            role=principal.context["aws:principalarn"][0],
            user_id=principal.user_id,
            key=key,
            call=call,
            region=GLOBAL.get(call.service, call.region),
            outcome=outcome,
        )
        place = (call.account, entry.region)
        self._entries.setdefault(place, deque(maxlen=KEPT)).append(entry)
        if (call.service, call.operation) in notices.SENT:
            self._world.clock.later(
                self._world.timing.cloudtrail_event, lambda: notices.send(self._world, entry)
            )

    def entries(self, account: str, region: str) -> list[Entry]:
        """Everything that is kept of an account and region, newest first."""
        return list(self._entries.get((account, region), ()))[::-1]


@functools.cache
def written(service: str, operation: str) -> bool:
    """Whether an operation's event is a management event that writes."""
    return not operation.startswith((*READS, *DATA.get(service, ())))


def install(world: World) -> Callable[[], None]:
    """Begin to record, and answer LookupEvents; returns what ends it."""
    world.trail = Trail(world)
    world.emulated["cloudtrail"] = "rehearsal.emulator.cloudtrail: LookupEvents"
    return lookup.install(world)
