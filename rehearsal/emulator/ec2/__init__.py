"""EC2, where moto is kinder than AWS: groups of interfaces, instances that end, reads that lag."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.core.responses import BaseResponse
from moto.ec2.models import ec2_backends
from moto.ec2.responses import EC2Response

from rehearsal.emulator.ec2 import (
    attachments,
    attributes,
    endings,
    groups,
    instances,
    interfaces,
    networks,
    profiles,
    snapshots,
    trunks,
)
from rehearsal.emulator.ec2.lag import Lag
from rehearsal.emulator.flows import Flows
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import World

READS = ("Describe", "Get")


class Ec2:
    """One world's EC2, with the connections of its instances."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.flows = Flows(world)
        self.afterwards: list[Callable[[Caller], None]] = []
        """What else looks at an account and region whenever something has changed in its EC2."""

    def install(self) -> Callable[[], None]:
        """Put the patches in; returns what takes them out."""
        self._world.emulated["ec2"] = "moto, with interfaces, lag and connections of our own"
        undo = ExitStack()
        lag = Lag(self._world)
        interfaces.install(self._world, lag, undo)
        groups.install(self._world, lag, undo)
        attributes.install(self._world, undo)
        attachments.install(undo)
        networks.install(undo)
        snapshots.install(self._world, undo)
        trunks.install(self._world, lag, undo)
        instances.install(undo)
        profiles.install(undo)
        endings.install(self._world, undo)
        settle = self.settle

        def call_action(self: Any) -> Any:
            answer = BaseResponse.call_action(self)
            if not self._get_action().startswith(READS):
                settle(Caller(self.current_account, self.region))
            return answer

        undo.enter_context(mock.patch.object(EC2Response, "call_action", call_action, create=True))
        return undo.close

    def settle(self, place: Caller) -> None:
        """Something has changed in an account and region: whoever follows from it looks again."""
        self.flows.reconsider(place)
        for look in self.afterwards:
            look(place)

    def manage(self, place: Caller, interface_id: str) -> None:
        """Give an interface to an AWS service, as ECS does for its tasks (trap 2.3).

        Raises LookupError for an interface that is not there.
        """
        interface = ec2_backends[place.account][place.region].enis.get(interface_id)
        if interface is None:
            raise LookupError(f"{interface_id} is no interface in {place}")
        interface.requester_managed = True
