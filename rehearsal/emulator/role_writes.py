"""What is written about a role, where moto is kinder than AWS: it counts late, and has limits.

A write is read back at once, but what a role's sessions may do follows a while later (trap 3.15;
AWS docs: troubleshoot_general, changes are not always immediately visible). Of a role that nobody
has used yet, everything counts at once: that new roles are late as well (6.8) is not emulated, nor
that trust policies, roles that are deleted, and what is written about users are.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

from moto.iam.exceptions import DeleteConflictException, LimitExceededException
from moto.iam.models import IAMBackend, iam_backends

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

MOST_ATTACHED = 10
"""Managed policies of one role, by default (AWS docs: reference_iam-quotas)."""

LATE = (
    *("put_role_policy", "delete_role_policy", "attach_role_policy", "detach_role_policy"),
    *("tag_role", "untag_role"),
    *("put_role_permissions_boundary", "delete_role_permissions_boundary"),
    *("create_policy_version", "set_default_policy_version"),
)
"""moto's methods that change what a role's sessions may do."""


@dataclass(frozen=True)
class Held:
    """What a role gives to its sessions: documents with their names, a boundary, tags."""

    policies: tuple[tuple[str, str], ...] = ()
    boundary: tuple[str, str] | None = None
    tags: tuple[Mapping[str, str], ...] = ()


def counted(world: World, role: Any) -> Held:
    """What counts for the sessions of moto's role now: as it was before any write that is late."""
    waiting = _waiting(world, role)
    return waiting[0][1] if waiting else _held(role)


def in_use(role: Any) -> None:
    """From now on, what is written about this role counts late."""
    role.rehearsal_used = True


def _held(role: Any) -> Held:
    inline = [(f"{role.name}/{name}", text) for name, text in role.policies.items()]
    managed = [default_version(policy) for policy in list(role.managed_policies.values())]
    boundary = role.permissions_boundary_arn
    return Held(
        policies=(*inline, *managed),
        boundary=default_version(_backend(role).managed_policies[boundary]) if boundary else None,
        tags=tuple(dict(tag) for tag in role.tags or ()),
    )


def default_version(policy: Any) -> tuple[str, str]:
    """Name and document of one of moto's managed policies."""
    return policy.name, next(v.document for v in policy.versions if v.is_default)


def _backend(role: Any) -> Any:
    return iam_backends[role.account_id][role.partition]


def install(world: World) -> Callable[[], None]:
    """Patch moto's IAM; returns what takes the patches out."""
    attach, delete = IAMBackend.attach_role_policy, IAMBackend.delete_policy

    def attach_role_policy(self: Any, policy_arn: str, role_name: str) -> None:
        attached = self.get_role(role_name).managed_policies
        if policy_arn in attached:
            return  # moto would count it twice
        if len(attached) >= MOST_ATTACHED and world.bites("3.5"):
            raise LimitExceededException(
                f"Cannot exceed quota for PoliciesPerRole: {MOST_ATTACHED}"
            )
        attach(self, policy_arn, role_name)

    def delete_policy(self: Any, policy_arn: str) -> None:
        policy = self.get_policy(policy_arn)
        if policy.attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must "
                "delete the policy's versions."
            )
        delete(self, policy_arn)

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        asked = inspect.signature(original)

        def write(self: Any, *args: Any, **kwargs: Any) -> Any:
            given = asked.bind(self, *args, **kwargs).arguments
            if world.bites("3.15"):
                _note(world, self, given.get("role_name"), given.get("policy_arn"))
            return original(self, *args, **kwargs)

        return write

    def get_roles(self: Any) -> list[Any]:
        # A copy, in one step: the engine makes roles at once, and moto looks through all for each.
        return list(self.roles.values())

    world.emulated["iam roles"] = "moto, with changes that count late and a limit on policies"
    own = {"attach_role_policy": attach_role_policy}
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(IAMBackend, "delete_policy", delete_policy))
        patches.enter_context(mock.patch.object(IAMBackend, "get_roles", get_roles))
        for name in LATE:
            patched = noting(own.get(name) or getattr(IAMBackend, name))
            patches.enter_context(mock.patch.object(IAMBackend, name, patched))
        return patches.pop_all().close


def _note(world: World, backend: Any, role_name: str | None, policy_arn: str | None) -> None:
    """Remember what the roles that a write is about give, until it counts."""
    due = world.clock.now() + timedelta(seconds=world.timing.iam_delay)
    for role in list(backend.roles.values()):
        about = role.name == role_name if role_name else _has(role, policy_arn)
        if about and _is_used(role):
            role.rehearsal_before = [*_waiting(world, role), (due, _held(role))]


def _waiting(world: World, role: Any) -> list[tuple[datetime, Held]]:
    """What was true before each write that does not count yet, and until when; oldest first."""
    now = world.clock.now()
    return [entry for entry in getattr(role, "rehearsal_before", ()) if entry[0] > now]


def _has(role: Any, policy_arn: str | None) -> bool:
    return policy_arn in role.managed_policies or policy_arn == role.permissions_boundary_arn


def _is_used(role: Any) -> bool:
    # An instance fetches credentials by itself, so a role in a profile is in use.
    return getattr(role, "rehearsal_used", False) or bool(role.instance_profile_list)
