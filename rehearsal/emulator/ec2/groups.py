"""Security groups: how they begin and end (trap 2.4), and how late a read shows it (trap 2.13)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidSecurityGroupNotFoundError,
    InvalidVPCIdError,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroup
from moto.ec2.responses import EC2Response

from rehearsal.emulator.ec2.lag import Lag
from rehearsal.emulator.world import World

WRITES = (
    "authorize_security_group_ingress",
    "authorize_security_group_egress",
    "revoke_security_group_ingress",
    "revoke_security_group_egress",
    "modify_security_group_rules",
)


def install(world: World, lag: Lag, undo: ExitStack) -> None:
    """Patch moto's security groups."""
    patches: list[tuple[Any, str, Any]] = [
        (EC2Backend, "create_security_group", _creating(world, lag)),
        (EC2Backend, "delete_security_group", _deleting()),
        (EC2Backend, "describe_security_group_rules", _rules_read(lag)),
        (EC2Response, "delete_security_group", _deleting_by_a_user()),
        (EC2Response, "describe_security_groups", _groups_read(lag)),
        *((EC2Backend, name, _writing(name, lag)) for name in WRITES),
    ]
    for field in ("ip_permissions", "ip_permissions_egress"):
        rules = "egress_rules" if field.endswith("egress") else "ingress_rules"
        patches.append((SecurityGroup, field, property(_grouped(rules, lag))))
    for target, name, new in patches:
        undo.enter_context(mock.patch.object(target, name, new))


def _creating(world: World, lag: Lag) -> Callable[..., Any]:
    """A group allows all egress at first, and a second of its name is refused (trap 2.4)."""
    original = EC2Backend.create_security_group

    def create_security_group(
        self: Any, name: str, description: str, vpc_id: str | None = None, **more: Any
    ) -> Any:
        if more.get("is_default"):
            return original(self, name, description, vpc_id, **more)
        if vpc_id and vpc_id not in self.vpcs:  # moto would make the group all the same
            raise InvalidVPCIdError(vpc_id)
        if not world.bites("2.4"):
            vpc_id = vpc_id or self.default_vpc.id
            known = self.get_security_group_from_name(name, vpc_id)
            group = known or original(self, name, description, vpc_id, **more)
            group.egress_rules = []
            return group
        group = original(self, name, description, vpc_id, **more)
        lag.wrote(group.id, "there", False)
        return group

    return create_security_group


def _deleting() -> Callable[..., Any]:
    """A group in use, by an interface or by another group's rule, is not deleted; moto would."""
    original = EC2Backend.delete_security_group

    def delete_security_group(
        self: Any, name: str | None = None, group_id: str | None = None
    ) -> None:
        group = self.get_security_group_by_name_or_id(group_id or name)
        if group is not None and _in_use(self, group):
            raise EC2ClientError(
                "DependencyViolation", f"resource {group.id} has a dependent object"
            )
        original(self, name, group_id)

    return delete_security_group


def _deleting_by_a_user() -> Callable[..., Any]:
    """A VPC's default group goes with its VPC, and nobody may delete it before."""
    original = EC2Response.delete_security_group

    def delete_security_group(self: Any) -> Any:
        wanted = self._get_param("GroupId") or self._get_param("GroupName")
        group = self.ec2_backend.get_security_group_by_name_or_id(wanted)
        if group is not None and group.is_default:
            raise EC2ClientError(
                "CannotDelete", f"the specified group: {group.id} cannot be deleted by a user"
            )
        return original(self)

    return delete_security_group


def _in_use(backend: Any, group: Any) -> bool:
    if any(group in interface._group_set for interface in backend.enis.values()):
        return True
    others = (other for groups in backend.groups.values() for other in groups.values())
    return any(
        rule.source_group.get("GroupId") == group.id
        for other in others
        if other is not group
        for rule in (*other.ingress_rules, *other.egress_rules)
    )


def _writing(name: str, lag: Lag) -> Callable[..., Any]:
    original = getattr(EC2Backend, name)

    def write(self: Any, *args: Any, **kwargs: Any) -> Any:
        named = kwargs.get("group_name_or_id") or kwargs.get("group_id") or args[0]
        group = self.get_security_group_by_name_or_id(named, kwargs.get("vpc_id"))
        rules = "egress_rules" if name.endswith("egress") else "ingress_rules"
        before = list(getattr(group, rules)) if group else []
        answer = original(self, *args, **kwargs)
        if group:
            lag.wrote(group.id, rules, before)
        return answer

    return write


def _grouped(rules: str, lag: Lag) -> Callable[[Any], Any]:
    def seen(self: Any) -> Any:
        return self._flattened_rules(lag.seen(self.id, rules, getattr(self, rules)))

    return seen


def _groups_read(lag: Lag) -> Callable[[Any], ActionResult]:
    """A new group is not found until reads have caught up, neither by id nor by a filter."""
    original = EC2Response.describe_security_groups

    def describe_security_groups(self: Any) -> ActionResult:
        for group_id in self._get_param("GroupIds", []):
            if not lag.seen(group_id, "there", True):
                raise InvalidSecurityGroupNotFoundError(group_id)
        answer = original(self)
        found = answer.result["SecurityGroups"]
        return ActionResult(
            {"SecurityGroups": [group for group in found if lag.seen(group.id, "there", True)]}
        )

    return describe_security_groups


def _rules_read(lag: Lag) -> Callable[..., Any]:
    """As moto reads rules, from what may be seen of each group."""
    original = EC2Backend.describe_security_group_rules

    def describe_security_group_rules(self: Any, *args: Any, **kwargs: Any) -> Any:
        reader = copy.copy(self)
        reader.groups = {
            vpc: {key: _as_seen(group, lag) for key, group in groups.items()}
            for vpc, groups in self.groups.items()
        }
        return original(reader, *args, **kwargs)

    return describe_security_group_rules


def _as_seen(group: Any, lag: Lag) -> Any:
    seen = copy.copy(group)
    for rules in ("ingress_rules", "egress_rules"):
        setattr(seen, rules, lag.seen(group.id, rules, getattr(group, rules)))
    return seen
