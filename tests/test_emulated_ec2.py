"""EC2 as the emulator has it: what an instance's interfaces, groups and connections do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    REGION,
    TAX,
    allow,
    client,
    connect,
    control,
    first,
    flow,
    group,
    instance,
)

Start = Callable[..., Emulator]

PEER = "203.0.113.7"


def groups_of(running: Emulator, made: dict[str, Any]) -> list[list[str]]:
    ec2 = client(running, TAX, "ec2")
    [reservation] = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    [seen] = reservation["Instances"]
    return [
        [one["GroupId"] for one in seen["SecurityGroups"]],
        *([one["GroupId"] for one in nic["Groups"]] for nic in seen["NetworkInterfaces"]),
    ]


def regroup(running: Emulator, interface: str, *groups: str) -> None:
    client(running, TAX, "ec2").modify_network_interface_attribute(
        NetworkInterfaceId=interface, Groups=list(groups)
    )


def test_an_instance_has_the_groups_of_its_first_interface(emulator: Start) -> None:
    running = emulator()
    made = instance(running, interfaces=2)
    old = made["SecurityGroups"][0]["GroupId"]
    none = group(running, "quarantine", made["VpcId"])
    regroup(running, first(made), none)
    running.world.clock.sleep(2)
    assert groups_of(running, made) == [[none], [none], [old]]


def test_a_group_of_another_network_or_of_none_is_refused(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    elsewhere = client(running, TAX, "ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    foreign = group(running, "foreign", elsewhere)
    with pytest.raises(ClientError, match="belong to different networks"):
        regroup(running, first(made), foreign)
    with pytest.raises(ClientError, match="does not exist"):
        regroup(running, first(made), "sg-0123456789abcdef0")


def test_a_group_in_a_network_that_is_not_there_is_refused(emulator: Start) -> None:
    with pytest.raises(ClientError) as refused:
        group(emulator(), "quarantine", "vpc-0123456789abcdef0")
    assert refused.value.response["Error"]["Code"] == "InvalidVpcID.NotFound"


def test_a_group_in_use_is_not_deleted(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    none = group(running, "quarantine", made["VpcId"])
    regroup(running, first(made), none)
    with pytest.raises(ClientError) as refused:
        ec2.delete_security_group(GroupId=none)
    assert refused.value.response["Error"]["Code"] == "DependencyViolation"
    regroup(running, first(made), made["SecurityGroups"][0]["GroupId"])
    ec2.delete_security_group(GroupId=none)
    running.world.clock.sleep(2)
    with pytest.raises(ClientError, match="does not exist"):
        ec2.describe_security_groups(GroupIds=[none])


def test_the_rules_of_a_group_are_read_late_by_the_other_call_too(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = ec2.create_security_group(GroupName="q", Description="q")["GroupId"]
    own = [{"Name": "group-id", "Values": [made]}]
    [rule] = ec2.describe_security_group_rules(Filters=own)["SecurityGroupRules"]
    ec2.revoke_security_group_egress(
        GroupId=made, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]]
    )
    assert len(ec2.describe_security_group_rules(Filters=own)["SecurityGroupRules"]) == 1
    running.world.clock.sleep(2)
    assert ec2.describe_security_group_rules(Filters=own)["SecurityGroupRules"] == []


def test_an_instance_that_ends_takes_its_first_interface_along_and_leaves_the_second(
    emulator: Start,
) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running, interfaces=2)
    second = made["NetworkInterfaces"][1]["NetworkInterfaceId"]
    opened = connect(running, first(made), PEER, 443)
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    [reservation] = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    [gone] = reservation["Instances"]
    [left] = ec2.describe_network_interfaces(NetworkInterfaceIds=[second])["NetworkInterfaces"]
    assert gone["State"]["Name"] == "terminated"
    assert gone["NetworkInterfaces"] == []
    assert left["Status"] == "available"
    assert not flow(running, opened["id"])["alive"]
    with pytest.raises(ClientError, match="does not exist"):
        ec2.describe_network_interfaces(NetworkInterfaceIds=[first(made)])


def test_a_connection_that_no_rule_allows_is_not_opened(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    none = group(running, "quarantine", made["VpcId"])
    regroup(running, first(made), none)
    for way in ("inbound", "outbound"):
        refused = connect(running, first(made), PEER, 443, way)
        assert (refused["alive"], refused["why"]) == (False, "refused: no rule allows it")


def test_a_rule_is_for_its_port_and_its_peer(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    narrow = group(running, "narrow", made["VpcId"])
    allow(running, narrow, egress=[(f"{PEER}/32", 443)])
    regroup(running, first(made), narrow)
    assert connect(running, first(made), PEER, 443)["alive"]
    assert not connect(running, first(made), PEER, 22)["alive"]
    assert not connect(running, first(made), "203.0.113.8", 443)["alive"]


def test_a_rule_that_names_a_group_lets_its_members_in(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made, peer = instance(running), instance(running)
    friends = group(running, "friends", made["VpcId"])
    guarded = group(running, "guarded", made["VpcId"])
    ec2.authorize_security_group_ingress(
        GroupId=guarded,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "UserIdGroupPairs": [{"GroupId": friends}],
            }
        ],
    )
    regroup(running, first(made), guarded)
    assert not connect(running, first(made), peer["PrivateIpAddress"], 22, "inbound")["alive"]
    regroup(running, first(peer), friends)
    assert connect(running, first(made), peer["PrivateIpAddress"], 22, "inbound")["alive"]


def test_an_untracked_connection_is_cut_by_the_first_swap(emulator: Start) -> None:
    running = emulator()
    made = instance(running)
    both, none = (group(running, name, made["VpcId"]) for name in ("open", "quarantine"))
    allow(running, both, ingress=[("0.0.0.0/0", None)], egress=[("0.0.0.0/0", None)])
    regroup(running, first(made), both)
    opened = connect(running, first(made), PEER, 443)
    assert not opened["tracked"]
    regroup(running, first(made), none)
    assert not flow(running, opened["id"])["alive"]


def test_a_siblings_connection_is_left_alone(emulator: Start) -> None:
    running = emulator()
    made, sibling = instance(running), instance(running)
    none = group(running, "quarantine", made["VpcId"])
    opened = connect(running, first(sibling), PEER, 443)
    regroup(running, first(made), none)
    assert flow(running, opened["id"])["alive"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"interface": "eni-0"}, "eni-0 is no interface of a running instance"),
        ({"peer": "nowhere"}, "this is no connection"),
        ({"port": "https"}, "this is no connection"),
        ({"direction": "sideways"}, "direction 'sideways' is none of"),
    ],
)
def test_what_is_no_connection_is_refused_with_a_sentence(
    emulator: Start, change: dict[str, Any], sentence: str
) -> None:
    running = emulator()
    made = instance(running)
    body = {"account": TAX, "region": REGION, "interface": first(made), "peer": PEER, "port": 443}
    status, answer = control(running, "POST", "connections", {**body, **change})
    assert status == 400
    assert sentence in answer["error"]


def test_snapshots_of_all_volumes_carry_their_tags(emulator: Start) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance(running)
    taken = ec2.create_snapshots(
        InstanceSpecification={"InstanceId": made["InstanceId"]},
        TagSpecifications=[
            {"ResourceType": "snapshot", "Tags": [{"Key": "containment:finding", "Value": "f"}]}
        ],
    )["Snapshots"]
    tagged = [{"Name": "tag:containment:finding", "Values": ["f"]}]
    found = ec2.describe_snapshots(OwnerIds=["self"], Filters=tagged)["Snapshots"]
    assert {one["SnapshotId"] for one in found} == {one["SnapshotId"] for one in taken} != set()


def test_the_default_group_of_a_network_goes_with_it_and_not_before(emulator: Start) -> None:
    ec2 = client(emulator(), TAX, "ec2")
    network = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    here = [{"Name": "vpc-id", "Values": [network]}]
    (default,) = ec2.describe_security_groups(Filters=here)["SecurityGroups"]
    with pytest.raises(ClientError, match="cannot be deleted by a user"):
        ec2.delete_security_group(GroupId=default["GroupId"])
    ec2.delete_vpc(VpcId=network)
    assert ec2.describe_security_groups(Filters=here)["SecurityGroups"] == []
