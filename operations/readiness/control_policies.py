"""``control-policies``: does a service control policy stop our roles, or whoever deploys them?

A policy that denies in members what runbooks do, with no exception for our roles, locks containment
out, and nothing fails before the first attack (trap 4.8). Policies are read where they are
attached, from the root down to the account; they bind neither the management account nor
service-linked roles (trap 4.9). What cannot be judged is told as a note.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.judging import judge
from operations.readiness.question import Question, Told
from settings import Account

NAME = "control-policies"
ASKS = "no service control policy denies what our roles and the deployer need"
KIND = "SERVICE_CONTROL_POLICY"


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A policy where it is attached."""

    name: str
    target: str
    document: dict[str, Any]


Level = tuple[str, list[Attached]]
"""A root, unit or account, and what is attached to it."""


class Tree:
    """The organisation's policies, each read once."""

    def __init__(self, organizations: Any) -> None:
        self._api = organizations
        self._levels: dict[str, Level] = {}
        self._parents: dict[str, str | None] = {}

    def enabled(self) -> bool:
        """Whether policies of this kind are switched on in the organisation."""
        return any(
            each["Type"] == KIND and each["Status"] == "ENABLED"
            for root in self._api.list_roots()["Roots"]
            for each in root["PolicyTypes"]
        )

    def above(self, account: str) -> list[Level]:
        """The levels over an account, from the root down to itself."""
        levels: list[Level] = []
        holder = account
        while True:
            levels.insert(0, self._level(holder))
            parent = self._parent(holder)
            if parent is None:
                return levels
            holder = parent

    def _parent(self, holder: str) -> str | None:
        if holder.startswith("r-"):
            return None
        if holder not in self._parents:
            [parent] = self._api.list_parents(ChildId=holder)["Parents"]
            self._parents[holder] = parent["Id"]
        return self._parents[holder]

    def _level(self, target: str) -> Level:
        if target not in self._levels:
            pages = self._api.get_paginator("list_policies_for_target").paginate(
                TargetId=target, Filter=KIND
            )
            policies = [
                Attached(name=each["Name"], target=target, document=self._read(each["Id"]))
                for page in pages
                for each in page["Policies"]
            ]
            self._levels[target] = (target, policies)
        return self._levels[target]

    def _read(self, policy: str) -> dict[str, Any]:
        content = self._api.describe_policy(PolicyId=policy)["Policy"]["Content"]
        read: dict[str, Any] = json.loads(content)
        return read


def questions(environment: Environment) -> Iterator[Question]:
    """One for each account that they bind, asked of the management account."""
    if environment.settings.organization is None:
        return
    if environment.management is None:
        yield Question(check=NAME, where="the organisation", ask=_unread)
        return
    tree = Tree(environment.client(environment.management, "organizations"))
    for account in environment.accounts:
        if account.id != environment.management and (account.contains or account.role != "member"):
            yield Question(
                check=NAME,
                where=where(account),
                ask=partial(_ask, environment, account, tree),
            )


def _unread() -> Told:
    said = (
        "service control policies were not read, for no management account is listed or it cannot "
        "be entered: have them looked at there"
    )
    return Told(notes=(said,))


def _ask(environment: Environment, account: Account, tree: Tree) -> Told:
    if not tree.enabled():
        return Told()
    doubts, notes = [], []
    for finding in judge(environment, account, tree.above(account.id)):
        if finding.certain:
            doubts.append(
                Doubt(where=where(account), what=finding.what, remedy=finding.remedy, grave=True)
            )
        else:
            notes.append(f"{where(account)}: {finding.what}; {finding.remedy}")
    return Told(doubts=tuple(doubts), notes=tuple(notes))
