"""An account stays in its stack file while something is contained in it, by its own table."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from operations.__main__ import app
from operations.accounts.files import stack_files
from operations.expectations import isolated
from settings import KEY
from tests.accounted import accounts_of, laid
from tests.declared import settings_of
from tests.emulated import TAX
from tests.organization import Deployed, deployed
from tests.stacks import FEW

HOME = "eu-central-1"
FEW_ACCOUNTS: Mapping[str, Any] = {
    "home_region": HOME,
    "regions": [HOME],
    "accounts": [
        {"name": "management", "id": "111111111111", "role": "management"},
        {"name": "security", "id": "222222222222", "role": "security"},
        {"name": "tax", "id": TAX, "role": "member"},
    ],
    "people": FEW,
}
"""The smallest environment with a member, in one region."""


def file_of(settings: Mapping[str, Any]) -> bytes:
    return yaml.safe_dump({"config": {KEY: dict(settings)}}, sort_keys=False).encode()


@pytest.fixture(scope="module")
def organized() -> Iterator[Deployed]:
    with deployed(settings=FEW_ACCOUNTS) as running:
        yield running


@pytest.fixture
def remove(
    organized: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """The verb, by a stranger who may assume the deployer role; the file is ``town``."""
    for name, value in {
        "AWS_ENDPOINT_URL": organized.emulator.endpoint,
        "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
        "AWS_SECRET_ACCESS_KEY": "anything",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)  # the file says the home region
    laid(tmp_path, {"Pulumi.town.yaml": file_of({**settings_of("dev"), **FEW_ACCOUNTS})})

    def invoke(*words: str) -> tuple[int, str]:
        given = ["accounts", "remove", "tax", "-e", "town", "--folder", str(tmp_path), *words]
        answered = CliRunner().invoke(app, given)
        return answered.exit_code, answered.output

    return invoke


def listed(folder: Path) -> list[str]:
    return [each["name"] for each in accounts_of(stack_files(folder), "town")]


def test_what_is_contained_keeps_its_account_until_the_command_that_was_told_has_run(
    organized: Deployed, remove: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    with organized.network("tax", HOME) as network:
        target = network.add_instance()
        finding = organized.attack(network, target)
        isolated(network, target)
        status, said = remove()
        arn = f"arn:aws:ec2:{HOME}:{TAX}:instance/{target.instance}"
        assert status == 1
        assert "tax stays, for its removal would orphan:" in said
        [line] = [each for each in said.splitlines() if arn in each]
        assert line.strip().startswith(f"{arn} is contained for the finding {finding}: aws ssm ")
        assert listed(tmp_path) == ["management", "security", "tax"]

        words = shlex.split(line.partition(": aws ssm start-automation-execution ")[2])
        told = dict(zip(words[::2], words[1::2], strict=True))
        assert told["--region"] == HOME
        name, _, value = told["--parameters"].partition("=")
        organized.start(network, told["--document-name"], **{name: value})

        status, said = remove()
        assert (status, "written: Pulumi.town.yaml" in said) == (0, True), said
        assert listed(tmp_path) == ["management", "security"]
