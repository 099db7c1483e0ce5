"""How many members a group has: it launches what is missing, and terminates what is too much.

Auto Scaling terminates whatever protects an instance from EC2's callers (trap 2.6). moto asks EC2,
which would refuse, and counts members on standby among those that it terminates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup

from rehearsal.emulator.world import NotEmulatedError

COUNTED = ("Pending", "InService")
"""States of the members that the desired capacity speaks of."""


def patches() -> Iterator[tuple[str, Callable[..., Any]]]:
    """moto's methods of a group that are put right here."""
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def active_instances(self: Any) -> list[Any]:
        return [one for one in self.instance_states if one.lifecycle_state in COUNTED]

    def replace_autoscaling_group_instances(self: Any, count: int, tags: dict[str, str]) -> None:
        if "Launch" in self._suspended_processes:
            return
        template = _template(self)
        if template.get("NetworkInterfaces"):
            raise NotEmulatedError("Interfaces in a group's launch template are not emulated.")
        known = set(map(id, self.instance_states))
        launch(self, count, tags)
        profile = template.get("IamInstanceProfile") or {}
        for member in self.instance_states:
            if profile and id(member) not in known:
                self.ec2_backend.associate_iam_instance_profile(
                    member.instance.id,
                    iam_instance_profile_name=profile.get("Name"),
                    iam_instance_profile_arn=profile.get("Arn"),
                )

    def set_desired_capacity(self: Any, capacity: int | None) -> None:
        self.desired_capacity = self.min_size if capacity is None else capacity
        active = self.active_instances()
        missing = self.desired_capacity - len(active)
        if missing > 0:
            self.replace_autoscaling_group_instances(missing, self.get_propagated_tags())
        elif missing < 0 and "Terminate" not in self._suspended_processes:
            end(self, [one for one in active if not one.protected_from_scale_in][:-missing])

    yield "active_instances", active_instances
    yield "replace_autoscaling_group_instances", replace_autoscaling_group_instances
    yield "set_desired_capacity", set_desired_capacity


def end(group: Any, members: list[Any]) -> None:
    """Terminate members, protected or not, and forget them; none is replaced."""
    group.instance_states = [one for one in group.instance_states if one not in members]
    for member in members:
        member.instance.terminate()


def _template(group: Any) -> dict[str, Any]:
    if group.ec2_launch_template is None:
        return {}
    data: dict[str, Any] = group.ec2_launch_template.get_version(group.launch_template_version).data
    return data
