"""The security groups of network interfaces, which are the only groups that an instance has.

moto keeps groups of the instance beside those of its interfaces and shows the union, so that a
group could never be taken away; here an instance has the groups of its first interface, as on AWS.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.ec2.exceptions import EC2ClientError, InvalidSecurityGroupNotFoundError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance

from rehearsal.emulator.ec2.lag import Lag
from rehearsal.emulator.world import World

MOST_GROUPS = 5
"""Groups of one interface, by default (AWS docs: amazon-vpc-limits)."""


def install(world: World, lag: Lag, undo: ExitStack) -> None:
    """Patch moto's interfaces and instances."""
    original_filter = NetworkInterface.get_filter_value
    original_modify = EC2Backend.modify_network_interface_attribute
    original_nat = EC2Backend.create_nat_gateway

    def group_set(self: Any) -> Any:
        return lag.seen(self.id, "groups", self._group_set)

    def get_filter_value(self: Any, name: str, method: str | None = None) -> Any:
        if name == "group-id":
            return [group.id for group in self.group_set]
        return original_filter(self, name, method)

    def security_groups(self: Any) -> Any:
        first = getattr(self, "nics", {}).get(0)
        return first.group_set if first else self._launch_groups

    def launched_with(self: Any, groups: Any) -> None:
        self._launch_groups = groups

    def regroup(self: Any, interface: Any, group_ids: list[str]) -> None:
        groups = [_group(self, interface, group_id) for group_id in group_ids]
        if len(groups) > MOST_GROUPS:
            raise EC2ClientError(
                "SecurityGroupsPerInterfaceLimitExceeded",
                "The maximum number of security groups per interface has been reached.",
            )
        lag.wrote(interface.id, "groups", list(interface._group_set))
        interface._group_set = groups

    def modify_network_interface_attribute(
        self: Any,
        eni_id: str,
        group_ids: list[str],
        source_dest_check: bool | None = None,
        description: str | None = None,
    ) -> None:
        interface = self.get_network_interface(eni_id)
        if interface.requester_managed and world.bites("2.3"):
            raise EC2ClientError(
                "AuthFailure", "You do not have permission to access the specified resource."
            )
        if group_ids:
            regroup(self, interface, group_ids)
        original_modify(self, eni_id, [], source_dest_check, description)

    def modify_instance_security_groups(self: Any, instance_id: str, group_ids: list[str]) -> Any:
        instance = self.get_instance(instance_id)
        if len(instance.nics) > 1 and world.bites("2.3"):
            raise EC2ClientError(
                "InvalidInstanceID",
                f"There are multiple interfaces attached to instance '{instance_id}'. "
                "Please specify an interface ID for the operation instead.",
            )
        for interface in instance.nics.values():
            regroup(self, interface, group_ids)
        return instance

    def create_nat_gateway(self: Any, *args: Any, **kwargs: Any) -> Any:
        gateway = original_nat(self, *args, **kwargs)
        gateway._eni.requester_managed = True
        gateway._eni.interface_type = "nat_gateway"
        gateway._eni.status = "in-use"
        return gateway

    for target, name, new in (
        (NetworkInterface, "group_set", property(group_set)),
        (NetworkInterface, "get_filter_value", get_filter_value),
        (Instance, "security_groups", property(security_groups, launched_with)),
        (EC2Backend, "modify_network_interface_attribute", modify_network_interface_attribute),
        (EC2Backend, "modify_instance_security_groups", modify_instance_security_groups),
        (EC2Backend, "create_nat_gateway", create_nat_gateway),
    ):
        undo.enter_context(mock.patch.object(target, name, new, create=True))


def _group(backend: Any, interface: Any, group_id: str) -> Any:
    group = backend.get_security_group_from_id(group_id)
    if group is None:
        raise InvalidSecurityGroupNotFoundError(group_id)
    if group.vpc_id != interface.vpc_id:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"Security group {group_id} and interface {interface.id} belong to different networks.",
        )
    return group
