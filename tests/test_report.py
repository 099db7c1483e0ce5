"""The report: its verdict, its JSON and what a person reads first and last."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from operations.drill import Played
from rehearsal.report import Report

PASSED = Played(name="cryptomining", verdict="passed", why=None, stages=[])
FAILED = Played(name="sample-finding", verdict="failed", why="i-0abc was touched", stages=[])

ASKED_FOR = {
    "engine",
    "resources",
    "preview_seconds",
    "deploy_seconds",
    "unchanged",
    "drift",
    "retained",
    "left_over",
    "emulated",
    "scenarios",
}
ASKED_OF_A_SCENARIO = {
    "name",
    "verdict",
    "stages",
    "time_to_contain_s",
    "steps_to_contain",
    "calls_to_contain",
    "why",
}


def report(**more: Any) -> Report:
    return Report(stack="dev", **{"engine": "pulumi", "scenarios": [PASSED], **more})


def shown(what: Report) -> list[str]:
    console = Console(file=io.StringIO(), width=120)
    what.show(console)
    assert isinstance(console.file, io.StringIO)
    return [line for line in console.file.getvalue().splitlines() if line.strip()]


def test_a_run_in_which_all_went_well_has_passed() -> None:
    fine = report(
        unchanged=True,
        drift=[],
        left_over=[],
        retained=["security eu-west-1 table containment-state"],
        kept_by_aws=["tax eu-west-1 detector d0"],
    )
    assert fine.passed
    assert shown(fine)[-1] == "The real Pulumi engine, virtual time. 1 scenarios: passed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"unchanged": False},
        {"drift": ["update aws:sqs/queue:Queue x (policy)"]},
        {"left_over": ["tax eu-west-1 queue containment-dead-letters"]},
        {"mistakes": ["second preview: an update"]},
        {"scenarios": [PASSED, FAILED]},
    ],
)
def test_each_thing_that_may_go_wrong_fails_the_run(wrong: dict[str, Any], tmp_path: Path) -> None:
    failed = report(**wrong)
    assert not failed.passed
    assert shown(failed)[-1].endswith("failed")
    failed.write(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["passed"] is False


def test_the_json_has_what_machines_were_promised(tmp_path: Path) -> None:
    path = tmp_path / "made" / "on" / "the" / "way" / "report.json"
    report(resources=274, emulated={"ec2": "moto"}).write(path)
    written = json.loads(path.read_text())
    assert written.keys() >= ASKED_FOR
    assert written.keys() - ASKED_FOR == {
        "passed",
        "stack",
        "clock",
        "kept_by_aws",
        "seconds",
        "mistakes",
        "deployed",
    }
    assert [one.keys() for one in written["scenarios"]] == [ASKED_OF_A_SCENARIO]
    assert (written["passed"], written["resources"]) == (True, 274)
    assert written["emulated"] == {"ec2": "moto"}


def test_what_mocks_cannot_tell_is_null(tmp_path: Path) -> None:
    report(engine="mocks").write(tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    unknown = {name for name, value in written.items() if value is None}
    assert unknown == {
        "resources",
        "preview_seconds",
        "deploy_seconds",
        "unchanged",
        "drift",
        "retained",
        "kept_by_aws",
        "left_over",
    }
    [scenario] = written["scenarios"]
    assert scenario["time_to_contain_s"] is None


def test_a_figure_that_is_not_known_is_no_zero_and_no_failure() -> None:
    line = next(line for line in shown(report(engine="mocks")) if "cryptomining" in line)
    assert [cell.strip() for cell in line.strip("│┃ ").split("│")][3:] == ["-", "-", "-"]
    assert report(engine="mocks").passed


def test_mocks_are_loud_in_the_last_line() -> None:
    last = shown(report(engine="mocks"))[-1]
    assert last.startswith("PULUMI MOCKS, NOT THE ENGINE")
    assert last.endswith("passed")


def test_what_is_kept_left_over_or_wrong_is_listed_by_name() -> None:
    lines = shown(
        report(
            retained=["tax eu-west-1 table containment-state"],
            kept_by_aws=["tax eu-west-1 detector d0"],
            left_over=["tax eu-west-1 queue containment-dead-letters"],
            drift=["update of a queue"],
            mistakes=["a task failed"],
        )
    )
    assert "retained, as declared: tax eu-west-1 table containment-state" in lines
    assert "kept by AWS itself: tax eu-west-1 detector d0" in lines
    assert "left over, unexpected: tax eu-west-1 queue containment-dead-letters" in lines
    assert "drift: update of a queue" in lines
    assert "went wrong: a task failed" in lines


def test_the_table_has_figures_stages_and_why_something_failed() -> None:
    played = Played(
        name="cryptomining",
        verdict="failed",
        why="the sibling was touched",
        stages=[{"stage": "received"}, {"stage": "contained"}],
        time_to_contain_s=31.25,
        steps_to_contain=9,
        calls_to_contain=27,
    )
    text = "\n".join(shown(report(scenarios=[played])))
    for part in ("received → contained", "31.2 s", " 9 ", " 27 ", "the sibling was touched"):
        assert part in text


def test_what_somebody_wrote_is_shown_as_text_and_never_as_markup() -> None:
    played = Played(
        name="cryptomining", verdict="failed", why="groups [bold] were [/nothing]", stages=[]
    )
    lines = shown(report(scenarios=[played], mistakes=["KeyError: no [/color] here"]))
    assert any("groups [bold] were [/nothing]" in line for line in lines)
    assert "went wrong: KeyError: no [/color] here" in lines


def test_the_time_of_each_part_is_printed_and_summed() -> None:
    lines = shown(report(seconds={"preview": 1.25, "up": 20.5}))
    times = [line.strip("│┃ ") for line in lines if "│" in line]
    assert [line.split()[0] for line in times[-3:]] == ["preview", "up", "all"]
    assert times[-1].split()[-1] == "21.8"
