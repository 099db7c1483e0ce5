"""A thief in the accounts of the dev stack, for tests."""

from __future__ import annotations

import functools
from typing import Any

from rehearsal.emulator.iam.evaluate import Policy
from rehearsal.stacks import raw_settings
from rehearsal.thief.deed import Deed
from rehearsal.thief.roles import Role
from rehearsal.thief.verdicts import Organisation, Thief, thief
from tests.declared import Graph, declared

SECURITY, TAX, LAND = "222222222222", "333333333333", "444444444444"


def plain(graph: Graph) -> list[dict[str, Any]]:
    """The graph as ``rehearsal.graph`` gives it."""
    return [
        {
            "type": e.type,
            "name": e.name,
            "account": e.account,
            "region": e.region,
            "inputs": e.inputs,
        }
        for e in graph.resources
    ]


@functools.cache
def thief_in(account: str) -> Thief:
    """A thief in an account of the dev stack."""
    return thief(plain(declared("dev")), account, Organisation.of(raw_settings("dev")))


def deed(name: str, account: str = TAX) -> Deed:
    """A deed by its name in the table."""
    (found,) = [each for each in thief_in(account).deeds() if each.name == name]
    return found


def who_can(name: str, account: str = TAX) -> dict[str, set[str]]:
    """Roles that manage a deed, and how."""
    here = thief_in(account)
    managed = {each.title: set(here.manages(each, deed(name, account))) for each in here.roles}
    return {title: ways for title, ways in managed.items() if ways}


def administrator(account: str, name: str) -> Role:
    """A role that is no one's of ours, and may do everything."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, name)
    return Role(account=account, name=name, trust={}, permissions=(), policy=policy, size=0)
