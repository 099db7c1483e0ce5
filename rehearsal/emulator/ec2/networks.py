"""What keeps a network from being deleted: moto asks less than AWS, and clean-ups would look right.

A subnet goes when no interface is in it, a VPC when nothing is in it but what came with it, an
internet gateway's attachment when no public address needs it (AWS docs: delete-vpc).
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend


def install(undo: ExitStack) -> None:
    """Patch moto's VPCs, subnets, internet gateways and NAT gateways."""
    original_subnet = EC2Backend.delete_subnet
    original_vpc = EC2Backend.delete_vpc
    original_detach = EC2Backend.detach_internet_gateway
    original_nat = EC2Backend.delete_nat_gateway

    def delete_subnet(self: Any, subnet_id: str) -> Any:
        if any(interface.subnet.id == subnet_id for interface in self.enis.values()):
            raise _in_use("subnet", subnet_id)
        return original_subnet(self, subnet_id)

    def delete_vpc(self: Any, vpc_id: str) -> Any:
        groups = [group for group in self.groups.get(vpc_id, {}).values() if not group.is_default]
        gateways = [one for one in self.internet_gateways.values() if one.vpc]
        if groups or any(gateway.vpc.id == vpc_id for gateway in gateways):
            raise _in_use("vpc", vpc_id)
        return original_vpc(self, vpc_id)

    def detach_internet_gateway(self: Any, internet_gateway_id: str, vpc_id: str) -> None:
        if any(eni.vpc_id == vpc_id and eni.public_ip for eni in self.enis.values()):
            raise EC2ClientError(
                "DependencyViolation",
                f"Network {vpc_id} has some mapped public address(es). Please unmap those public "
                "address(es) before detaching the gateway.",
            )
        original_detach(self, internet_gateway_id, vpc_id)

    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        gateway = original_nat(self, nat_gateway_id)
        self.enis.pop(gateway._eni.id, None)  # moto leaves it behind in the subnet
        for address in self.addresses:
            if address.eni is gateway._eni:
                address.eni = address.association_id = None
        return gateway

    for name, new in (
        ("delete_subnet", delete_subnet),
        ("delete_vpc", delete_vpc),
        ("detach_internet_gateway", detach_internet_gateway),
        ("delete_nat_gateway", delete_nat_gateway),
    ):
        undo.enter_context(mock.patch.object(EC2Backend, name, new))


def _in_use(kind: str, identifier: str) -> EC2ClientError:
    return EC2ClientError(
        "DependencyViolation",
        f"The {kind} '{identifier}' has dependencies and cannot be deleted.",
    )
