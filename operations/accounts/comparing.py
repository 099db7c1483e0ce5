"""The organisation beside Git: which accounts nobody covers, and which of Git's are gone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from operations.accounts.environment import Environment
from operations.accounts.mistake import AccountsError
from operations.accounts.organization import ACTIVE, Member, Organization

LONGEST = 30


@dataclass(frozen=True, kw_only=True)
class Line:
    """An account of which something is to be said, under its name in Git if it has one."""

    id: str
    name: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What differs; only ``uncovered`` means that somebody is not watched over."""

    uncovered: list[Line]
    """Active, and neither in Git nor left out; each with the name that Git would give it."""
    gone: list[Line]
    """In Git, and not in the organisation, or not active there."""
    apart: list[Line]
    """Not in Git, and not to be covered: not active, or the management account."""
    left_out: list[Line]
    """Left out on purpose, with the reason."""
    renamed: list[Line]
    """In both, and called otherwise in the organisation."""


def compared(environment: Environment, organization: Organization) -> Comparison:
    """What differs; raises AccountsError where it is another organisation than Git's."""
    ours = environment.settings.organization
    if ours is None:
        raise AccountsError([f"{environment.file.name} has no organization: there is one account"])
    if ours.id != organization.id:
        raise AccountsError([
            f"the organisation that was asked is {organization.id}, and {environment.file.name} is "
            f"about {ours.id}: ask with the credentials of that one"
        ])  # fmt: skip
    covered = {each.id: each for each in environment.settings.accounts}
    reasons = {each.id: each.reason for each in ours.left_out}
    there = {each.id: each for each in organization.members}
    strange = [each for each in organization.members if each.id not in {*covered, *reasons}]
    open_to_all = [e for e in strange if e.state == ACTIVE and e.id != organization.management]
    names = named(open_to_all, {each.name for each in environment.settings.accounts})
    return Comparison(
        uncovered=[
            Line(id=each.id, name=names[each.id], said=f"called {each.name!r} in the organisation")
            for each in open_to_all
        ],
        gone=[
            Line(id=account, name=each.name, said=_gone(each.name, there.get(account)))
            for account, each in covered.items()
            if account not in there or there[account].state != ACTIVE
        ],
        apart=[
            Line(id=each.id, name=each.name, said=_apart(each))
            for each in strange
            if each not in open_to_all
        ],
        left_out=[
            Line(
                id=account,
                name=there[account].name if account in there else "",
                said=reason
                if account in there
                else f"{reason} Not in the organisation any more: take it out of left_out",
            )
            for account, reason in reasons.items()
        ],
        renamed=[
            Line(id=account, name=each.name, said=f"called {there[account].name!r} there")
            for account, each in covered.items()
            if account in there and slug(there[account].name) != each.name
        ],
    )


def named(members: Collection[Member], taken: Collection[str]) -> dict[str, str]:
    """Id → a name for Git, made of the account's own, and not of those that are taken."""
    given: dict[str, str] = {}
    for each in members:
        wanted = slug(each.name) or f"account-{each.id}"
        name, number = wanted, 1
        while name in {*taken, *given.values()}:
            number += 1
            name = f"{wanted[: LONGEST - len(str(number)) - 1].rstrip('-')}-{number}"
        given[each.id] = name
    return given


def slug(name: str) -> str:
    """A name as a stack file may have it; empty where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    joined = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    begun = joined if not joined or joined[0].isalpha() else f"a-{joined}"
    return begun[:LONGEST].rstrip("-")


def _gone(name: str, member: Member | None) -> str:
    command = f"python -m operations accounts remove {name}"
    if member is None:
        return f"not in the organisation (any more): {command} --without-asking"
    if member.state == "PENDING_CLOSURE":  # it still works (orgs_manage_accounts_account_state)
        return f"about to be closed: release what is contained there, then {command}"
    if member.state in ("SUSPENDED", "CLOSED"):
        return f"{member.state.lower()}: if it is not to come back, {command} --without-asking"
    return f"{member.state.lower().replace('_', ' ')}: nothing can be deployed there yet"


def _apart(member: Member) -> str:
    if member.state != ACTIVE:
        return member.state.lower().replace("_", " ")
    return "the management account, which no member's pipeline is for (trap 1.14)"
