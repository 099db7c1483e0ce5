"""Organizations in the emulator: who may ask, and how an account joins and is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.emulated import MANAGEMENT, SECURITY, TAX, client, delegated, refused


def state_of(organizations: Any, account: str) -> str:
    listed = organizations.list_accounts()["Accounts"]
    return next(str(each["State"]) for each in listed if each["Id"] == account)


def test_a_delegated_administrator_lists_the_accounts_and_changes_none(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    organizations = client(running, SECURITY, "organizations")
    assert refused(organizations.list_accounts) == "AccessDeniedException"
    delegated(running)
    assert len(organizations.list_accounts()["Accounts"]) == 4
    assert refused(organizations.close_account, AccountId=TAX) == "AccessDeniedException"


def test_one_that_organizations_itself_registered_lists_them_as_well(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    client(running, MANAGEMENT, "organizations").register_delegated_administrator(
        AccountId=TAX, ServicePrincipal="ssm.amazonaws.com"
    )
    assert len(client(running, TAX, "organizations").list_accounts()["Accounts"]) == 4


def test_an_account_is_about_to_be_closed_and_then_closed(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    organizations = client(running, MANAGEMENT, "organizations")
    organizations.close_account(AccountId=TAX)
    assert state_of(organizations, TAX) == "PENDING_CLOSURE"
    running.world.clock.sleep(running.world.timing.account_closure + 1)
    assert state_of(organizations, TAX) == "CLOSED"
    assert refused(organizations.close_account, AccountId=TAX) == "AccountAlreadyClosedException"


def test_a_new_account_can_be_entered_and_is_watched_by_guardduty(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    delegated(running)
    made = client(running, MANAGEMENT, "organizations").create_account(
        AccountName="Health", Email="health@example.org"
    )["CreateAccountStatus"]
    health = client(running, made["AccountId"], "guardduty")
    assert len(health.list_detectors()["DetectorIds"]) == 1
    elsewhere = client(running, made["AccountId"], "guardduty", "eu-central-1")
    assert elsewhere.list_detectors()["DetectorIds"] == []


def test_a_page_of_more_than_twenty_is_refused(emulator: Callable[..., Emulator]) -> None:
    organizations = client(emulator(), MANAGEMENT, "organizations")
    assert refused(organizations.list_accounts, MaxResults=21) == "InvalidInputException"
    assert len(organizations.list_accounts(MaxResults=3)["Accounts"]) == 3
