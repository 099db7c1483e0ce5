"""EC2's reads lag its writes (trap 2.13): what a read shows is what was true a while ago.

Only what containment verifies lags: the groups of an interface, the rules of a group, and whether a
new group is there at all. Everything that writes, and every packet, goes by the truth at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rehearsal.emulator.world import World


class Lag:
    """Remembers what things were before a write, until reads may show that it happened."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._before: dict[tuple[str, str], list[tuple[datetime, Any]]] = {}

    def wrote(self, resource: str, field: str, before: Any) -> None:
        """A field of a resource is about to change; ``before`` must not be changed in place."""
        if self._world.bites("2.13"):
            due = self._world.clock.now() + timedelta(seconds=self._world.timing.ec2_read_lag)
            self._before.setdefault((resource, field), []).append((due, before))

    def seen(self, resource: str, field: str, now_true: Any) -> Any:
        """What a read shows: the value before the first write that is not visible yet."""
        now = self._world.clock.now()
        waiting = [entry for entry in self._before.get((resource, field), []) if entry[0] > now]
        if not waiting:
            self._before.pop((resource, field), None)
            return now_true
        self._before[(resource, field)] = waiting
        return waiting[0][1]
