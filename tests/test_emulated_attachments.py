"""What hangs on an instance: interfaces of any VPC, branches, and the names that they look up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    REGION,
    SECURITY,
    TAX,
    branch,
    client,
    control,
    first,
    group,
    instance,
    looked_up,
    refused,
)

Start = Callable[..., Emulator]


def test_an_interface_of_another_vpc_is_attached_within_the_zone(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    zone = made["Placement"]["AvailabilityZone"]
    other = next(name for name in (f"{REGION}a", f"{REGION}b") if name != zone)
    made_here, made_there = (
        ec2.create_network_interface(
            SubnetId=ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=name)["Subnet"][
                "SubnetId"
            ]
        )["NetworkInterface"]["NetworkInterfaceId"]
        for name, block in ((zone, "10.8.1.0/24"), (other, "10.8.2.0/24"))
    )
    attach = {"InstanceId": made["InstanceId"], "DeviceIndex": 1}
    far = refused(ec2.attach_network_interface, NetworkInterfaceId=made_there, **attach)
    assert far == "InvalidParameterCombination"
    ec2.attach_network_interface(NetworkInterfaceId=made_here, **attach)
    [seen] = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    networks = [one["VpcId"] for one in seen["Instances"][0]["NetworkInterfaces"]]
    assert networks == [made["VpcId"], vpc]
    again = refused(ec2.attach_network_interface, NetworkInterfaceId=made_here, **attach)
    assert again == "InvalidNetworkInterface.InUse"
    in_use = refused(ec2.delete_network_interface, NetworkInterfaceId=made_here)
    assert in_use == "InvalidNetworkInterface.InUse"
    assert looked_up(running, made_here, "example.org")


def test_the_first_interface_stays_and_another_comes_off(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running, interfaces=2)
    one, two = (each["Attachment"]["AttachmentId"] for each in made["NetworkInterfaces"])
    second = made["NetworkInterfaces"][1]["NetworkInterfaceId"]
    assert refused(ec2.detach_network_interface, AttachmentId=one) == "OperationNotPermitted"
    ec2.detach_network_interface(AttachmentId=two)
    assert not looked_up(running, second, "example.org")
    assert looked_up(running, first(made), "example.org")


@pytest.mark.parametrize("body", [{"interface": "eni-1"}, {"name": "example.org"}])
def test_a_lookup_names_an_interface_and_a_name(emulator: Start, body: dict[str, Any]) -> None:
    place = {"account": TAX, "region": REGION}
    status, answer = control(emulator(), "POST", "lookups", {**place, **body})
    assert (status, answer["error"]) == (400, "a lookup needs 'interface' and 'name'")


def test_a_vpc_without_dns_support_answers_nobody(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    client(running, TAX, "ec2").modify_vpc_attribute(
        VpcId=made["VpcId"], EnableDnsSupport={"Value": False}
    )
    assert not looked_up(running, first(made), "example.org")


def test_a_branch_interface_is_listed_by_its_association_alone(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    pod = branch(running, made)
    [seen] = ec2.describe_trunk_interface_associations()["InterfaceAssociations"]
    assert (seen["BranchInterfaceId"], seen["VlanId"]) == (pod, 101)
    elsewhere = client(running, SECURITY, "ec2").describe_trunk_interface_associations()
    assert elsewhere["InterfaceAssociations"] == []
    assert looked_up(running, pod, "example.org")
    ec2.disassociate_trunk_interface(AssociationId=seen["AssociationId"])
    assert ec2.describe_trunk_interface_associations()["InterfaceAssociations"] == []
    assert not looked_up(running, pod, "example.org")
    ec2.delete_network_interface(NetworkInterfaceId=pod)


def test_a_branch_interface_of_a_service_refuses_other_groups(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    pod = branch(running, made)
    none = group(running, "quarantine", made["VpcId"])
    body = {"account": TAX, "region": REGION, "interface": pod}
    control(running, "POST", "managed-interfaces", body)
    code = refused(
        client(running, TAX, "ec2").modify_network_interface_attribute,
        NetworkInterfaceId=pod,
        Groups=[none],
    )
    assert code == "AuthFailure"


def test_a_branch_needs_a_trunk(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    pod = branch(running, made)
    code = refused(
        client(running, TAX, "ec2").associate_trunk_interface,
        BranchInterfaceId=pod,
        TrunkInterfaceId=first(made),
        VlanId=7,
    )
    assert code == "InvalidParameterValue"
