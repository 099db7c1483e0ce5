"""Security Hub CSPM: hubs, aggregator, central configuration, findings; the V2 hub's doubles.

Not emulated, and therefore an error: standards, controls, insights, automation rules, custom
actions, other products' findings, members by invitation, and everything else of the V2 hub.
"""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator import wire
from rehearsal.emulator.securityhub.delegation import Delegation
from rehearsal.emulator.securityhub.findings import Findings
from rehearsal.emulator.securityhub.hubs import Hubs
from rehearsal.emulator.securityhub.policies import Policies
from rehearsal.emulator.securityhub.v2 import HubsV2
from rehearsal.emulator.world import World


class SecurityHub:
    """One world's Security Hub."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hubs = Hubs(world)
        self._v2 = HubsV2(world, self._hubs)
        self._delegation = Delegation(world, self._hubs)
        self._policies = Policies(world, self._hubs, self._delegation)
        self._findings = Findings(world, self._hubs, self._v2, self._delegation)
        self.receive = self._findings.receive

    @property
    def administrators(self) -> set[str]:
        """Whom the organisation made Security Hub's administrator."""
        return self._delegation.administrators

    def install(self) -> Callable[[], None]:
        """Answer all of Security Hub's paths; returns what undoes it."""
        self._world.emulated["securityhub"] = "our own hubs, central configuration and findings"
        parts = (self._hubs, self._v2, self._delegation, self._policies, self._findings)
        stop = wire.serve("securityhub", *parts)

        def undo() -> None:
            self._findings.notices.over = True
            stop()

        return undo
