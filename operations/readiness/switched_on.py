"""``regions``: is every region of the environment on in every account?

A region that is no opt-in region is always on. The others are an account's own to enable, and
whoever calls in one that is off is unknown there, which reads like a wrong key (AWS docs:
manage-acct-regions). So this is asked before anything else is asked there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Question, Told
from regions import OPT_IN, PARTITIONS
from settings import Account

NAME = "regions"
ASKS = "every region of the environment is enabled in every account"
ON = ("ENABLED", "ENABLED_BY_DEFAULT")


def questions(environment: Environment, found: dict[str, frozenset[str]]) -> Iterator[Question]:
    """One for each account; what is on there is put into ``found``."""
    for account in environment.accounts:
        yield Question(
            check=NAME,
            where=where(account),
            ask=partial(_ask, environment, account, found),
        )


def always_on(partition: str) -> frozenset[str]:
    """The regions that no account can switch off."""
    return frozenset(each for each, of in PARTITIONS.items() if of == partition) - OPT_IN


def _ask(environment: Environment, account: Account, found: dict[str, frozenset[str]]) -> Told:
    on = always_on(environment.partition)
    off: dict[str, str] = {}
    if environment.partition == "aws":  # the only one that has opt-in regions
        for region, status in _statuses(environment.client(account.id, "account")):
            if status in ON:
                on |= {region}
            elif region in environment.settings.regions:
                off[region] = status
    found[account.id] = on
    return Told(doubts=tuple(_off(environment, account, off)))


def _statuses(api: Any) -> Iterator[tuple[str, str]]:
    for page in api.get_paginator("list_regions").paginate():
        for region in page["Regions"]:
            yield region["RegionName"], region["RegionOptStatus"]


def _off(environment: Environment, account: Account, off: dict[str, str]) -> Iterable[Doubt]:
    for region, status in off.items():
        yield Doubt(
            where=where(account, region),
            what=f"the region is {status} in this account: nothing can be deployed or detected",
            remedy=f"aws account enable-region --region-name {region}, and when it is ENABLED "
            f"{environment.deploy(account)}; or take the region out of regions",
            grave=True,
        )
