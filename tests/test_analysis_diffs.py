"""The change of a stack file that an action item proposes is one that can be applied."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from operations.analysis import stack as stacks
from operations.analysis import stack_change
from operations.analysis.stack import Stack, stack_of
from operations.routing.stack_file import CHECKOUT
from settings import Settings
from settings.people import People, Team
from tests.cases import ACCOUNT, TEXT, stack

DEV = CHECKOUT.joinpath("Pulumi.dev.yaml").read_text()


def applied(diff: str, text: str, folder: Path, name: str) -> dict[str, object]:
    """The settings after ``git apply``, which takes no diff that does not fit."""
    folder.joinpath(name).write_text(text)
    whole = diff + "\n"
    subprocess.run(["git", "apply", "-"], input=whole.encode(), cwd=folder, check=True)
    read = yaml.safe_load(folder.joinpath(name).read_text())
    found: dict[str, object] = read["config"]["containment:settings"]
    return found


def test_a_route_of_an_account_that_differs_is_changed_in_that_account(tmp_path: Path) -> None:
    diff = stack_change.route_made_automatic(stack(), ACCOUNT, "attacking-instance")
    after = applied(diff, TEXT, tmp_path, "Pulumi.made-up.yaml")
    before = yaml.safe_load(TEXT)["config"]["containment:settings"]
    before["accounts"][2]["routes"] = {"attacking-instance": "automatic"}
    assert after == before


def test_a_route_that_the_stack_decides_is_changed_there(tmp_path: Path) -> None:
    diff = stack_change.route_made_automatic(stack(), ACCOUNT, "compromised-instance")
    after = applied(diff, TEXT, tmp_path, "Pulumi.made-up.yaml")
    before = yaml.safe_load(TEXT)["config"]["containment:settings"]
    before["routes"]["compromised-instance"] = "automatic"
    assert after == before


def test_what_is_automatic_already_or_stands_nowhere_has_no_diff() -> None:
    assert stack_change.route_made_automatic(stack(), "333333333333", "attacking-instance") == ""
    bare = replace(stack(), text="config: {}\n")
    assert stack_change.route_made_automatic(bare, ACCOUNT, "attacking-instance") == ""


def test_a_teams_wait_and_a_routes_cap_are_changed_and_nothing_else(tmp_path: Path) -> None:
    before = yaml.safe_load(TEXT)["config"]["containment:settings"]
    diff = stack_change.wait_shortened(stack(), "security")
    before["people"]["teams"][0]["wait_minutes"] = 2
    assert applied(diff, TEXT, tmp_path, "Pulumi.made-up.yaml") == before
    before["people"]["teams"][0]["wait_minutes"] = 5
    diff = stack_change.cap_raised(stack(), "attacking-instance")
    before["caps"]["attacking-instance"]["per_hour"] = 6
    assert applied(diff, TEXT, tmp_path, "Pulumi.made-up.yaml") == before


def test_a_backup_is_somebody_of_the_stack_who_is_not_in_the_team(tmp_path: Path) -> None:
    before = yaml.safe_load(TEXT)["config"]["containment:settings"]
    before["people"]["teams"][0]["backups"] = ["ben"]
    diff = stack_change.backup_added(stack(), "security")
    assert applied(diff, TEXT, tmp_path, "Pulumi.made-up.yaml") == before
    assert stack_change.backup_added(stack_of("dev"), "security") == ""  # all three are in it


def test_the_stack_of_this_repository_gets_the_diff_that_the_runbooks_page_shows() -> None:
    diff = stack_change.route_made_automatic(stack_of("dev"), ACCOUNT, "attacking-instance")
    assert [each for each in diff.splitlines() if each[:2] in ("- ", "+ ")] == [
        "-        routes: {attacking-instance: approval}",
        "+        routes: {attacking-instance: automatic}",
    ]


@pytest.mark.parametrize("team", ["security", "platform"])
def test_only_the_named_team_waits_less(team: str, tmp_path: Path) -> None:
    diff = stack_change.wait_shortened(stack_of("dev"), team)
    if team == "platform":  # says nothing about it, so there is nothing to change
        assert diff == ""
    else:
        after = applied(diff, DEV, tmp_path, "Pulumi.dev.yaml")
        waits = [each.get("wait_minutes") for each in after["people"]["teams"]]  # type: ignore[index]
        assert waits == [2, None]


def test_what_a_stack_does_not_say_is_what_the_settings_take() -> None:
    fields = Settings.model_fields, People.model_fields, Team.model_fields
    assert fields[0]["objective_minutes"].default == stacks.OBJECTIVE_MINUTES
    assert fields[1]["silence_minutes"].default == stacks.SILENCE_MINUTES
    assert fields[1]["approval_minutes"].default == stacks.APPROVAL_MINUTES
    assert fields[2]["wait_minutes"].default == stacks.WAIT_MINUTES
    assert isinstance(stack_of("prod"), Stack)
    assert stack_of("prod").approval_minutes == 60
