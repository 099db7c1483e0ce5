"""What tests do to an account behind the pipeline's back, so that a scenario has to fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.organization import Deployed

ACCOUNT, REGION = "333333333333", "eu-central-1"


def before(alone: Deployed, step: str, operation: str, act: Callable[[Any], None]) -> list[str]:
    """Do something once, just before a step's call; the list has an entry when it was done."""
    done: list[str] = []

    def hook(call: Any) -> None:
        if (call.step, call.operation) == (step, operation) and not done:
            done.append(operation)
            act(call)

    alone.emulator.world.automation.before_call = hook
    return done


def ec2(alone: Deployed) -> Any:
    return alone.ground.client(ACCOUNT, "ec2", REGION)


def victims(alone: Deployed) -> list[Any]:
    """The running instances, in the order in which they were made."""
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    found = ec2(alone).describe_instances(Filters=running)["Reservations"]
    return [each["Instances"][0] for each in found]


def owned(alone: Deployed) -> set[str]:
    """What a drill may leave behind: instances, snapshots, networks, groups."""
    snapshots = ec2(alone).describe_snapshots(OwnerIds=["self"])["Snapshots"]
    groups = ec2(alone).describe_security_groups()["SecurityGroups"]
    return {
        *(each["InstanceId"] for each in victims(alone)),
        *(each["SnapshotId"] for each in snapshots),
        *(each["VpcId"] for each in ec2(alone).describe_vpcs()["Vpcs"]),
        *(each["GroupId"] for each in groups),
    }


def move(alone: Deployed, interface: Any, groups: list[str]) -> None:
    ec2(alone).modify_network_interface_attribute(
        NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=groups
    )


def named(alone: Deployed, prefix: str) -> str:
    """The id of the group of ours whose name begins so."""
    groups = ec2(alone).describe_security_groups()["SecurityGroups"]
    return next(str(g["GroupId"]) for g in groups if g["GroupName"].startswith(prefix))


@contextmanager
def pattern(alone: Deployed, rule: str, change: Callable[[Any], None]) -> Iterator[None]:
    """A deployed rule with another pattern."""
    events = alone.ground.client(ACCOUNT, "events", REGION)
    was = events.describe_rule(Name=rule)["EventPattern"]
    other = json.loads(was)
    change(other["detail"])
    events.put_rule(Name=rule, EventPattern=json.dumps(other))
    try:
        yield
    finally:
        events.put_rule(Name=rule, EventPattern=was)
