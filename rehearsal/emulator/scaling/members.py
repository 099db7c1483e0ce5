"""How a member leaves the service of its group and comes back (trap 2.5; botocore: autoscaling).

moto moves members at once, from whatever state, past the group's smallest and largest size. The
sentences are AWS's where somebody has quoted them (aws-samples/aws-codedeploy-samples#50,
reproio/ecs_deploy#47 and #56). Assumed: how long a member is on its way, in ``Timing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import (
    ASG_NAME_TAG,
    DetachInstanceActivity,
    EnterStandbyActivity,
    ExitStandbyActivity,
    InstanceState,
    TerminateInstanceActivity,
)

from rehearsal.emulator.scaling.sizes import end
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import World

Settle = Callable[[Caller], None]


def group_named(backend: Any, name: str) -> Any:
    """A group of an account and region. Raises ValidationError."""
    if name not in backend.autoscaling_groups:
        raise ValidationError(
            f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found"
        )
    return backend.autoscaling_groups[name]


class Members:
    """What happens to members: each method but the last takes the place of moto's of that name."""

    def __init__(self, world: World, settle: Settle) -> None:
        self._world = world
        self._settle = settle

    def enter_standby_instances(
        self, backend: Any, group_name: str, instance_ids: list[str], should_decrement: bool
    ) -> list[Any]:
        """From the service to standby; without a decrement, a replacement is launched."""
        group = group_named(backend, group_name)
        going = self._chosen(group, instance_ids, "InService")
        before = self._resize(group, -len(going) if should_decrement else 0, "place into standby")
        for member in going:
            self._send(group, member, "EnteringStandby", "Standby")
        group.set_desired_capacity(group.desired_capacity)
        return [EnterStandbyActivity(member.instance, before) for member in going]

    def exit_standby_instances(
        self, backend: Any, group_name: str, instance_ids: list[str]
    ) -> list[Any]:
        """From standby to the service; the desired capacity rises."""
        group = group_named(backend, group_name)
        coming = self._chosen(group, instance_ids, "Standby")
        before = self._resize(group, len(coming), "move out of standby")
        for member in coming:
            self._send(group, member, "Pending", "InService")
        return [ExitStandbyActivity(member.instance, before) for member in coming]

    def detach_instances(
        self, backend: Any, group_name: str, instance_ids: list[str], should_decrement: bool
    ) -> list[Any]:
        """Out of the group; without a decrement, a replacement is launched."""
        group = group_named(backend, group_name)
        going = self._chosen(group, instance_ids, "InService", "Standby")
        counted = [member for member in going if member.lifecycle_state == "InService"]
        self._resize(group, -len(counted) if should_decrement else 0, "detach")
        activities = [DetachInstanceActivity(member.instance) for member in going]
        for member in going:
            self._send(group, member, "Detaching", "Detached")
        group.set_desired_capacity(group.desired_capacity)
        return activities

    def attach_instances(self, backend: Any, group_name: str, instance_ids: list[str]) -> None:
        """Running instances of no group into one; the desired capacity rises."""
        group = group_named(backend, group_name)
        instances = [backend.ec2_backend.get_instance(identifier) for identifier in instance_ids]
        for instance in instances:
            _check_attachable(group, instance)
        self._resize(group, len(instances), "attach")
        for instance in instances:
            instance.autoscaling_group = group
            member = InstanceState(instance, autoscaling_group=group)
            group.instance_states.append(member)
            backend.ec2_backend.create_tags([instance.id], {ASG_NAME_TAG: group.name})
            self._send(group, member, "Pending", "InService")

    def terminate_instance(self, backend: Any, instance_id: str, should_decrement: bool) -> Any:
        """Terminate a member; without a decrement, a replacement is launched."""
        for group in backend.autoscaling_groups.values():
            for member in group.instance_states:
                if member.instance.id == instance_id:
                    before = self._resize(group, -1 if should_decrement else 0, "terminate")
                    end(group, [member])
                    group.set_desired_capacity(group.desired_capacity)
                    return TerminateInstanceActivity(member.instance, before)
        raise ValidationError(f"Instance Id not found - No managed instance found: {instance_id}")

    def set_desired_capacity(self, backend: Any, group_name: str, capacity: int) -> None:
        """Launch or terminate, within the group's sizes."""
        group = group_named(backend, group_name)
        for beyond, word, bound in (
            (capacity < group.min_size, "below min", group.min_size),
            (capacity > group.max_size, "above max", group.max_size),
        ):
            if beyond:
                raise ValidationError(
                    f"New SetDesiredCapacity value {capacity} is {word} value {bound} "
                    "for the AutoScalingGroup."
                )
        group.set_desired_capacity(capacity)

    def patches(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        """These methods, as methods of moto's backend."""
        for name in (
            *("enter_standby_instances", "exit_standby_instances", "detach_instances"),
            *("attach_instances", "terminate_instance", "set_desired_capacity"),
        ):
            yield name, _as_method(getattr(self, name))

    def _send(self, group: Any, member: Any, state: str, then: str) -> None:
        """Let a member be on its way for a while."""
        member.lifecycle_state = state

        def arrive() -> None:
            if member in group.instance_states and member.lifecycle_state == state:
                member.lifecycle_state = then
                if then == "Detached":
                    _forget(group, member)
                self._settle(Caller(group.account_id, group.region))

        self._world.clock.later(self._world.timing.scaling_step, arrive)

    def _chosen(self, group: Any, ids: list[str], *states: str) -> list[Any]:
        """The members of these ids, all of them in one of these states."""
        found = {one.instance.id: one for one in group.instance_states}
        for identifier in ids:
            if identifier not in found:
                raise ValidationError(
                    f"The instance {identifier} is not part of Auto Scaling group {group.name}."
                )
            if found[identifier].lifecycle_state not in states and self._world.bites("2.5"):
                raise ValidationError(f"The instance {identifier} is not in {' or '.join(states)}.")
        return [found[identifier] for identifier in ids]

    def _resize(self, group: Any, by: int, what: str) -> int:
        """Change the desired capacity; returns what it was."""
        size = int(group.desired_capacity)
        if by and self._world.bites("2.5") and not group.min_size <= size + by <= group.max_size:
            raise ValidationError(
                f"AutoScalingGroup {group.name} has min-size={group.min_size}, "
                f"max-size={group.max_size}, and desired-size={size}. To {what} {abs(by)} "
                f"instance{'s' * (abs(by) > 1)}, please update the AutoScalingGroup sizes "
                "appropriately."
            )
        group.desired_capacity = size + by
        return size


def _as_method(action: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return action(self, *args, **kwargs)

    return method


def _forget(group: Any, member: Any) -> None:
    """The instance goes on, and belongs to no group."""
    group.instance_states.remove(member)
    group.ec2_backend.delete_tags([member.instance.id], {ASG_NAME_TAG: group.name})
    del member.instance.autoscaling_group


def _check_attachable(group: Any, instance: Any) -> None:
    if instance.state != "running":
        raise ValidationError(
            f"Instance {instance.id} is not in correct state. Instance(s) must be in 'running' "
            "state."
        )
    if getattr(instance, "autoscaling_group", None) is not None:
        raise ValidationError(
            f"Instance {instance.id} is already part of AutoScalingGroup:"
            f"{instance.autoscaling_group.name}"
        )
    if instance.placement.zone not in group.availability_zones:
        raise ValidationError(
            f"Instance {instance.id} is not in an availability zone of the AutoScalingGroup."
        )
