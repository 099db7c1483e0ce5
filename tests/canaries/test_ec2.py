"""Canaries of EC2's traps: interfaces, groups, reads that lag, and connections that go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import (
    REGION,
    TAX,
    allow,
    client,
    connect,
    control,
    flow,
    group,
    instance,
)

POOL = "203.0.113.7"


@canary("2.1")
def test_a_tracked_connection_survives_one_swap_and_ends_after_two(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    interface = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    narrow, none, both = (
        group(running, name, made["VpcId"]) for name in ("narrow", "quarantine", "transitional")
    )
    allow(running, narrow, egress=[(f"{POOL}/32", 443)])
    allow(running, both, ingress=[("0.0.0.0/0", None)], egress=[("0.0.0.0/0", None)])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[narrow])
    opened = connect(running, interface, POOL, 443)
    assert opened["alive"]
    assert opened["tracked"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[none])
    assert flow(running, opened["id"])["alive"], "one swap does not cut what is tracked"
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[both])
    assert not flow(running, opened["id"])["tracked"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[none])
    assert not flow(running, opened["id"])["alive"]


@canary("2.2")
def test_a_connection_through_a_nat_gateway_survives_both_swaps(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    interface = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    gateway = ec2.create_nat_gateway(SubnetId=made["SubnetId"], ConnectivityType="private")
    table = ec2.create_route_table(VpcId=made["VpcId"])["RouteTable"]["RouteTableId"]
    ec2.create_route(
        RouteTableId=table,
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=gateway["NatGateway"]["NatGatewayId"],
    )
    ec2.associate_route_table(RouteTableId=table, SubnetId=made["SubnetId"])
    none, both = (group(running, name, made["VpcId"]) for name in ("quarantine", "transitional"))
    allow(running, both, ingress=[("0.0.0.0/0", None)], egress=[("0.0.0.0/0", None)])
    opened = connect(running, interface, POOL, 443)
    for groups in ([both], [none]):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)
    assert flow(running, opened["id"])["alive"]
    assert flow(running, opened["id"])["always"] == "NAT gateway"
    assert not connect(running, interface, POOL, 443)["alive"], "nothing new is let through"


@canary("2.3")
def test_an_instance_with_two_interfaces_refuses_groups_of_its_own(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    made = instance(running, interfaces=2)
    none = group(running, "quarantine", made["VpcId"])
    with pytest.raises(ClientError, match="There are multiple interfaces attached"):
        client(running, TAX, "ec2").modify_instance_attribute(
            InstanceId=made["InstanceId"], Groups=[none]
        )


@canary("2.3")
def test_an_interface_that_a_service_manages_refuses_other_groups(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    made = instance(running, interfaces=2)
    none = group(running, "quarantine", made["VpcId"])
    managed = made["NetworkInterfaces"][1]["NetworkInterfaceId"]
    control(
        running,
        "POST",
        "managed-interfaces",
        {"account": TAX, "region": REGION, "interface": managed},
    )
    with pytest.raises(ClientError) as refused:
        client(running, TAX, "ec2").modify_network_interface_attribute(
            NetworkInterfaceId=managed, Groups=[none]
        )
    assert refused.value.response["Error"]["Code"] == "AuthFailure"


@canary("2.4")
def test_a_new_group_allows_all_egress(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = ec2.create_security_group(GroupName="quarantine", Description="quarantine")
    running.world.clock.sleep(running.world.timing.ec2_read_lag)
    [seen] = ec2.describe_security_groups(GroupIds=[made["GroupId"]])["SecurityGroups"]
    assert [rule["IpRanges"] for rule in seen["IpPermissionsEgress"]] == [[{"CidrIp": "0.0.0.0/0"}]]


@canary("2.4")
def test_a_second_group_of_the_same_name_is_refused(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    ec2.create_security_group(GroupName="quarantine", Description="quarantine")
    with pytest.raises(ClientError) as refused:
        ec2.create_security_group(GroupName="quarantine", Description="quarantine")
    assert refused.value.response["Error"]["Code"] == "InvalidGroup.Duplicate"


@canary("2.9")
def test_the_resolver_answers_whatever_the_groups_say(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    made = instance(running)
    interface = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    none = group(running, "quarantine", made["VpcId"])
    client(running, TAX, "ec2").modify_network_interface_attribute(
        NetworkInterfaceId=interface, Groups=[none]
    )
    assert connect(running, interface, "169.254.169.253", 53)["alive"]
    assert not connect(running, interface, POOL, 53)["alive"]


@canary("2.13")
def test_a_read_shows_an_interfaces_old_groups_for_a_while(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    interface = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    before = made["NetworkInterfaces"][0]["Groups"]
    none = group(running, "quarantine", made["VpcId"])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[none])

    def groups() -> list[str]:
        [seen] = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])[
            "NetworkInterfaces"
        ]
        return [one["GroupId"] for one in seen["Groups"]]

    assert groups() == [one["GroupId"] for one in before]
    running.world.clock.sleep(running.world.timing.ec2_read_lag)
    assert groups() == [none]


@canary("2.13")
def test_a_read_shows_a_groups_old_rules_for_a_while(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = ec2.create_security_group(GroupName="quarantine", Description="quarantine")["GroupId"]
    running.world.clock.sleep(running.world.timing.ec2_read_lag)
    [seen] = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"]
    rules = seen["IpPermissionsEgress"]
    ec2.revoke_security_group_egress(GroupId=made, IpPermissions=rules)
    [late] = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"]
    assert late["IpPermissionsEgress"] == rules != []
    running.world.clock.sleep(running.world.timing.ec2_read_lag)
    [true] = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"]
    assert true["IpPermissionsEgress"] == []


@canary("2.13")
def test_a_new_group_is_not_found_for_a_while(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = ec2.create_security_group(GroupName="quarantine", Description="quarantine")["GroupId"]
    with pytest.raises(ClientError, match="does not exist"):
        ec2.describe_security_groups(GroupIds=[made])
    named = [{"Name": "group-name", "Values": ["quarantine"]}]
    assert ec2.describe_security_groups(Filters=named)["SecurityGroups"] == []
    running.world.clock.sleep(running.world.timing.ec2_read_lag)
    assert len(ec2.describe_security_groups(Filters=named)["SecurityGroups"]) == 1
