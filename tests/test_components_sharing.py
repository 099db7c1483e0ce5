"""The role that dashboards read an account's metrics by: where it is made, and where it is not."""

from __future__ import annotations

from dataclasses import replace

import names
from components.access import AccountAccess, AccountAccessArgs
from names import Place
from tests.declared import made

HOME = Place(partition="aws", account="333333333333", region="eu-west-1")
ARGS = AccountAccessArgs(
    home=HOME,
    central=replace(HOME, account="222222222222"),
    runbooks={},
    never_touch=[],
    retain_data=False,
)


def roles(args: AccountAccessArgs) -> int:
    """How many roles of that name an account gets."""
    graph = made(lambda opts: AccountAccess("access", args, opts), HOME.account)
    return len(graph.of("Role", name=names.METRICS_SHARED))


def test_an_account_gets_the_role_unless_it_has_one_or_has_the_dashboards_itself() -> None:
    assert roles(ARGS) == 1
    assert roles(replace(ARGS, shares_metrics=False)) == 0
    assert roles(replace(ARGS, central=HOME)) == 0
