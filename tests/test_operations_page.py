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
from operations.accounts.discovering import UNCOVERED
from operations.accounts.placing import PLACES, size_of
from operations.drilling import verb as drilling
from operations.drilling.attack import DOMAIN, KIND, ROUTE, SEVERITY
from operations.drilling.course import ANSWER
from operations.readiness import examine
from operations.readiness.checks import CHECKS, FIRST
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


PREFLIGHT = _verb("preflight")


def test_every_command_is_a_verb_with_these_options() -> None:
    named = set(re.findall(r"python -m operations (\w+)", TEXT))
    accounts = {"accounts"}  # a group: its verbs have a test of their own
    verbs = {"preflight", "invite", "confirm", "routes", "timeline", "analyse", "drill"}
    assert named == verbs | accounts
    for verb in verbs:
        options = {option for each in _verb(verb).params for option in each.opts}
        assert {"--account", "--region", "--role"} <= options


def test_every_verb_about_accounts_has_a_row_and_each_option_that_is_named_is_one() -> None:
    verbs = get_command(app).commands["accounts"].commands  # type: ignore[attr-defined]  # groups
    assert set(re.findall(r"python -m operations accounts (\w+)", TEXT)) == verbs.keys()
    section = TEXT.partition("## Accounts")[2].partition("\n## ")[0]
    options = {option for verb in verbs.values() for each in verb.params for option in each.opts}
    named = set(re.findall(r"`(--[a-z-]+)", section))
    assert len(named) > 6
    assert named <= options
    assert all(
        "--environment" in {o for p in verb.params for o in p.opts} for verb in verbs.values()
    )


def test_what_is_said_of_accounts_is_what_the_code_does() -> None:
    assert f"as many as make {PLACES} account-regions: {size_of(2)} in two regions;" in TEXT
    assert f"\n| {UNCOVERED} | of `discover`: an active account" in TEXT
    assert f"reads `{names.STATE_TABLE}` in the account and home region" in TEXT


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


def test_every_check_of_preflight_has_its_row_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", TEXT, re.MULTILINE))
    told = {**dict(FIRST), **{check.name: check.asks for check in CHECKS}}
    assert {name: rows.get(name) for name in told} == told
    there = TEXT.partition("## Is the environment ready?")[2].partition("| exit status")[0]
    assert set(re.findall(r"^\| `([a-z-]+)`", there, re.MULTILINE)) == told.keys()


def test_exit_statuses_and_times_are_those_of_the_code() -> None:
    assert (people.DOUBTS, people.GRAVE, people.UNKNOWN) == (1, 2, 3)
    assert (examine.NOTHING, examine.GRAVE, examine.UNASKED) == (0, 1, 2)
    defaults = {each.name: each.default for each in PREFLIGHT.params}
    assert f"(else {defaults['parallel']})" in TEXT
    assert f"(else {defaults['time_out']:g})" in TEXT
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
