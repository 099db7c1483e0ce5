"""CloudWatch Logs' policies of one log group (trap 6.6), which moto takes for the account's.

Both kinds stand in moto's ``resource_policies``, so that whoever asks what may be written finds all
of them: the account's by name, a log group's by its ARN, one each.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from unittest import mock

from moto.logs.exceptions import (
    InvalidParameterException,
    LogsClientError,
    ResourceNotFoundException,
)
from moto.logs.models import LogResourcePolicy, LogsBackend
from moto.logs.responses import LogsResponse

from rehearsal.emulator.world import World

MOST_OF_ACCOUNT = 10
"""Policies of an account and region, those of single log groups apart (botocore: logs model)."""


def install(world: World) -> Callable[[], None]:
    """Put the patches in; returns what takes them out."""
    world.emulated["logs"] = "moto, with resource policies of single log groups"
    original_delete = LogsResponse.delete_resource_policy
    original_group = LogsBackend.delete_log_group

    def put_resource_policy(self: Any) -> str:
        arn = self._get_param("resourceArn")
        held = self.logs_backend.resource_policies
        if arn is None:
            name, text = self._get_param("policyName"), self._get_param("policyDocument")
            own = [policy for policy in held.values() if not _scoped(policy)]
            if name not in held and len(own) >= MOST_OF_ACCOUNT:
                raise LogsClientError("LimitExceededException", "Resource limit exceeded.")
            held.setdefault(name, LogResourcePolicy(name, text)).update(text)
            return json.dumps({"resourcePolicy": _described(held[name])})
        _existing_group(self.logs_backend, arn)
        if arn in held:
            _expect_revision(self, held[arn])
        held[arn] = policy = LogResourcePolicy(
            self._get_param("policyName"), self._get_param("policyDocument")
        )
        policy.resource_arn = arn
        policy.revision = uuid.uuid4().hex
        return json.dumps({"resourcePolicy": _described(policy), "revisionId": policy.revision})

    def describe_resource_policies(self: Any) -> str:
        wanted = self._get_param("policyScope") or "ACCOUNT"
        arn = self._get_param("resourceArn")
        found = [
            _described(policy)
            for policy in self.logs_backend.resource_policies.values()
            if _scoped(policy) == (wanted == "RESOURCE")
            and arn in (None, getattr(policy, "resource_arn", None))
        ]
        return json.dumps({"resourcePolicies": found})

    def delete_resource_policy(self: Any) -> str:
        arn = self._get_param("resourceArn")
        if arn is None:
            return str(original_delete(self))
        policy = self.logs_backend.resource_policies.get(arn)
        if policy is None:
            raise ResourceNotFoundException(msg=f"{arn} has no resource policy")
        _expect_revision(self, policy)
        del self.logs_backend.resource_policies[arn]
        return ""

    def delete_log_group(self: Any, log_group_name: str) -> None:
        group = self.groups.get(log_group_name)
        original_group(self, log_group_name)
        if group is not None:
            self.resource_policies.pop(group.arn.removesuffix(":*"), None)

    def now() -> datetime:
        return world.clock.now().replace(tzinfo=None)

    undo = ExitStack()
    # Events more than two hours ahead are rejected: ahead of the rehearsal's clock, not of ours.
    undo.enter_context(mock.patch("moto.logs.models.utcnow", now))
    for target, name, new in (
        (LogsResponse, "put_resource_policy", put_resource_policy),
        (LogsResponse, "describe_resource_policies", describe_resource_policies),
        (LogsResponse, "delete_resource_policy", delete_resource_policy),
        (LogsBackend, "delete_log_group", delete_log_group),
    ):
        undo.enter_context(mock.patch.object(target, name, new))
    return undo.close


def _scoped(policy: Any) -> bool:
    return hasattr(policy, "resource_arn")


def _described(policy: Any) -> dict[str, Any]:
    described: dict[str, Any] = policy.describe()
    if _scoped(policy):
        return described | {
            "policyScope": "RESOURCE",
            "resourceArn": policy.resource_arn,
            "revisionId": policy.revision,
        }
    return described | {"policyScope": "ACCOUNT"}


def _existing_group(backend: Any, arn: str) -> None:
    if arn not in {group.arn.removesuffix(":*") for group in backend.groups.values()}:
        raise ResourceNotFoundException(msg=f"The log group {arn} does not exist")


def _expect_revision(response: Any, policy: Any) -> None:
    """A change must name the revision that it replaces (botocore: logs model)."""
    expected = response._get_param("expectedRevisionId")
    if expected is None:
        raise InvalidParameterException("expectedRevisionId is required with resourceArn")
    if expected != policy.revision:
        raise LogsClientError("OperationAbortedException", "The resource policy has changed")
