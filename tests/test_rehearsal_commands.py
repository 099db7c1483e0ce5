"""``python -m rehearsal``: what it writes, what it refuses, and what its exit status says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from operations.scenarios import SCENARIOS, Scenario
from rehearsal import __main__ as command
from rehearsal import engine_binary, graph, mocks, run, stacks
from rehearsal.engine import Deployment
from tests.small_stack import STACK, written

# typer takes from click what click 9 will no longer have.

TYPES = {"type", "name", "account", "region", "parent", "inputs"}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest stack in the place of the checkout's; its one account is called ``tax``."""
    one = {"accounts": [{"name": "tax", "id": "333333333333", "role": "security"}]}
    program = written(tmp_path, one)
    for module in (mocks, graph):
        monkeypatch.setattr(module, "Program", lambda: program)
    monkeypatch.setattr(stacks, "CHECKOUT", tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Any:
    from typer.testing import CliRunner  # here, where its import may warn

    from rehearsal.__main__ import app

    # Wide, so that no sentence is broken where a test looks for it.
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "400", "TERMINAL_WIDTH": "400"})


def said(result: Any) -> str:
    """Everything that was written, without the frames that typer draws."""
    return " ".join(result.output.replace("│", " ").split())


def lines(result: Any) -> list[str]:
    return [line for line in result.stdout.splitlines() if line.strip()]


def test_a_run_under_mocks_writes_the_report_and_says_loudly_that_it_was_mocks(small: Path) -> None:
    path = small / "made" / "report.json"
    name = "ssh-brute-force-target"
    result = invoke(
        "run", "--stack", STACK, "--engine", "mocks", "--scenario", name, "--json", str(path)
    )
    assert result.exit_code == 0, result.output
    assert lines(result)[0] == "PULUMI MOCKS, NOT THE ENGINE, as asked."
    assert lines(result)[-1].startswith("PULUMI MOCKS, NOT THE ENGINE")
    written = json.loads(path.read_text())
    assert (written["passed"], written["engine"], written["stack"]) == (True, "mocks", STACK)
    assert [(each["name"], each["verdict"]) for each in written["scenarios"]] == [(name, "passed")]
    assert written["resources"] > 30
    assert (written["unchanged"], written["drift"], written["left_over"]) == (None, None, None)
    assert written["emulated"]


def test_a_failed_scenario_is_the_exit_status(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: Any) -> None:
        raise RuntimeError("out of luck")

    broken = Scenario(name="broken", shows="nothing", play=crash)
    monkeypatch.setattr(command, "playable", lambda stack, raw: (broken,))
    result = invoke("run", "--stack", STACK, "--engine", "mocks")
    assert result.exit_code == 1
    assert "out of luck" in said(result)
    assert lines(result)[-1].endswith("failed")


def test_without_an_engine_the_first_and_the_last_line_say_so(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(progress: Any) -> None:
        progress("no Pulumi engine: go is not on PATH")

    monkeypatch.setattr(engine_binary, "find", nowhere)
    monkeypatch.setattr(command, "playable", lambda stack, raw: ())
    result = invoke("run", "--stack", STACK)
    assert result.exit_code == 0, result.output
    assert "NO PULUMI ENGINE" in "".join(lines(result)[:2])
    assert lines(result)[-1].startswith("NO PULUMI ENGINE")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("run", "--scenario", "flood"), ["flood", *(each.name for each in SCENARIOS)]),
        (("run", "--stack", "moon"), ["moon", "dev", "staging", "prod"]),
        (("serve", "--stack", "moon"), ["moon", "dev", "staging", "prod"]),
        (("graph", "--stack", "moon"), ["moon", "dev", "staging", "prod"]),
        (("graph", "--stack", "../dev"), ["../dev", "dev", "staging", "prod"]),
        (("run", "--engine", "terraform"), ["terraform", "pulumi", "mocks"]),
        (("serve", "--engine", "terraform"), ["terraform", "pulumi", "mocks"]),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    arguments: tuple[str, ...], named: list[str]
) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    for word in named:
        assert word in said(result)
    assert "Traceback" not in result.output


def test_the_graph_is_a_list_of_everything_that_is_declared(small: Path) -> None:
    result = invoke("graph", "--stack", STACK)
    assert result.exit_code == 0, result.output
    declared = json.loads(result.stdout)
    assert {frozenset(one) for one in declared} == {frozenset(TYPES)}
    [table] = [one for one in declared if one["type"] == "aws:dynamodb/table:Table"]
    assert (table["account"], table["region"]) == ("333333333333", "eu-central-1")
    assert table["inputs"]["name"] == "containment-state"
    names = {one["name"] for one in declared}
    assert {one["parent"] for one in declared} - {None, f"containment-{STACK}"} <= names


MISTAKES = {
    "home_region": "eu-west-9",
    "routes": {"compromised-instanc": "automatic"},
    "caps": {"compromised-instance": {"per_hour": -3}},
    "accounts": [{"name": "tax", "id": "3333", "role": "security"}],
}


@pytest.mark.parametrize("engine", ["pulumi", "mocks"])
def test_mistakes_in_a_stack_file_are_all_listed_before_any_resource(
    small: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    def in_the_folder(stack: str, **options: Any) -> Any:
        return Deployment(stack, directory=small, **options)

    monkeypatch.setattr(run, "Deployment", in_the_folder)
    written(small, MISTAKES)
    path = small / "report.json"
    result = invoke("run", "--stack", STACK, "--engine", engine, "--json", str(path))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    for word in ("eu-west-9", "compromised-instanc", "-3", "3333"):
        assert word in said(result), result.output
    report = json.loads(path.read_text())
    assert (report["passed"], report["scenarios"], report["resources"]) == (False, [], None)
    assert not report["left_over"]


def test_the_graph_of_a_stack_file_with_mistakes_lists_them_too(small: Path) -> None:
    written(small, MISTAKES)
    result = invoke("graph", "--stack", STACK)
    assert result.exit_code == 1
    for word in ("eu-west-9", "compromised-instanc", "-3", "3333"):
        assert word in said(result) + str(result.exception)
    assert result.stdout == ""


def test_a_quick_look_leaves_out_what_is_not_quick_unless_it_is_named() -> None:
    quick = [each.name for each in run.chosen([], quick=True)]
    assert "cryptomining" in quick
    assert "table-unreachable" not in quick
    assert [each.name for each in run.chosen(["table-unreachable"], quick=True)] == [
        "table-unreachable"
    ]
    assert run.chosen([]) == list(SCENARIOS)
