"""Health checks: a member in service that answers nobody is terminated and replaced (trap 2.5).

A load balancer asks the first interface, and one whose groups have no rule at all does not answer;
a member that does not run fails EC2's own check. Members on standby are not checked (AWS docs:
as-enter-exit-standby). Not told apart is which kind of check a group has: an isolated member may
fail any. Suspended processes are left undone (AWS docs: as-suspend-resume-processes).
"""

from __future__ import annotations

import functools
from typing import Any

from moto.autoscaling.models import autoscaling_backends

from rehearsal.emulator.ec2 import Ec2
from rehearsal.emulator.scaling.sizes import end
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import World

SUSPENDING = frozenset({"HealthCheck", "ReplaceUnhealthy", "Terminate"})


class Health:
    """Whoever is unhealthy for a while is replaced."""

    def __init__(self, world: World, ec2: Ec2) -> None:
        self._world = world
        self._ec2 = ec2
        self._places: set[Caller] = set()
        self._suspects: list[Any] = []

    def watch(self, place: Caller) -> None:
        """From now on, look at an account and region when something changes there."""
        self._places.add(place)

    def examine(self, place: Caller) -> None:
        """Something has changed: whoever fails now, and still does after a while, is replaced."""
        if place not in self._places or not self._world.bites("2.5"):
            return
        groups = autoscaling_backends[place.account][place.region].autoscaling_groups
        for group in list(groups.values()):
            for member in list(group.instance_states):
                if _fails(member) and member not in self._suspects:
                    self._suspects.append(member)
                    check = functools.partial(self._check, place, group, member)
                    self._world.clock.later(self._world.timing.scaling_health, check)

    def _check(self, place: Caller, group: Any, member: Any) -> None:
        self._suspects.remove(member)
        if member not in group.instance_states or not _fails(member):
            return
        if SUSPENDING & set(group._suspended_processes):
            return
        if member.instance.disable_api_termination and not self._world.bites("2.6"):
            return
        end(group, [member])
        group.set_desired_capacity(group.desired_capacity)
        self._ec2.settle(place)


def _fails(member: Any) -> bool:
    if member.lifecycle_state != "InService":
        return False
    if member.health_status == "Unhealthy" or not member.instance.is_running():
        return True
    first = member.instance.nics.get(0)
    return first is not None and not any(
        group.ingress_rules or group.egress_rules for group in first._group_set
    )
