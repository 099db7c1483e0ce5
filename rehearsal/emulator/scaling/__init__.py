"""Auto Scaling, where moto is kinder than AWS: states take time, sizes bind, the sick are replaced.

An isolated instance that its group does not know to be on standby is terminated, and the evidence
with it (trap 2.5). Not emulated: load balancers, lifecycle hooks, warm pools, mixed instances,
grace periods, activities, interfaces in a launch template. A new member is in service at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult

from rehearsal.emulator.ec2 import Ec2
from rehearsal.emulator.scaling import sizes
from rehearsal.emulator.scaling.health import Health
from rehearsal.emulator.scaling.members import Members, group_named
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import NotEmulatedError, World

REFUSED = (
    *("PutLifecycleHook", "PutWarmPool", "AttachLoadBalancers", "AttachLoadBalancerTargetGroups"),
    "DescribeScalingActivities",
)
"""What moto answers, and would do nothing about."""


class AutoScaling:
    """One world's Auto Scaling."""

    def __init__(self, world: World, ec2: Ec2) -> None:
        self._world = world
        self._ec2 = ec2
        self._health = Health(world, ec2)

    def install(self) -> Callable[[], None]:
        """Put the patches in; returns what takes them out."""
        self._world.emulated["autoscaling"] = "moto, with states, sizes and health of our own"
        undo = ExitStack()
        health, ec2 = self._health, self._ec2
        original_call, original_create = (
            AutoScalingResponse.call_action,
            AutoScalingBackend.create_auto_scaling_group,
        )

        def call_action(self: Any) -> Any:
            action = self._get_action()
            if action in REFUSED:
                raise NotEmulatedError(f"The operation autoscaling:{action} is not emulated.")
            answer = original_call(self)
            if not action.startswith("Describe"):
                place = Caller(self.current_account, self.region)
                health.watch(place)
                ec2.settle(place)
            return answer

        def create_auto_scaling_group(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
            if name in self.autoscaling_groups:
                raise _already_there(name)
            for unknown in ("load_balancers", "target_group_arns", "mixed_instances_policy"):
                if kwargs.get(unknown):
                    raise NotEmulatedError(f"Auto Scaling groups with {unknown} are not emulated.")
            return original_create(self, name, *args, **kwargs)

        def delete_auto_scaling_group(self: Any) -> Any:
            name = self._get_param("AutoScalingGroupName")
            backend = self.autoscaling_backend
            group = group_named(backend, name)
            if group.instance_states and not self._get_bool_param("ForceDelete", False):
                raise _in_use()
            sizes.end(group, list(group.instance_states))
            del backend.autoscaling_groups[name]
            return EmptyResult()

        for target, name, new in (
            (AutoScalingResponse, "call_action", call_action),
            (AutoScalingResponse, "delete_auto_scaling_group", delete_auto_scaling_group),
            (AutoScalingBackend, "create_auto_scaling_group", create_auto_scaling_group),
            *((AutoScalingBackend, *one) for one in Members(self._world, ec2.settle).patches()),
            *((FakeAutoScalingGroup, *one) for one in sizes.patches()),
        ):
            undo.enter_context(mock.patch.object(target, name, new))
        ec2.afterwards.append(health.examine)
        undo.callback(ec2.afterwards.remove, health.examine)
        return undo.close


def _already_there(name: str) -> AutoscalingClientError:
    return AutoscalingClientError(
        "AlreadyExists",
        f"AutoScalingGroup by this name already exists - A group with the name {name} already "
        "exists",
    )


def _in_use() -> AutoscalingClientError:
    return AutoscalingClientError(
        "ResourceInUse",
        "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance "
        "request(s) still in the group.",
    )
