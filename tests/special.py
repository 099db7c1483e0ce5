"""Instances of a special kind, and what ends them, for tests of runbooks."""

from __future__ import annotations

from typing import Any

from operations.victims import Network, Target
from tests.organization import Deployed


def with_a_pod(network: Network, target: Target) -> tuple[Target, str]:
    """The instance with a trunk more, and the branch on it as a pod has; its id (trap 2.15)."""
    kinds = {
        kind: network.ec2.create_network_interface(
            SubnetId=network.subnet, InterfaceType=kind, Groups=network.groups
        )["NetworkInterface"]["NetworkInterfaceId"]
        for kind in ("trunk", "branch")
    }
    network.ec2.attach_network_interface(
        NetworkInterfaceId=kinds["trunk"],
        InstanceId=target.instance,
        DeviceIndex=len(target.interfaces),
    )
    network.ec2.associate_trunk_interface(
        BranchInterfaceId=kinds["branch"], TrunkInterfaceId=kinds["trunk"], VlanId=101
    )
    network.ground.wait(lambda: False, 5)
    whole = Target(instance=target.instance, interfaces=network.groups_of(target.instance))
    return whole, str(kinds["branch"])


def end(network: Network, instance: str) -> None:
    """Terminate an instance, as a person does who takes its protections off first."""
    for attribute in ("DisableApiStop", "DisableApiTermination"):
        network.ec2.modify_instance_attribute(InstanceId=instance, **{attribute: {"Value": False}})
    network.ec2.terminate_instances(InstanceIds=[instance])


def keeping_its_disks(network: Network, target: Target) -> Target:
    """The same instance, whose disks outlive it."""
    identity = {"InstanceIds": [target.instance]}
    [found] = network.ec2.describe_instances(**identity)["Reservations"]
    for each in found["Instances"][0]["BlockDeviceMappings"]:
        kept = {"DeviceName": each["DeviceName"], "Ebs": {"DeleteOnTermination": False}}
        network.ec2.modify_instance_attribute(
            InstanceId=target.instance, BlockDeviceMappings=[kept]
        )
    return target


def attacked_and_ended(organization: Deployed, network: Network, target: Target, step: str) -> str:
    """Attack an instance that ends just before a step of a run; the finding's id."""
    done: list[str] = []

    def hook(call: Any) -> None:
        if call.step == step and not done:
            done.append(step)
            network.ec2.terminate_instances(InstanceIds=[target.instance])

    automation = organization.emulator.world.automation
    automation.before_call = hook
    try:
        found = organization.attack(network, target)
    finally:
        automation.before_call = None
    assert done, f"no run came to {step}"
    return found
