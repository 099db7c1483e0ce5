"""``python -m operations``, typed by a stranger who may assume the deployer role."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.entry import DEPLOYER
from tests.organization import Deployed
from tests.sabotage import ACCOUNT, REGION


class Verbs:
    """Verbs on the single account, each with what it said and its exit status."""

    def __init__(self, organization: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {
            "AWS_ENDPOINT_URL": organization.emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
            "AWS_SECRET_ACCESS_KEY": "anything",
            "AWS_DEFAULT_REGION": REGION,
            "COLUMNS": "250",
        }.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *words: str) -> tuple[int, str]:
        """Exit status and what was said."""
        verb, *more = words
        given = [verb, "--account", ACCOUNT, "--role", DEPLOYER, *more]
        answered = CliRunner().invoke(app, given)
        return answered.exit_code, answered.output

    def doubted(self) -> tuple[int, set[tuple[str, str]], list[Any]]:
        """Preflight's exit status, where and what it doubts, and its notes."""
        status, said = self("preflight", "--json")
        told = json.loads(said)
        return status, {(each["where"], each["what"]) for each in told["doubts"]}, told["notes"]
