"""Account Management as the emulator has it: which regions an account has switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.organization import Organization
from rehearsal.emulator.server import Emulator
from tests.emulated import LAND_REGISTRY, TAX, client

Start = Callable[..., Emulator]
MILAN = "eu-south-1"


def statuses(running: Emulator, account: str, *only: str) -> dict[str, str]:
    asked: dict[str, Any] = {"RegionOptStatusContains": list(only)} if only else {}
    pages = client(running, account, "account").get_paginator("list_regions").paginate(**asked)
    return {
        each["RegionName"]: each["RegionOptStatus"] for page in pages for each in page["Regions"]
    }


def test_only_opt_in_regions_have_to_be_enabled(emulator: Start) -> None:
    running = emulator()
    found = statuses(running, TAX)
    assert (found["eu-west-1"], found[MILAN]) == ("ENABLED_BY_DEFAULT", "DISABLED")
    assert "us-gov-west-1" not in found
    assert set(statuses(running, TAX, "ENABLED_BY_DEFAULT").values()) == {"ENABLED_BY_DEFAULT"}
    assert statuses(running, TAX, "ENABLED") == {}


def test_whoever_calls_in_a_region_that_is_off_is_unknown_there(emulator: Start) -> None:
    running = emulator()
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        client(running, TAX, "events", MILAN).list_rules()
    client(running, TAX, "account").enable_region(RegionName=MILAN)
    assert client(running, TAX, "events", MILAN).list_rules()["Rules"] == []
    with pytest.raises(ClientError, match="UnrecognizedClient"):
        client(running, LAND_REGISTRY, "events", MILAN).list_rules()  # each account for itself


def test_a_region_of_the_organisation_is_on_until_an_account_switches_it_off(
    emulator: Start,
) -> None:
    running = emulator(organization=Organization(regions=("eu-west-1", MILAN)))
    account = client(running, TAX, "account")
    status = account.get_region_opt_status(RegionName=MILAN)["RegionOptStatus"]
    assert status == "ENABLED"
    account.disable_region(RegionName=MILAN)
    assert statuses(running, TAX)[MILAN] == "DISABLED"
    with pytest.raises(ClientError, match="enabled by default"):
        account.disable_region(RegionName="eu-west-1")


def test_another_account_is_not_emulated_and_says_so(emulator: Start) -> None:
    account = client(emulator(), TAX, "account")
    with pytest.raises(ClientError, match="another account is not emulated"):
        account.list_regions(AccountId=LAND_REGISTRY)
    with pytest.raises(ClientError, match="GetContactInformation is not emulated"):
        account.get_contact_information()
