"""What is left of an instance that has ended (trap 2.12).

It is described for about an hour, without interfaces, groups, addresses or network, and is then not
found any more (AWS docs: terminating-instances). moto describes it for ever, as if it still ran.
A stopped instance keeps all of them, and its interfaces take other groups.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance

from rehearsal.emulator.world import World

DESCRIBED = timedelta(hours=1)
"""For how long an instance that has ended is described (AWS docs: terminating-instances)."""

OF_THE_NETWORK = (
    *("vpc_id", "subnet_id", "private_ip", "private_ip_address", "public_ip", "public_ip_address"),
    *("private_dns_name", "public_dns_name", "security_groups"),
)
"""Fields that are empty once an instance has ended."""


def install(world: World, undo: ExitStack) -> None:
    """Patch moto's instances; after the other patches of the same fields."""
    original_terminate = Instance.terminate
    original_reservations = EC2Backend.all_reservations

    def terminate(self: Any) -> Any:
        previous = original_terminate(self)
        if not hasattr(self, "rehearsal_ended"):
            self.rehearsal_ended = world.clock.now()
        return previous

    def all_reservations(self: Any, filters: Any = None) -> list[Any]:
        gone = world.clock.now() - DESCRIBED
        found = original_reservations(self, filters)
        if not world.bites("2.12"):
            return list(found)
        for reservation in found:  # copies, whose lists are moto's own
            reservation.instances = [one for one in reservation.instances if _is_there(one, gone)]
        return [reservation for reservation in found if reservation.instances]

    undo.enter_context(mock.patch.object(Instance, "terminate", terminate))
    undo.enter_context(mock.patch.object(EC2Backend, "all_reservations", all_reservations))
    for name in OF_THE_NETWORK:
        seen = property(_of_the_network(world, name), getattr(Instance, name).fset)
        undo.enter_context(mock.patch.object(Instance, name, seen))


def _is_there(instance: Any, gone: datetime) -> bool:
    ended: datetime | None = getattr(instance, "rehearsal_ended", None)
    return ended is None or ended > gone


def _of_the_network(world: World, name: str) -> Any:
    original = getattr(Instance, name).fget

    def seen(self: Any) -> Any:
        ended = self._state.name == "terminated" and hasattr(self, "rehearsal_ended")
        if ended and world.bites("2.12"):
            return [] if name == "security_groups" else None
        return original(self)

    return seen
