"""The drills' victims: instances of every kind, and a network that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from operations.victims import Network, Target, Targets
from rehearsal.clock import VirtualClock
from rehearsal.emulator.organization import Organization
from rehearsal.emulator.server import Emulator
from rehearsal.ground import RehearsedGround
from tests.emulated import REGION, TAX, client, refused

PEER = "203.0.113.7"


@pytest.fixture
def running() -> Iterator[Emulator]:
    clock = VirtualClock()
    with Emulator(clock) as one:
        yield one
        assert clock.failures == []


@pytest.fixture
def network(running: Emulator) -> Network:
    ground = RehearsedGround(running.world, Organization())
    return Network(ground=ground, account=TAX, region=REGION).build()


def left(running: Emulator) -> dict[str, list[Any]]:
    """Whatever an account holds beside what it came with."""
    ec2, iam = client(running, TAX, "ec2"), client(running, TAX, "iam")
    scaling = client(running, TAX, "autoscaling")
    snapshots = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    found: dict[str, list[Any]] = {
        "vpcs": [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if not one["IsDefault"]],
        "instances": [
            one["InstanceId"]
            for reservation in ec2.describe_instances()["Reservations"]
            for one in reservation["Instances"]
            if one["State"]["Name"] != "terminated"
        ],
        "interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "volumes": ec2.describe_volumes()["Volumes"],
        "snapshots": snapshots,
        "addresses": ec2.describe_addresses()["Addresses"],
        "templates": ec2.describe_launch_templates()["LaunchTemplates"],
        "groups": scaling.describe_auto_scaling_groups()["AutoScalingGroups"],
        "roles": [
            one["RoleName"]
            for one in iam.list_roles()["Roles"]
            if one["RoleName"].startswith("drill-")
        ],
        "profiles": iam.list_instance_profiles()["InstanceProfiles"],
    }
    return {kind: those for kind, those in found.items() if those}


def described(network: Network, target: Target) -> Any:
    [seen] = network.ec2.describe_instances(InstanceIds=[target.instance])["Reservations"]
    return seen["Instances"][0]


def test_an_instance_has_the_role_that_was_made_for_it(network: Network, running: Emulator) -> None:
    profile = network.add_role()
    target = network.add_instance(profile=profile)
    arn = described(network, target)["IamInstanceProfile"]["Arn"]
    assert (target.profile, arn.endswith(f":instance-profile/{profile}")) == (profile, True)
    iam = client(running, TAX, "iam")
    [held] = iam.get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]
    assert held["RoleName"] == profile
    network.clean_up()
    assert left(running) == {}


def test_a_role_goes_with_what_others_have_attached_to_it(
    network: Network, running: Emulator
) -> None:
    iam = client(running, TAX, "iam")
    profile = network.add_role()
    deny = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
    policy = iam.create_policy(PolicyName="deny", PolicyDocument=deny)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=profile, PolicyArn=policy)
    iam.tag_role(RoleName=profile, Tags=[{"Key": "containment:key-1", "Value": "AROA:i-1"}])
    network.clean_up()
    network.clean_up()
    assert left(running) == {}


def test_an_instance_reaches_into_a_second_vpc(network: Network, running: Emulator) -> None:
    target = network.add_instance(interfaces=2, elsewhere=True)
    seen = described(network, target)["NetworkInterfaces"]
    assert len(target.interfaces) == 3
    assert [one["VpcId"] for one in seen] == [network.vpc, network.vpc, network.second["vpc"]]
    network.clean_up()
    assert left(running) == {}


def test_members_of_a_scaling_group_are_targets(network: Network, running: Emulator) -> None:
    made: Targets = network.add_scaling_group(1, 2, 3)
    assert sorted(one.instance for one in made.members) == sorted(network.in_service(made.group))
    assert [list(one.interfaces.values()) for one in made.members] == [
        [sorted(network.groups)],
        [sorted(network.groups)],
    ]
    network.clean_up()
    assert left(running) == {}


def test_a_connection_through_nat_is_tracked_whatever_happens(
    network: Network, running: Emulator
) -> None:
    network.through_nat()
    [interface] = network.add_instance().interfaces
    opened = network.ground.connect(TAX, REGION, interface, PEER, 443)
    none = network.ec2.create_security_group(
        GroupName="none", Description="none", VpcId=network.vpc
    )["GroupId"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    network.ec2.revoke_security_group_egress(GroupId=none, IpPermissions=everything)
    network.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[none])
    assert network.ground.alive(opened)
    network.clean_up()
    network.clean_up()
    assert left(running) == {}


def test_an_instance_looks_names_up_until_it_stops(network: Network) -> None:
    target = network.add_instance()
    [interface] = target.interfaces
    assert network.ground.resolves(TAX, REGION, interface, "x.attacker.example")
    network.ec2.stop_instances(InstanceIds=[target.instance])
    assert not network.ground.resolves(TAX, REGION, interface, "x.attacker.example")


def test_everything_goes_whatever_has_been_done_to_it(network: Network, running: Emulator) -> None:
    ec2, scaling = network.ec2, client(running, TAX, "autoscaling")
    network.through_nat()
    made = network.add_scaling_group(1, 3, 4)
    gone, waiting, alone = (one.instance for one in made.members)
    kept = network.add_instance(interfaces=2, elsewhere=True, profile=network.add_role())
    for attribute in ("DisableApiTermination", "DisableApiStop"):
        ec2.modify_instance_attribute(InstanceId=kept.instance, **{attribute: {"Value": True}})
    keep = [{"DeviceName": "/dev/sda1", "Ebs": {"DeleteOnTermination": False}}]
    for instance in (kept.instance, gone):
        ec2.modify_instance_attribute(InstanceId=instance, BlockDeviceMappings=keep)
    tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "containment:finding", "Value": "f"}]}]
    taken = ec2.create_snapshots(
        InstanceSpecification={"InstanceId": kept.instance}, TagSpecifications=tags
    )["Snapshots"][0]["SnapshotId"]
    network.ground.wait(lambda: False, 60)
    ec2.copy_snapshot(SourceSnapshotId=taken, SourceRegion=REGION, TagSpecifications=tags)
    named = {"AutoScalingGroupName": made.group}
    scaling.enter_standby(**named, InstanceIds=[waiting], ShouldDecrementDesiredCapacity=True)
    scaling.detach_instances(**named, InstanceIds=[alone], ShouldDecrementDesiredCapacity=False)
    ec2.terminate_instances(InstanceIds=[gone])
    network.ground.wait(lambda: False, 60)
    assert network.state_of(alone) == "running"
    assert refused(ec2.terminate_instances, InstanceIds=[kept.instance]) == "OperationNotPermitted"
    network.clean_up()
    assert left(running) == {}


def test_pods_go_with_their_network(network: Network, running: Emulator) -> None:
    target = network.add_instance()
    trunk, pod = (
        network.ec2.create_network_interface(SubnetId=network.subnet, InterfaceType=kind)[
            "NetworkInterface"
        ]["NetworkInterfaceId"]
        for kind in ("trunk", "branch")
    )
    network.ec2.attach_network_interface(
        NetworkInterfaceId=trunk, InstanceId=target.instance, DeviceIndex=1
    )
    network.ec2.associate_trunk_interface(BranchInterfaceId=pod, TrunkInterfaceId=trunk, VlanId=1)
    network.ground.wait(lambda: False, 5)
    network.clean_up()
    assert left(running) == {}


def test_a_network_that_was_never_built_has_nothing_to_remove(running: Emulator) -> None:
    ground = RehearsedGround(running.world, Organization())
    Network(ground=ground, account=TAX, region=REGION).clean_up()
    assert left(running) == {}
