"""``python -m operations accounts list|add|move``: what is said, written, and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.accounts.files import stack_files
from tests.accounted import accounts_of, batched, laid, there


class Accounts:
    """The verb on a folder of stack files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, verb: str, *words: str, environment: str = "city") -> tuple[int, str]:
        given = ["accounts", verb, *words, "-e", environment, "--folder", str(self.folder)]
        answered = CliRunner().invoke(app, given, env={"COLUMNS": "200"})
        return answered.exit_code, answered.output

    def listed(self, environment: str = "city") -> list[dict[str, Any]]:
        """The accounts that are written now."""
        return accounts_of(stack_files(self.folder), environment)


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(laid(tmp_path, {**there(), **batched(3, 4)}))


def test_the_list_has_every_account_with_its_part_its_stack_and_what_differs(
    accounts: Accounts,
) -> None:
    status, said = accounts("list", "--json")
    rows = json.loads(said)
    assert status == 0
    assert [each["stack"] for each in rows] == ["city"] * 2 + ["city-01"] * 3 + ["city-02"] * 4
    assert [each["batch"] for each in rows] == ["hub"] * 2 + ["01"] * 3 + ["02"] * 4
    assert rows[0] == {
        "name": "management",
        "id": "111111111111",
        "role": "management",
        "batch": "hub",
        "stack": "city",
        "contains": False,
        "regions": ["eu-west-1", "eu-central-1"],
        "modes": {},
    }
    status, said = accounts("list", environment="staging")
    assert status == 0
    assert said.count("attacking-instance: approval") == 1
    assert said.count("compromised-instance: approval") == 1
    assert "4 accounts in eu-west-1, eu-central-1" in said


def test_a_mode_that_is_said_and_is_the_environments_is_no_difference(accounts: Accounts) -> None:
    accounts("add", "health", "555555555555", "--routes", "compromised-instance=notify")
    accounts("add", "roads", "666666666666", "--routes", "compromised-instance=approval")
    rows = {each["name"]: each for each in json.loads(accounts("list", "--json")[1])}
    assert rows["health"]["modes"] == {}
    assert rows["roads"]["modes"] == {"compromised-instance": "approval"}


def test_a_list_of_files_that_are_wrong_is_refused(accounts: Accounts) -> None:
    accounts.folder.joinpath("Pulumi.city-02.yaml").unlink()
    status, said = accounts("list")
    assert status == 1
    assert said.count("'02' has no Pulumi.city-02.yaml") == 4


def test_what_was_added_is_written_and_what_comes_next_is_said(accounts: Accounts) -> None:
    status, said = accounts(
        *("add", "health", "555555555555", "--routes", "attacking-instance=notify", "--size", "4")
    )
    assert (status, said) == (
        0,
        "written: Pulumi.city.yaml\n"
        "health is deployed by city-01: deploy the hub city first, which awaits its beats from "
        "then on\n",
    )
    assert accounts.listed()[-1] == {
        "name": "health",
        "id": "555555555555",
        "role": "member",
        "batch": "01",
        "routes": {"attacking-instance": "notify"},
    }
    status, said = accounts("add", "roads", "666666666666", "--size", "4")
    assert "written: Pulumi.city-03.yaml, Pulumi.city.yaml" in said
    assert "deployed by city-03" in said
    status, said = accounts("add", "parks", "777777777777")
    assert "deployed by city-03" in said, "without a size: two regions, two accounts"
    assert "deployed by city-04" in accounts("add", "water", "777777777778")[1]


def test_one_stack_that_grows_says_when_batches_are_wise(accounts: Accounts) -> None:
    for number, name in enumerate(("health", "roads")):
        four = ("--size", "4")
        _, said = accounts("add", name, f"{555555555555 + number}", *four, environment="prod")
        assert f"{name} is deployed by prod, whose hub awaits its beats from then on\n" in said
        assert "--batch" not in said
    _, said = accounts("add", "water", "777777777777", "--size", "5", environment="prod")
    assert "--batch" not in said, "seven accounts are what the hub and a batch of five have"
    _, said = accounts("add", "parks", "777777777778", environment="prod")
    assert "prod has 8 accounts now, each in 2 regions: its first deployment takes with" in said
    assert "--batch 01" in said
    _, said = accounts("add", "forests", "888888888888", "--batch", "01", environment="prod")
    assert "170 to 430" not in said
    assert accounts.listed("prod")[-1]["batch"] == "01"


def test_what_is_refused_leaves_every_file_as_it_was(accounts: Accounts) -> None:
    before = stack_files(accounts.folder)
    wrong = ("--routes", "attacking-instance", "--routes", "reconnaissance=notify")
    status, said = accounts("add", "Security", "222222222222", *wrong)
    assert status == 1
    assert "not done: 4 mistakes" in said
    for told in (
        "accounts[9].name: 'Security' is wrong",
        "accounts[9].id: '222222222222' is there twice; give each its own",
        "accounts[9].routes.attacking-instance: '' is wrong",
        "accounts[9].routes.reconnaissance: the key 'reconnaissance' is wrong",
    ):
        assert told in said
    assert stack_files(accounts.folder) == before


def test_a_move_says_that_the_state_has_to_move_as_well(accounts: Accounts) -> None:
    status, said = accounts("move", "agency-02-4", "--to", "01")
    assert status == 0
    assert "  python -m promotion move agency-02-4 --from city-02 --to city-01\n" in said
    assert "or city-02 takes away what city-01 makes" in said
    assert "stack rm" not in said
    assert accounts.listed()[-1]["batch"] == "01"
    status, said = accounts("move", "agency-02-4", "--to", "hub")
    assert "promotion move agency-02-4 --from city-01 --to city\n" in said
    assert "batch" not in accounts.listed()[-1]


def test_the_last_account_of_a_batch_leaves_a_stack_to_be_removed(accounts: Accounts) -> None:
    for each in ("1", "2", "3"):
        _, said = accounts("move", f"agency-01-{each}", "--to", "03")
    assert "then city-01 is empty: pulumi stack rm city-01, which takes Pulumi.city-01.yaml" in said
    _, said = accounts("move", "agency-01-1", "--to", "3")
    assert "accounts[2].batch: '3' is wrong" in said


def test_taken_out_unasked_it_says_what_was_not_looked_at(accounts: Accounts) -> None:
    status, said = accounts("remove", "agency-01-2", "--without-asking")
    assert status == 0
    assert "not asked: whether anything is contained in agency-01-2; nothing would rel" in said
    assert "the next deployment of city-01 takes its pipeline away" in said
    assert "agency-01-2" not in {each["name"] for each in accounts.listed()}
    for each in ("1", "3"):
        _, said = accounts("remove", f"agency-01-{each}", "--without-asking")
    assert "pulumi destroy --stack city-01, then pulumi stack rm city-01, which takes Pul" in said
    assert accounts.folder.joinpath("Pulumi.city-01.yaml").exists()


def test_a_comment_above_an_account_that_goes_is_left_and_told(accounts: Accounts) -> None:
    path = accounts.folder / "Pulumi.prod.yaml"
    text = path.read_text()
    path.write_text(text.replace("      - {name: tax", "      # Old.\n      - {name: tax"))
    _, said = accounts("remove", "tax", "--without-asking", environment="prod")
    assert "the comment in line 11 was left" in said
    assert path.read_text().splitlines()[10] == "      # Old."
    _, said = accounts("remove", "land-registry", "--without-asking", environment="prod")
    assert "comment in line 11 was left" in said


def test_the_security_account_is_never_taken_out(accounts: Accounts) -> None:
    before = stack_files(accounts.folder)
    status, said = accounts("remove", "security", "--without-asking")
    assert status == 1
    assert "security is the security account, without which city is none" in said
    assert stack_files(accounts.folder) == before
