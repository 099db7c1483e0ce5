"""GuardDuty, as an organisation has it: detectors, delegation, findings.

Not emulated, and therefore an error: publishing destinations, malware plans, invitations,
sample findings about anything but instances, and queries over findings.
"""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator import wire
from rehearsal.emulator.guardduty.delegation import Delegation
from rehearsal.emulator.guardduty.detectors import Detectors, Place
from rehearsal.emulator.guardduty.filters import Filters
from rehearsal.emulator.guardduty.findings import (
    LARGEST_EVENT,
    Findings,
    Receiver,
    RefusedError,
)
from rehearsal.emulator.guardduty.lookups import Lookups, Resolves
from rehearsal.emulator.guardduty.samples import Samples
from rehearsal.emulator.world import World

__all__ = ["LARGEST_EVENT", "GuardDuty", "Place", "RefusedError"]


class GuardDuty:
    """One world's GuardDuty."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._detectors = Detectors(world)
        self._delegation = Delegation(world, self._detectors)
        self._filters = Filters(world, self._detectors, self._delegation)
        self._findings = Findings(world, self._detectors, self._delegation, self._filters)
        self._samples = Samples(self._detectors, self._findings)
        self.file = self._findings.file
        self.welcome = self._delegation.welcome

    @property
    def administrators(self) -> set[str]:
        """Whom the organisation made GuardDuty's administrator."""
        return self._delegation.administrators

    def send_to(self, receive: Receiver) -> None:
        """Have each finding, and each further sighting, sent there as well."""
        self._findings.on_sending = receive

    def read_names(self, resolves: Resolves) -> Callable[[Place], None]:
        """Find what instances look up as they start; returns what has to look at a place for it."""
        return Lookups(
            self._world, resolves=resolves, watches=self._detectors.watches, file=self.file
        ).look

    def install(self) -> Callable[[], None]:
        """Answer all of GuardDuty's paths; returns what undoes it."""
        self._world.emulated["guardduty"] = "our own detectors, delegation, findings and one domain"
        parts = (self._detectors, self._delegation, self._filters, self._findings, self._samples)
        return wire.serve("guardduty", *parts)
