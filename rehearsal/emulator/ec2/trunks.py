"""Branch interfaces: what a pod has instead of an interface of its instance's own (trap 2.15).

A branch hangs on a trunk, the trunk on an instance; only the trunk is in the instance's list, and
the branch obeys its own groups (AWS docs: EKS auto-sgp). It takes ours unless a service manages it
(UNVERIFIED on AWS). moto has no such associations. Assumed: a new one is read late (trap 2.13).
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.responses import EC2Response

from rehearsal.emulator.ec2.lag import Lag
from rehearsal.emulator.wire import Caller, Parameters, operations, responding
from rehearsal.emulator.world import NotEmulatedError, World


@dataclass(frozen=True, kw_only=True)
class Association:
    """One branch on one trunk."""

    branch: Any
    trunk: Any
    vlan: int
    id: str = field(default_factory=lambda: f"trunk-assoc-{secrets.token_hex(8)}")

    def described(self) -> Parameters:
        """As AWS describes it."""
        return {
            "AssociationId": self.id,
            "BranchInterfaceId": self.branch.id,
            "TrunkInterfaceId": self.trunk.id,
            "InterfaceProtocol": "VLAN",
            "VlanId": self.vlan,
        }


class Trunks:
    """The associations of all accounts and regions, as three operations of EC2."""

    def __init__(self, lag: Lag) -> None:
        self._lag = lag
        self._all: dict[str, tuple[Caller, Association]] = {}

    def associate_trunk_interface(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Hang a branch on a trunk."""
        if not parameters.get("VlanId"):
            raise NotEmulatedError("A branch interface without VlanId (GRE) is not emulated.")
        interfaces = ec2_backends[caller.account][caller.region]
        branch = interfaces.get_network_interface(parameters["BranchInterfaceId"])
        trunk = interfaces.get_network_interface(parameters["TrunkInterfaceId"])
        if trunk.interface_type != "trunk":
            raise EC2ClientError("InvalidParameterValue", f"{trunk.id} is not a trunk interface.")
        if branch.status != "available" or branch is trunk:
            raise EC2ClientError(
                "InvalidNetworkInterface.InUse", f"Interface: [{branch.id}] in use."
            )
        made = Association(branch=branch, trunk=trunk, vlan=int(parameters["VlanId"]))
        branch.rehearsal_trunk, branch.status = trunk, "in-use"
        branch.interface_type = "branch"
        self._all[made.id] = caller, made
        self._lag.wrote(made.id, "there", False)
        return {"InterfaceAssociation": made.described()}

    def disassociate_trunk_interface(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take a branch off its trunk."""
        wanted = parameters["AssociationId"]
        place, found = self._all.get(wanted, (None, None))
        if found is None or place != caller:
            raise _unknown(wanted)
        found.branch.rehearsal_trunk, found.branch.status = None, "available"
        del self._all[wanted]
        return {"Return": True}

    def describe_trunk_interface_associations(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """The associations of an account and region; those of interfaces that are gone are gone."""
        if parameters.get("Filters"):
            raise NotEmulatedError("Filters of trunk associations are not emulated.")
        enis = ec2_backends[caller.account][caller.region].enis
        found = {
            one.id: one.described()
            for place, one in self._all.values()
            if place == caller and {one.branch.id, one.trunk.id} <= enis.keys()
            if self._lag.seen(one.id, "there", True)
        }
        wanted = parameters.get("AssociationIds") or list(found)
        for identifier in wanted:
            if identifier not in found:
                raise _unknown(identifier)
        return {"InterfaceAssociations": [found[identifier] for identifier in wanted]}


def _unknown(identifier: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidAssociationID.NotFound", f"The association '{identifier}' does not exist."
    )


def install(world: World, lag: Lag, undo: ExitStack) -> None:
    """Answer the operations, and have each interface know which instance carries its traffic."""
    for name, operation in operations(Trunks(lag)).items():
        undo.enter_context(mock.patch.object(EC2Response, name, responding(operation), create=True))
    original_filter = NetworkInterface.get_filter_value

    def carrier(self: Any) -> Any:
        trunk = getattr(self, "rehearsal_trunk", None)
        return self.instance or (trunk.instance if trunk is not None else None)

    def get_filter_value(self: Any, name: str, method: str | None = None) -> Any:
        if name == "attachment.instance-id" and not world.bites("2.15") and self.carrier:
            return self.carrier.id
        return original_filter(self, name, method)

    for target, name, new in (
        (NetworkInterface, "carrier", property(carrier)),
        (NetworkInterface, "get_filter_value", get_filter_value),
    ):
        undo.enter_context(mock.patch.object(target, name, new, create=True))
