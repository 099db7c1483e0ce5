"""Bad stack files, as a pull request brings them: each is named, with its line and the remedy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.accounts.judging import judged
from tests.accounted import laid, there
from tests.bad_stack_files import BAD, CITY, FIRST, Files, good, part, whole, without, words


def check(folder: Path, *more: str) -> tuple[int, str]:
    answered = CliRunner().invoke(app, ["accounts", "check", "--folder", str(folder), *more])
    return answered.exit_code, answered.output


def test_in_the_files_before_the_change_and_in_the_checkouts_nothing_is_wrong() -> None:
    assert judged(good()) == []
    assert judged(there()) == []


def test_there_are_more_than_twenty_bad_files_and_each_is_another() -> None:
    assert len({what for what, *_ in BAD}) == len(BAD) > 20


@pytest.mark.parametrize(
    ("change", "file", "line", "begins", "remedy"),
    [each[1:] for each in BAD],
    ids=[each[0] for each in BAD],
)
def test_a_bad_file_is_told_once_with_its_line_and_the_remedy(
    change: Callable[[Files], Files], file: str, line: int, begins: str, remedy: str
) -> None:
    told = judged(change(good()))
    ours = [each for each in told if each.file == file and each.what.startswith(begins)]
    assert [(each.line, remedy in each.what) for each in ours] == [(line, True)], told
    # A key by another name is missing under its own, and a file that cannot be read has no batch.
    follow = [each for each in told if each not in ours]
    assert all("'(missing)'" in each.what or "has no account" in each.what for each in follow), told


def test_what_is_wrong_in_several_files_is_told_at_once() -> None:
    files = good()
    for change in (
        words('"000002000002"', '"000001000002"'),
        words("agency-02-1,", "Agency,"),
        whole(FIRST, part("city", '"01"', ", regions: []")),
        whole("Pulumi.city-07.yaml", part("city", '"07"')),
        whole("Pulumi.town-01.yaml", part("town", '"01"')),
    ):
        files = change(files)
    assert [each.file for each in judged(files)] == [
        "Pulumi.city-01.yaml",
        "Pulumi.city-07.yaml",
        "Pulumi.city.yaml",
        "Pulumi.city.yaml",
        "Pulumi.town-01.yaml",
    ]


def test_of_one_environment_only_its_own_files_are_judged() -> None:
    files = whole("Pulumi.town-01.yaml", part("town", '"01"'))(good())
    files = whole("Pulumi.city-07.yaml", part("city", '"07"'))(files)
    assert [each.file for each in judged(files, "city")] == ["Pulumi.city-07.yaml"]
    assert [each.file for each in judged(files, "town")] == ["Pulumi.town-01.yaml"]


def test_a_batch_of_an_environment_that_cannot_be_read_is_not_blamed_as_well() -> None:
    files = words("config:\n", "config: [\n")(good())
    assert [each.file for each in judged(files)] == [CITY]


def test_a_part_that_lost_its_environments_file_is_told(tmp_path: Path) -> None:
    laid(tmp_path, without(CITY)(good()))
    status, said = check(tmp_path)
    assert status == 1
    assert "Pulumi.city-01.yaml:2: of: 'city' is no environment here" in said


def test_the_command_prints_a_line_for_each_and_its_status_is_the_verdict(tmp_path: Path) -> None:
    laid(tmp_path, good())
    assert check(tmp_path) == (0, "3 stack files, and nothing wrong with them\n")
    laid(tmp_path, whole("Pulumi.city-03.yaml", part("city", '"03"'))(good()))
    status, said = check(tmp_path, "-e", "city")
    assert status == 1
    assert said.startswith("Pulumi.city-03.yaml:2: batch: no account of city has '03'; give it")
    assert said.count("\n") == 1
    status, said = check(tmp_path, "--json")
    [told] = json.loads(said)
    assert (status, told["file"], told["line"]) == (1, "Pulumi.city-03.yaml", 2)


def test_an_environment_or_a_folder_that_there_is_not_is_a_sentence(tmp_path: Path) -> None:
    laid(tmp_path, good())
    status, said = check(tmp_path, "--environment", "town")
    assert (status, "there is no Pulumi.town.yaml; there are city-01, city-02, city" in said) == (
        1,
        True,
    )
    status, said = check(tmp_path / "nowhere")
    assert (status, "is no folder" in said) == (1, True)
