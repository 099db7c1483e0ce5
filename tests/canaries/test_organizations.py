"""Canaries of Organizations: who may list the accounts, how many come at once, and what is told."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator.organization import Organization
from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import MANAGEMENT, TAX, client, refused


@canary("organizations-asked-by-a-member")
def test_a_member_may_not_list_the_accounts(emulator: Callable[..., Emulator]) -> None:
    organizations = client(emulator(), TAX, "organizations")
    assert refused(organizations.list_accounts) == "AccessDeniedException"
    described = organizations.describe_organization()["Organization"]
    assert described["MasterAccountId"] == MANAGEMENT


@canary("organizations-pages")
def test_accounts_come_twenty_at_a_time(emulator: Callable[..., Emulator]) -> None:
    many = {f"agency-{number:02}": f"{number:012}" for number in range(1, 46)}
    running = emulator(organization=Organization(management="000000000001", accounts=many))
    organizations = client(running, "000000000001", "organizations")
    assert len(organizations.list_accounts()["Accounts"]) == 20
    pages = [page["Accounts"] for page in organizations.get_paginator("list_accounts").paginate()]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert {each["Id"] for page in pages for each in page} == set(many.values())


@canary("organizations-status-retired")
def test_an_account_has_a_state_and_no_status(emulator: Callable[..., Emulator]) -> None:
    listed = client(emulator(), MANAGEMENT, "organizations").list_accounts()["Accounts"]
    assert {each["State"] for each in listed} == {"ACTIVE"}
    assert [each["Id"] for each in listed if "Status" in each] == []
