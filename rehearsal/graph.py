"""The declared graph: everything that a program would make, as plain data.

Needs neither engine nor emulator. Ids and ARNs are derived or made up, so that what refers to them
is seen; a preview leaves them unknown, as the engine's preview does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from promotion.program import Program
from rehearsal import monitor
from rehearsal.emulator.clients import partition_of
from rehearsal.monitor import Made, Resource
from rehearsal.provider import plans
from rehearsal.provider.handlers import UnmappedInputError
from rehearsal.provider.kinds import kind_of
from rehearsal.provider.plans import DEFAULTED, Place
from rehearsal.provider.table import TABLE
from rehearsal.provider.wire import UNKNOWN

UNKNOWN_TEXT = "<unknown>"


def declared(
    stack: str,
    *,
    settings: Mapping[str, Any] | None = None,
    program: Program | None = None,
    preview: bool = False,
) -> list[dict[str, Any]]:
    """Each resource as ``{type, name, account, region, parent, inputs}``, in the order of URNs.

    ``settings`` stand in for the project's ``settings`` in the stack's file, which then need not
    exist. Account and region are null for components, the region also for what is global;
    ``parent`` is the parent's name. Raises ProgramError for a duplicate URN, a type or input that
    the table does not know, a resource without a provider.
    """
    program = program or Program()
    if settings is None:
        config = program.config(stack)
    else:
        config = {f"{program.project}:settings": json.dumps(settings, default=str)}
    how = monitor.preview if preview else monitor.run
    resources = how(program, stack, config, _Recording())
    return [_plain(one) for one in resources]


class _Recording:
    """Plans everything, and makes nothing."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def enter(self, urn: str, arguments: dict[str, Any]) -> str:
        """The account that the provider's roles, or what it is allowed to, lead to."""
        roles = arguments.get("assumeRoles") or []
        allowed = arguments.get("allowedAccountIds") or []
        account = str(roles[-1]["roleArn"].split(":")[4] if roles else (*allowed, "")[0])
        if allowed and account not in allowed:
            raise PermissionError(f"AWS account ID not allowed: {account} is none of {allowed}")
        region = arguments["region"]
        partition = partition_of(region)
        tags = (arguments.get("defaultTags") or {}).get("tags") or {}
        self._places[urn] = Place(account, region, partition, tags)
        return account

    def make(self, provider: str, token: str, name: str, inputs: dict[str, Any]) -> Made:
        """What the resource would be."""
        place, kind = self._places[provider], kind_of(TABLE, token)
        checked = plans.check(kind, place, name, inputs, {}, b"")
        if unmapped := list(plans.unmapped(kind, checked)):
            raise UnmappedInputError(token, unmapped)
        made, outputs = plans.imagined(kind, place, name, checked)
        known = {key: value for key, value in checked.items() if key != DEFAULTED}
        return Made(
            account=place.account,
            region=checked.get("region"),
            id=made,
            outputs={**known, **outputs},
        )


def _plain(one: Resource) -> dict[str, Any]:
    return {
        "type": one.type,
        "name": one.name,
        "account": one.account,
        "region": one.region,
        "parent": one.parent.rpartition("::")[2] or None,
        "inputs": _shown(one.inputs),
    }


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return UNKNOWN_TEXT if value == UNKNOWN else value
