"""A report's figures agree with those of a script that shares nothing with it but the ledger."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from operations.figures.figures import as_data, figures_of
from operations.timeline import normalised
from tests.made_up_year import Year, played

SCRIPT = Path(__file__).with_name("recomputed.py")
OBJECTIVE = 300.0
ROUNDING = 0.002
"""Seconds: SQL's days have as many digits."""


@pytest.fixture(scope="module", params=["a year", "a rehearsal"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The report's figures, and the script's."""
    events = Year().events() if request.param == "a year" else played()
    path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    path.write_text("".join(f"{json.dumps(event)}\n" for event in events))
    told = subprocess.run(
        [sys.executable, "-I", SCRIPT, path, str(OBJECTIVE)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return as_data(figures_of(normalised(events), OBJECTIVE)), json.loads(told)


def test_both_ways_find_the_same_of_each_route(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    # Which route has a finding that is only GuardDuty's own words, the program alone knows.
    ours, theirs = (
        {
            name: each
            for name, each in one["by_route"].items()
            if set(each["outcomes"]) != {"for-people"}
        }
        for one in both
    )
    # In a rehearsal all are drills.
    assert bool(ours) == bool(both[0]["all"]["count"])
    assert differences(ours, theirs, "by_route") == []


@pytest.mark.parametrize("part", ["all", "drills", "by_account", "by_team", "by_month"])
def test_both_ways_find_the_same(both: tuple[dict[str, Any], dict[str, Any]], part: str) -> None:
    ours, theirs = both
    assert differences(ours[part], theirs[part], part) == []


def test_both_ways_count_the_same_steps(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ours, theirs = both
    found = {f"{each['step']} {each['kind']}": each for each in ours["steps"]}
    assert found.keys() == theirs["steps"].keys()
    for name, (count, succeeded, seconds) in theirs["steps"].items():
        assert (found[name]["count"], found[name]["succeeded"]) == (count, succeeded)
        if name.endswith("manual"):
            assert found[name]["human_s"] == pytest.approx(seconds, abs=0.05)


def test_both_ways_set_the_same_aside(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ours, theirs = both
    aside = ours["set_aside"]
    assert (aside["updates"], aside["dry_runs"]) == (theirs["updates"] or 0, theirs["dry_runs"])


def test_the_script_shares_nothing_with_the_report() -> None:
    names = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(SCRIPT.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names == {"json", "sqlite3", "sys", "pathlib", "typing"}


def differences(ours: Any, theirs: Any, where: str) -> list[str]:
    """Where two trees of figures differ by more than rounding; waits are the report's alone."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        names = (ours.keys() | theirs.keys()) - {"waited"}
        return [
            one
            for name in sorted(names)
            for one in differences(ours.get(name), theirs.get(name), f"{where}/{name}")
        ]
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return [] if abs(ours - theirs) <= ROUNDING else [f"{where}: {ours} or {theirs}"]
    return [] if ours == theirs else [f"{where}: {ours} or {theirs}"]
