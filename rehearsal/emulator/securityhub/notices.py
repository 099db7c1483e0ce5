"""The events of Security Hub: one finding each, on every bus whose owner sees the finding.

(AWS docs: securityhub-cwe-integration-types, securityhub-cwe-event-formats.) Each bus gets a change
once; whether AWS sends one twice in the aggregation region is not known (trap 5.7).
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable
from typing import Any

from rehearsal.emulator.securityhub.records import Record, Records
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import World

IMPORTED = "Security Hub Findings - Imported"
IMPORTED_V2 = "Findings Imported V2"


class Notices:
    """Sends what has changed."""

    def __init__(self, world: World, records: Records) -> None:
        self._world = world
        self._records = records
        self.over = False
        """Set when the emulator stops: nothing may then reach the next one's buses."""

    def send(self, record: Record) -> None:
        """Tell of a finding as it is now."""
        product, identifier = record.key
        shown = copy.deepcopy(record.shown())
        self._spread(record.place, IMPORTED, f"{product}/{identifier}", shown)

    def send_v2(self, place: Caller, finding: dict[str, Any]) -> None:
        """Tell of a finding in the V2 hub's words."""
        self._spread(place, IMPORTED_V2, finding["metadata"]["uid"], finding)

    def _spread(self, place: Caller, kind: str, resource: str, finding: dict[str, Any]) -> None:
        here = self._records.here(place)
        self._publish(here, kind, resource, finding)
        if elsewhere := [one for one in self._records.elsewhere(place) if one not in here]:
            self._world.clock.later(
                self._world.timing.security_hub_aggregation,
                lambda: self._publish(dict.fromkeys(elsewhere), kind, resource, finding),
            )

    def _publish(
        self, buses: Iterable[Caller], kind: str, resource: str, finding: dict[str, Any]
    ) -> None:
        if self.over:
            return
        for bus in buses:
            event = {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": kind,
                "source": "aws.securityhub",
                "account": bus.account,
                "time": self._world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": bus.region,
                "resources": [resource],
                "detail": {"findings": [finding]},
            }
            self._world.relay.publish(bus.account, bus.region, "default", event)
