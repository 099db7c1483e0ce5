"""docs/operations.md held to the code: each name that a tired person copies is one that exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

import names
from components.central import ESCALATION_MINUTES
from operations import people
from operations.__main__ import app
from operations.drilling import verb as drilling
from operations.drilling.attack import DOMAIN, KIND, ROUTE, SEVERITY
from operations.drilling.course import ANSWER
from runbooks.respond_to_incident.context import OWNERS
from tests.alarming import WAYS

ROOT = Path(__file__).parents[1]
TEXT = ROOT.joinpath("docs", "operations.md").read_text()
SECTION = TEXT.partition("## A drill")[2].partition("\n## ")[0]
DOCUMENT = yaml.load(
    ROOT.joinpath("runbooks", "respond_to_incident", "document.yaml").read_text(),
    Loader=yaml.BaseLoader,  # noqa: S506 - plain text of our own; tags are not resolved
)


def _verb(name: str) -> Any:
    return get_command(app).commands[name]  # type: ignore[attr-defined]  # a group of commands


def test_every_command_is_a_verb_with_these_options() -> None:
    named = set(re.findall(r"python -m operations (\w+)", TEXT))
    assert named == {"preflight", "invite", "confirm", "routes", "timeline", "analyse", "drill"}
    for verb in named:
        options = {option for each in _verb(verb).params for option in each.opts}
        assert {"--account", "--region", "--role"} <= options


@pytest.mark.parametrize(
    "name",
    [
        names.APPROVER,
        names.CENTRAL_BUS,
        names.ESCALATE,
        names.LOG_GROUP,
        names.PEOPLE_DEAD_LETTERS,
        names.RESPOND,
        names.TOPIC,
        names.METRICS_SHARED_FOR,
    ],
)
def test_names_are_those_of_the_stack(name: str) -> None:
    assert re.search(rf"[` ]{re.escape(name)}[`\n]", TEXT)


def test_steps_and_parameters_are_those_of_the_document() -> None:
    waits = {
        step["name"]
        for step in DOCUMENT["mainSteps"]["Respond"]
        if "manual: " in step["description"]
    }
    named = set(re.findall(r"\b(?:triage|mitigate|recover)_\w+", TEXT))
    assert named == waits - {"mitigate_ask_again"}  # the same question, asked once more
    assert {"FindingArn", "Team"} <= DOCUMENT["parameters"].keys()


def test_exit_statuses_and_times_are_those_of_the_code() -> None:
    assert (people.DOUBTS, people.GRAVE, people.UNKNOWN) == (1, 2, 3)
    assert ESCALATION_MINUTES == 5
    assert "looks every five minutes" in TEXT
    assert f"({', '.join(f'`{tag}`' for tag in OWNERS)})" in TEXT


def test_what_the_page_says_of_a_drill_is_so() -> None:
    assert (drilling.FAILED, drilling.UNKNOWN) == (1, 2)
    assert f"(`--patience`, {drilling.PATIENCE} minutes)" in TEXT
    assert f"(`--answer-within`, {ANSWER / 60:.0f} minutes)" in TEXT
    assert (f"`{DOMAIN}`" in TEXT, f"`{KIND}`" in TEXT, f"`{ROUTE}`" in TEXT) == (True,) * 3
    assert f"its threshold is above {SEVERITY:g}" in TEXT
    assert f"tagged `{names.DRILL}`" in TEXT
    told = [option for each in _verb("drill").params for option in each.opts]
    assert set(re.findall(r"`(--[a-z-]+)`", SECTION)) <= set(told)


def test_every_alarm_of_the_smallest_stack_has_a_row() -> None:
    for alarm in WAYS:
        family = re.sub(r"-\d{12}-[a-z0-9-]+$", "-ACCOUNT-REGION", alarm).removesuffix("-2")
        assert f"`{family}`" in TEXT, alarm
