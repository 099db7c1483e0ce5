"""``preflight``: which of its two ways is meant, and an environment's file that is of no use."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from operations.__main__ import app
from operations.readiness import verb
from operations.readiness.environment import settings_of
from rehearsal.stacks import raw_settings
from settings import KEY


def run(*words: str) -> tuple[int, str]:
    """Exit status and what is said, however wide the terminal is."""
    answered = CliRunner().invoke(app, ["preflight", *words], env={"COLUMNS": "200"})
    return answered.exit_code, " ".join(answered.output.split())


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--json",),
        ("--environment", "prod", "--account", "222222222222"),
        ("--environment", "prod", "--region", "eu-west-1"),
    ],
)
def test_either_an_environment_is_asked_or_the_people_of_an_account(words: tuple[str, ...]) -> None:
    status, said = run(*words)
    assert status == 2
    assert "either --environment, which knows its accounts" in said


def test_an_environment_that_there_is_not_is_answered_with_those_that_there_are() -> None:
    status, said = run("--environment", "nowhere")
    assert status == 2
    assert "not done: Pulumi.nowhere.yaml: no stack 'nowhere'" in said
    assert "['dev', 'prod', 'staging']" in said


def test_a_check_that_there_is_not_is_answered_with_those_that_there_are() -> None:
    status, said = run("--environment", "prod", "--only", "kys")
    assert status == 2
    assert "there is no check kys; there are ['detectors', 'pipelines'," in said


def written(folder: Path, name: str, settings: object) -> None:
    content = yaml.safe_dump({"config": {KEY: settings}})
    folder.joinpath(f"Pulumi.{name}.yaml").write_text(content)


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the stack files."""
    monkeypatch.setattr(verb, "settings_of", partial(settings_of, folder=tmp_path))
    return tmp_path


def test_a_part_of_an_environment_names_the_whole(beside: Path) -> None:
    written(beside, "prod-01", {"of": "prod", "batch": "01"})
    status, said = run("--environment", "prod-01")
    assert status == 2
    assert "prod-01 is a part of prod, whose file lists all accounts: --environment prod" in said


def test_mistakes_of_the_file_are_all_named_before_anybody_is_asked(beside: Path) -> None:
    wrong = {**raw_settings("prod"), "home_region": "eu-wst-1", "watch_minutes": 4}
    written(beside, "prod", wrong)
    status, said = run("--environment", "prod")
    assert status == 2
    assert "Pulumi.prod.yaml: 2 mistakes in containment:settings" in said
    assert "home_region: 'eu-wst-1'" in said
    assert "watch_minutes: 4" in said
