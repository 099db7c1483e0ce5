"""docs/comparison.md held to the code: what it says we do we do, and what we lack we lack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from operations.scenarios import SCENARIOS
from settings import Settings

ROOT = Path(__file__).parents[1]
TEXT = ROOT.joinpath("docs", "comparison.md").read_text()
RUNBOOK = ROOT / "runbooks" / "isolate_instance"
ACTION = re.compile(r"[a-z0-9-]+:[A-Z]\w+")
FILE = re.compile(r"[\w./-]+(?:\.(?:py|md|json|yaml)|/)")
STEP = re.compile(r"(?:triage|mitigate|recover)_\w+")
SETTING = re.compile(r"(?:contained|forensics)\.\w+")
FOREIGN = "source/"
"""Where the Orchestrator keeps its files, and we keep none."""


def spans(text: str) -> list[str]:
    """Everything between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def section(number: int) -> str:
    """The text of one numbered section."""
    return TEXT.split(f"\n## {number}. ")[1].split("\n## ")[0]


def rows() -> list[list[str]]:
    """The rows of the first table, as cells: step, Contain, Orchestrator, ours."""
    lines = [line for line in section(1).splitlines() if line.startswith("| **")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def matching(form: re.Pattern[str], text: str) -> list[str]:
    """The spans of one form, each once."""
    return sorted({span for span in spans(text) if form.fullmatch(span)})


def actions_of_ours() -> set[str]:
    """Every IAM action that a role of the runbook is allowed."""
    actions: dict[str, list[dict[str, object]]] = json.loads(
        RUNBOOK.joinpath("permissions.json").read_text()
    )
    statements = [each for listed in actions.values() for each in listed]
    return {
        str(action)
        for each in statements
        if each.get("Effect", "Allow") == "Allow" and isinstance(each["Action"], list)
        for action in each["Action"]
    }


@pytest.mark.parametrize("name", [n for n in matching(FILE, TEXT) if not n.startswith(FOREIGN)])
def test_a_file_that_the_comparison_names_exists(name: str) -> None:
    assert ROOT.joinpath(name).exists()


def test_no_folder_of_ours_is_taken_for_a_foreign_one() -> None:
    assert not ROOT.joinpath(FOREIGN).exists()


@pytest.mark.parametrize("step", matching(STEP, TEXT))
def test_a_step_that_the_comparison_names_is_in_the_document(step: str) -> None:
    assert f"- name: {step}\n" in RUNBOOK.joinpath("document.yaml").read_text()


def test_the_scenarios_that_the_comparison_names_are_played() -> None:
    named = {
        span
        for listed in re.findall(r"\(scenarios?\s+([^)]+)\)", section(3))
        for span in spans(listed)
    }
    assert len(named) > 10
    assert named <= {scenario.name for scenario in SCENARIOS}


def test_the_settings_that_the_comparison_names_exist() -> None:
    known = {
        f"{group}.{name}"
        for group in ("contained", "forensics")
        for name in type(Settings.model_fields[group].default).model_fields
    }
    named = set(matching(SETTING, TEXT))
    assert len(named) > 5
    assert named <= known
    assert {"retain_data", "objective_minutes", "caps"} <= Settings.model_fields.keys()


def test_there_is_no_cap_by_default_as_the_comparison_admits() -> None:
    assert Settings.model_fields["caps"].get_default() == {}


def test_every_row_has_a_cell_for_each_of_the_three() -> None:
    assert len(rows()) > 20
    assert [row[0] for row in rows() if len(row) != 4 or not all(row)] == []


def test_what_the_table_says_that_our_roles_may_they_may() -> None:
    claimed = {action for row in rows() for action in matching(ACTION, row[3])}
    assert len(claimed) > 5
    assert claimed <= actions_of_ours()


def test_what_the_comparison_says_that_we_do_not_do_our_roles_may_not() -> None:
    """Whoever builds one of these takes it out of the list of what we lack."""
    lacking = set(matching(ACTION, section(2)))
    # The one action of that section that we have, and should narrow.
    ours = {"ec2:ModifyNetworkInterfaceAttribute"}
    assert len(lacking - ours) > 5
    assert lacking & actions_of_ours() == ours
