"""docs/guide-rows.md and docs/runbooks.md held to the code: what they name as proof is there."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from operations.scenarios import FOR_PEOPLE, SCENARIOS

ROOT = Path(__file__).parents[1]
ROWS = ROOT.joinpath("docs", "guide-rows.md").read_text()
STEPS = ROOT.joinpath("docs", "runbooks.md").read_text()
FOLDER = ROOT / "runbooks" / "respond_to_incident"


def test_every_test_that_a_row_names_is_there() -> None:
    modules = {path.name: path.read_text() for path in ROOT.glob("tests/test_*.py")}
    everything = "\n".join(modules.values())
    named = re.findall(r"`(test_\w+)(\.py)?`", ROWS)
    assert named
    for name, suffix in named:
        assert name + suffix in modules if suffix else f"def {name}(" in everything


def test_every_scenario_that_a_row_names_is_there_and_marked_where_both_backends_play_it() -> None:
    known = {each.name for each in SCENARIOS}
    both = {each.name for each in FOR_PEOPLE}
    rows = re.findall(r"scenarios? ((?:`[a-z-]+`\*?(?: \([^)]*\))?(?:, )?)+)", ROWS)
    named = re.findall(r"`([a-z-]+)`(\*?)", " ".join(rows))
    assert len(named) > len(both)
    assert [name for name, _ in named if name not in known] == []
    assert [name for name, mark in named if (mark == "*") != (name in both)] == []


def test_every_scenario_about_people_proves_a_row() -> None:
    assert {each.name for each in FOR_PEOPLE} <= set(re.findall(r"`([a-z-]+)`\*", ROWS))


def test_the_table_has_every_step_in_order_with_its_kind() -> None:
    source = FOLDER.joinpath("document.yaml").read_text()
    document = yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506 - our own; no tags resolved
    table = re.findall(r"(?m)^\| `((?:triage|mitigate|recover)_\w+)` \| \**(\w+)\** \|", STEPS)
    steps = document["mainSteps"]["Respond"]
    assert dict(table) == {s["name"]: s["description"].partition(":")[0] for s in steps}


def test_every_file_of_the_response_is_told() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"__init__.py"}
    assert [name for name in files if f"`{name}`" not in STEPS] == []
