"""Security Hub CSPM, as an administrator sets it up: hubs, aggregator, central configuration.

Not emulated, and therefore an error: findings (import, update, query), standards, controls,
insights, automation rules, members by invitation, and everything of the V2 hub.
"""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator import wire
from rehearsal.emulator.securityhub.delegation import Delegation
from rehearsal.emulator.securityhub.hubs import Hubs
from rehearsal.emulator.securityhub.policies import Policies
from rehearsal.emulator.world import World


class SecurityHub:
    """One world's Security Hub."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hubs = Hubs(world)
        self._delegation = Delegation(world, self._hubs)
        self._policies = Policies(world, self._hubs, self._delegation)

    def install(self) -> Callable[[], None]:
        """Answer all of Security Hub's paths; returns what undoes it."""
        self._world.emulated["securityhub"] = "our own hubs, aggregator and central configuration"
        return wire.serve("securityhub", self._hubs, self._delegation, self._policies)
