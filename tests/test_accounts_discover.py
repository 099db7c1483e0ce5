"""``python -m operations accounts discover``: the organisation beside Git, as AWS lists it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operations.accounts.files import stack_files
from operations.accounts.judging import judged
from rehearsal.emulator.organization import DEV_ACCOUNTS, Organization
from rehearsal.emulator.server import Emulator
from tests.accounted import accounts_of, batched, laid, there
from tests.bad_stack_files import words
from tests.discovered import HEALTH, MORE, ROADS, Discover
from tests.emulated import MANAGEMENT, SECURITY, TAX, delegated

PROD = "Pulumi.prod.yaml"


@pytest.fixture
def discovering(
    emulator: Callable[..., Emulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Discover]:
    """Begin with these accounts in the organisation and these files in Git."""

    def begin(
        accounts: dict[str, str] = MORE, files: dict[str, bytes] | None = None, **more: Any
    ) -> Discover:
        running = emulator(organization=Organization(accounts=accounts, **more))
        for name, value in {
            "AWS_ENDPOINT_URL": running.endpoint,
            "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
            "AWS_SECRET_ACCESS_KEY": "anything",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
        return Discover(laid(tmp_path, files or there()), running)

    return begin


def ids(lines: list[dict[str, str]]) -> list[str]:
    return [each["id"] for each in lines]


def test_accounts_that_nobody_covers_are_named_and_the_status_says_so(
    discovering: Callable[..., Discover],
) -> None:
    discover = discovering()
    before = stack_files(discover.folder)
    status, told = discover.told()
    assert status == 3
    assert {each["id"]: each["name"] for each in told["uncovered"]} == {
        HEALTH: "ministry-of-health",
        ROADS: "roads-bridges",
    }
    assert told["uncovered"][0]["said"] == "called 'Ministry of Health' in the organisation"
    assert (told["gone"], told["left_out"], told["written"]) == ([], [], [])
    status, said = discover()
    assert "2 that nobody covers: add each, or leave it out under organization.left_out" in said
    assert stack_files(discover.folder) == before


def test_where_all_are_covered_the_status_is_zero(discovering: Callable[..., Discover]) -> None:
    status, said = discovering(dict(DEV_ACCOUNTS))()
    assert (status, "every active account is covered, or left out on purpose" in said) == (0, True)


def test_one_that_is_left_out_with_its_reason_is_no_gap(
    discovering: Callable[..., Discover],
) -> None:
    left = "{id: o-exampleorgid, left_out: ["
    left += f"{{id: '{HEALTH}', reason: It has a pipeline of its own.}}, "
    left += "{id: '999999999999', reason: It was a sandbox.}]}"
    discover = discovering(files=words("{id: o-exampleorgid}", left, PROD)(there()))
    status, told = discover.told()
    assert (status, ids(told["uncovered"])) == (3, [ROADS])
    [health, gone] = told["left_out"]
    assert (health["name"], health["said"]) == (
        "Ministry of Health",
        "It has a pipeline of its own.",
    )
    assert "Not in the organisation any more: take it out of left_out" in gone["said"]


def test_written_they_are_covered_and_the_next_look_finds_nothing(
    discovering: Callable[..., Discover],
) -> None:
    discover = discovering()
    status, told = discover.told("--write", "--routes", "compromised-instance=approval")
    assert (status, told["written"]) == (0, [PROD])
    assert accounts_of(stack_files(discover.folder), "prod")[-2:] == [
        {
            "name": "ministry-of-health",
            "id": HEALTH,
            "role": "member",
            "routes": {"compromised-instance": "approval"},
        },
        {
            "name": "roads-bridges",
            "id": ROADS,
            "role": "member",
            "routes": {"compromised-instance": "approval"},
        },
    ]
    assert judged(stack_files(discover.folder)) == []
    status, told = discover.told("--write")
    assert (status, told["uncovered"], told["written"]) == (0, [], [])


def test_a_large_organisation_is_read_page_by_page_and_fills_batch_after_batch(
    discovering: Callable[..., Discover],
) -> None:
    many = {f"Agency {number}": f"9{number:011}" for number in range(1, 51)}
    files = batched(2, 1)
    members = {e["name"]: e["id"] for e in accounts_of(files, "city") if e["role"] == "member"}
    discover = discovering({**DEV_ACCOUNTS, **members, **many}, files)
    status, told = discover.told("--write", environment="city")
    now = stack_files(discover.folder)
    uncovered = [TAX, DEV_ACCOUNTS["land-registry"], *many.values()]
    assert sorted(ids(told["uncovered"])) == sorted(uncovered)
    assert told["written"] == [
        *(f"Pulumi.city-{n:02}.yaml" for n in range(3, 29)),
        *["Pulumi.city.yaml"],
    ]
    assert status == 0
    assert judged(now) == []
    sizes: dict[str, int] = {}
    for each in accounts_of(now, "city"):
        if "batch" in each:
            sizes[each["batch"]] = sizes.get(each["batch"], 0) + 1
    assert list(sizes.values()) == [2] * 27 + [1]


def test_accounts_in_git_that_are_closed_or_gone_are_told_with_what_to_do(
    discovering: Callable[..., Discover],
) -> None:
    accounts = {name: account for name, account in MORE.items() if name != "land-registry"}
    discover = discovering(accounts)
    discover.closed(TAX, wholly=True)
    discover.closed(HEALTH, wholly=False)
    status, told = discover.told()
    assert (status, ids(told["uncovered"])) == (3, [ROADS])
    assert {each["name"]: each["said"] for each in told["gone"]} == {
        "tax": "closed: if it is not to come back, python -m operations accounts remove tax "
        "--without-asking",
        "land-registry": "not in the organisation (any more): python -m operations accounts remove "
        "land-registry --without-asking",
    }
    [health] = told["apart"]
    assert (health["id"], health["said"]) == (HEALTH, "pending closure")


def test_one_that_is_about_to_be_closed_is_still_asked_what_is_contained(
    discovering: Callable[..., Discover],
) -> None:
    discover = discovering(dict(DEV_ACCOUNTS))
    discover.closed(TAX, wholly=False)
    status, told = discover.told()
    [tax] = told["gone"]
    assert status == 0
    assert tax["said"].startswith("about to be closed: release what is contained there, then")
    assert "--without-asking" not in tax["said"]


def test_an_account_by_another_name_is_covered_and_told(
    discovering: Callable[..., Discover],
) -> None:
    renamed = {**DEV_ACCOUNTS, "Tax Agency": TAX}
    del renamed["tax"]
    status, told = discovering(renamed).told()
    assert (status, told["uncovered"]) == (0, [])
    [tax] = told["renamed"]
    assert (tax["name"], tax["said"]) == ("tax", "called 'Tax Agency' there")


def test_another_organisation_is_not_compared(discovering: Callable[..., Discover]) -> None:
    status, said = discovering(id="o-anotherorgid")()
    assert status == 1
    assert "the organisation that was asked is o-anotherorgid, and Pulumi.prod.yaml is ab" in said


def existing() -> dict[str, bytes]:
    """An environment whose landing zone delegates: Git has no management account."""
    line = '      - {name: management, id: "111111111111", role: management}\n'
    files = words(line, "", PROD)(there())
    return words("    home_region", "    delegation: existing\n    home_region", PROD)(files)


def test_without_a_management_account_the_delegated_administrator_is_asked(
    discovering: Callable[..., Discover],
) -> None:
    discover = discovering(files=existing())
    status, said = discover()
    assert status == 1
    assert "You don't have permissions to access this resource" in said
    delegated(discover.running)
    status, told = discover.told("--write")
    assert status == 0
    assert ids(told["uncovered"]) == [HEALTH, ROADS]
    [management] = told["apart"]
    assert management["id"] == MANAGEMENT
    assert management["said"].startswith("the management account, which no member's pipeline is")
    assert MANAGEMENT not in {
        each["id"] for each in accounts_of(stack_files(discover.folder), "prod")
    }


def test_a_member_that_is_asked_refuses(discovering: Callable[..., Discover]) -> None:
    discover = discovering()
    delegated(discover.running)
    assert discover("--account", TAX)[0] == 1
    assert discover("--account", SECURITY)[0] == 3


def test_from_another_account_the_environments_own_deployer_role_is_assumed(
    discovering: Callable[..., Discover],
) -> None:
    own = ("deployer_role: OrganizationAccountAccessRole", "deployer_role: Deployer")
    discover = discovering(files=words(*own, PROD)(there()), deployer_role="Deployer")
    discover.role = ()
    discover.organizations.register_delegated_administrator(
        AccountId=SECURITY, ServicePrincipal="guardduty.amazonaws.com"
    )
    status, said = discover("--account", SECURITY)
    assert (status, "2 that nobody covers" in said) == (3, True), said


def test_a_role_that_may_not_be_assumed_is_a_sentence(
    discovering: Callable[..., Discover],
) -> None:
    status, said = discovering()("--role", "Nobody")
    assert (status, "not done:" in said, "AccessDenied" in said) == (1, True, True)
