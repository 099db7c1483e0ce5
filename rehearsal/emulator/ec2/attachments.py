"""Attaching interfaces to instances, and taking them off; moto does either without a question.

An interface may be of another VPC of the account, as long as it is in the instance's zone (since
2023; AWS docs: network-interface-attachments), so an instance is in several VPCs (trap 2.3).
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.ec2.exceptions import EC2ClientError, InvalidSecurityGroupNotFoundError
from moto.ec2.models import EC2Backend
from moto.ec2.responses import EC2Response


def install(undo: ExitStack) -> None:
    """Patch moto's interfaces."""
    original_create = EC2Response.create_network_interface
    original_attach = EC2Backend.attach_network_interface
    original_detach = EC2Backend.detach_network_interface
    original_delete = EC2Response.delete_network_interface

    def create_network_interface(self: Any) -> Any:
        subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
        for group_id in self._get_param("Groups", []):
            group = self.ec2_backend.get_security_group_from_id(group_id)
            if group is None or group.vpc_id != subnet.vpc_id:  # moto would make the group
                raise InvalidSecurityGroupNotFoundError(group_id)
        answer = original_create(self)
        if kind := self._get_param("InterfaceType"):
            answer.result["NetworkInterface"].interface_type = kind
        return answer

    def attach_network_interface(
        self: Any, eni_id: str, instance_id: str, device_index: int
    ) -> Any:
        interface, instance = self.get_network_interface(eni_id), self.get_instance(instance_id)
        if interface.status != "available":
            raise EC2ClientError("InvalidNetworkInterface.InUse", f"Interface: [{eni_id}] in use.")
        if instance.state not in ("running", "stopped"):
            raise EC2ClientError(
                "IncorrectInstanceState", f"Instance '{instance_id}' is {instance.state}."
            )
        if int(device_index) in instance.nics:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Instance '{instance_id}' already has an interface attached at device index "
                f"'{device_index}'.",
            )
        if interface.subnet.availability_zone != instance.placement.zone:
            raise EC2ClientError(
                "InvalidParameterCombination",
                "You may not attach a network interface to an instance if they are not in the "
                "same availability zone",
            )
        return original_attach(self, eni_id, instance_id, device_index)

    def detach_network_interface(self: Any, attachment_id: str) -> None:
        for interface in self.enis.values():
            if interface.attachment_id == attachment_id and interface.device_index == 0:
                raise EC2ClientError(
                    "OperationNotPermitted",
                    "The network interface at device index 0 cannot be detached.",
                )
        original_detach(self, attachment_id)

    def delete_network_interface(self: Any) -> Any:
        interface = self.ec2_backend.get_network_interface(self._get_param("NetworkInterfaceId"))
        trunk = getattr(interface, "rehearsal_trunk", None)
        orphan = trunk is not None and trunk.id not in self.ec2_backend.enis
        if interface.status != "available" and not orphan:
            raise EC2ClientError(
                "InvalidNetworkInterface.InUse",
                f"Network interface '{interface.id}' is currently in use.",
            )
        return original_delete(self)

    for target, name, new in (
        (EC2Response, "create_network_interface", create_network_interface),
        (EC2Backend, "attach_network_interface", attach_network_interface),
        (EC2Backend, "detach_network_interface", detach_network_interface),
        (EC2Response, "delete_network_interface", delete_network_interface),
    ):
        undo.enter_context(mock.patch.object(target, name, new))
