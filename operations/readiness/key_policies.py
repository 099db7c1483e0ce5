"""Whom a key's policy lets in: a service in its own name, or a role of any account.

Written for keys of our own making; what another statement adds is read with the same care as in a
control policy: what is not known lets nobody in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from operations.readiness.environment import Environment
from operations.readiness.statements import (
    Facts,
    Statement,
    conditions_hold,
    names_action,
    texts,
)
from settings import Account

EVENTS: Final = "events.amazonaws.com"
SOURCES: Final = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")


def shut_out(policy: list[Statement], service: str, action: str, context: Facts) -> str | None:
    """Why a service may not; an empty text where no statement names it, None where it may."""
    why = ""
    for statement in policy:
        principals = statement.get("Principal")
        named = principals.get("Service", ()) if isinstance(principals, Mapping) else ()
        if statement["Effect"] != "Allow" or service not in texts(named):
            continue
        if not names_action(statement, action):
            continue
        blocks = statement.get("Condition") or {}
        keys = {key for block in blocks.values() for key in block}
        sources = sorted(key for key in keys if key.lower() in SOURCES)
        if sources and service == EVENTS:
            why = f" but with {', '.join(sources)}, which EventBridge does not give"
        elif conditions_hold({"Condition": _without(blocks, sources)}, context)[0]:
            return None  # what another service gives as its source is its own to say
        else:
            why = f" but on a condition that is not ours ({', '.join(sorted(keys))})"
    return why


def admitted(
    policy: list[Statement],
    environment: Environment,
    account: Account,
    role: str,
    action: str,
    through: Facts,
) -> bool:
    """Whether any statement lets a role in, through a service and for our own objects."""
    organization = environment.settings.organization
    arn = f"arn:{environment.partition}:iam::{account.id}:role/{role}"
    facts: Facts = {
        "aws:principalarn": [arn],
        "aws:principalaccount": [account.id],
        **({"aws:principalorgid": [organization.id]} if organization else {}),
        **through,
    }
    root = f"arn:{environment.partition}:iam::{account.id}:root"
    effects = {
        statement["Effect"]
        for statement in policy
        if _names(statement, arn, account.id, root)
        and names_action(statement, action)
        and conditions_hold(statement, facts)[0]
    }
    return effects == {"Allow"}


def _without(blocks: Mapping[str, Any], keys: list[str]) -> dict[str, Any]:
    """Conditions but those on these keys."""
    return {
        operator: {key: values for key, values in block.items() if key not in keys}
        for operator, block in blocks.items()
    }


def _names(statement: Statement, *whom: str) -> bool:
    principals = statement.get("Principal")
    named = principals.get("AWS", ()) if isinstance(principals, Mapping) else principals
    return bool({"*", *whom}.intersection(texts(named)))
