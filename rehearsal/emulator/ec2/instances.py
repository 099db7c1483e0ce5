"""Where an instance comes from, and what becomes of its interfaces when it ends.

The first interface goes with the instance, the others stay behind; moto keeps all of them attached
to an instance that is gone. Of moto's images, the 1,200 for ECS are left out: an account and region
that is touched for the first time would spend a third of a second on them.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.ec2.models import amis
from moto.ec2.models.instances import Instance


def install(undo: ExitStack) -> None:
    """Patch moto's instances."""
    original_attach = Instance.attach_eni
    original_terminate = Instance.terminate

    def attach_eni(self: Any, eni: Any, device_index: int) -> Any:
        if eni.description == "Primary network interface":  # made by RunInstances, not by hand
            eni.delete_on_termination = True
        return original_attach(self, eni, device_index)

    def terminate(self: Any) -> Any:
        if self._state.name == "terminated":
            return original_terminate(self) if not self.nics else self._state
        interfaces = list(self.nics.values())
        previous = original_terminate(self)
        for interface in interfaces:
            if not interface.delete_on_termination and interface.device_index:
                self.detach_eni(interface)
        return previous

    def network_interfaces(self: Any) -> list[Any]:
        if self._state.name == "terminated":
            return []
        return list(self.nics.values())

    load = amis.load_resource

    def without_ecs(path: str) -> Any:
        if path.startswith("ec2/resources/ecs/"):
            raise FileNotFoundError(path)  # what moto expects where there are none
        return load(path)

    undo.enter_context(mock.patch.object(amis, "load_resource", without_ecs))
    for name, new in (
        ("attach_eni", attach_eni),
        ("terminate", terminate),
        ("network_interfaces", property(network_interfaces)),
    ):
        undo.enter_context(mock.patch.object(Instance, name, new))
