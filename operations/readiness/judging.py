"""How service control policies are judged: each denial, and each level that allows too little.

An action is possible where every level allows it and none denies it (AWS docs:
orgs_manage_policies_scps_evaluation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from operations.readiness.environment import Environment
from operations.readiness.needs import Need, needs
from operations.readiness.statements import (
    Facts,
    Known,
    Statement,
    conditions_hold,
    names_action,
    names_resource,
    statements,
    texts,
)
from settings import Account

GLOBAL = ("account", "iam", "organizations")
"""Services with one endpoint in a partition, in the region of which they are called."""
SHOWN = 3


class Attached(Protocol):
    """A policy at the place where it is attached."""

    @property
    def name(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def document(self) -> dict[str, object]: ...


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a policy does to us, or might do."""

    what: str
    remedy: str
    certain: bool


def judge(
    environment: Environment, account: Account, levels: Sequence[tuple[str, Sequence[Attached]]]
) -> Iterator[Judged]:
    """Each denial that meets a need of ours, and each level that leaves one out."""
    needed = [*needs(environment, account)]
    for policy in [policy for _, level in levels for policy in level]:
        for number, statement in enumerate(statements(policy.document), start=1):
            if statement["Effect"] == "Deny":
                name = f"{policy.name} on {policy.target} ({statement.get('Sid') or number})"
                yield from _denial(environment, account, name, statement, needed)
    for target, level in levels:
        yield from _allowance(environment, account, target, level, needed)


def facts_of(environment: Environment, account: Account, need: Need) -> Facts:
    """What is known of a call of one of our roles: it has a session, TLS and no source."""
    settings = environment.settings
    home = settings.home_region
    once = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
    everywhere = need.action.partition(":")[0] in GLOBAL
    regions = [once.get(environment.partition, home)] if everywhere else [*settings.regions]
    organization = settings.organization
    return {
        "aws:principalarn": [f"arn:{environment.partition}:iam::{account.id}:role/{need.role}"],
        "aws:principalaccount": [account.id],
        **({"aws:principalorgid": [organization.id]} if organization else {}),
        "aws:requestedregion": regions,
        "aws:securetransport": ["true"],
        "aws:principalisawsservice": ["false"],
        "aws:principaltype": ["AssumedRole"],
    }


def _denial(
    environment: Environment, account: Account, name: str, statement: Statement, needed: list[Need]
) -> Iterator[Judged]:
    denied: list[Need] = []
    open_: dict[str, None] = {}
    for need in needed:
        if not names_action(statement, need.action):
            continue
        holds, keys = conditions_hold(statement, facts_of(environment, account, need))
        verdict = _both(names_resource(statement, need.resources), holds)
        if verdict:
            denied.append(need)
        elif verdict is None:
            open_ |= dict.fromkeys(keys or ["the resource"])
    if denied:
        yield Judged(
            what=f"the service control policy {name} denies {_told(denied)}",
            remedy="except arn:*:iam::*:role/containment-* and the deployer from it, by ArnNotLike "
            "on aws:PrincipalArn, or take these actions out",
            certain=True,
        )
    elif open_:
        yield Judged(
            what=f"whether the service control policy {name} denies our roles anything is not "
            f"judged here: that hangs on {', '.join(open_)}",
            remedy="look at it",
            certain=False,
        )


def _allowance(
    environment: Environment,
    account: Account,
    target: str,
    level: Sequence[Attached],
    needed: list[Need],
) -> Iterator[Judged]:
    allowing = [
        statement
        for policy in level
        for statement in statements(policy.document)
        if statement["Effect"] == "Allow"
    ]
    verdicts = {
        (need.role, need.action): _allowed(allowing, need, facts_of(environment, account, need))
        for need in needed
    }
    missing = [need for need in needed if verdicts[need.role, need.action] is False]
    if missing:
        yield Judged(
            what=f"no service control policy on {target} allows {_told(missing)}",
            remedy=f"attach FullAWSAccess to {target}, or allow these actions there",
            certain=True,
        )
    elif None in verdicts.values():
        yield Judged(
            what=f"whether the service control policies on {target} allow all that our roles need "
            "is not judged here: that hangs on conditions or resources",
            remedy="look at them",
            certain=False,
        )


def _allowed(allowing: Iterable[Statement], need: Need, facts: Facts) -> Known:
    found: Known = False
    for statement in allowing:
        if names_action(statement, need.action):
            # A pattern that meets only some of the resources allows only some of them.
            whole = "*" in texts(statement.get("Resource", ()))
            holds, _ = conditions_hold(statement, facts)
            if whole and holds:
                return True
            found = None if holds is not False else found
    return found


def _both(one: Known, other: Known) -> Known:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _told(found: Sequence[Need]) -> str:
    actions = [*dict.fromkeys(need.action for need in found)]
    roles = [*dict.fromkeys(need.role for need in found)]
    return f"{_few(actions)} to {_few(roles)}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
