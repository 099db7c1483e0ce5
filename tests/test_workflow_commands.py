"""Each step of a workflow is a make target, and each target runs a command that there is.

``make check`` and ``make rehearse`` are what runs these tests, and what plays the scenarios.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.scratch_checkout import Scratch, outside_make
from tests.workflow_rules import jobs, read, runs

# typer takes from click what click 9 will no longer have: it is imported where that may warn.

ROOT = Path(__file__).parents[1]
WORKFLOWS = read(ROOT / ".github")
CALLED = {word for _, _, job in jobs(WORKFLOWS) for run in runs(job) for word in run.split()[1:]}
CHOSEN = ("ENVIRONMENT=prod", "STACK=prod", "PULL_REQUEST=7", "PYTHON=python3")

COMMANDS = {
    "check": [
        "ruff format --check .",
        "ruff check .",
        "mypy",
        "python -m tests.workflow_lint",
        "python -m rehearsal engine",
        "python -m pytest -n auto --dist loadfile --no-loadscope-reorder",
    ],
    "rehearse": ["python -m rehearsal run --stack prod --engine pulumi"],
    "preview": ["python -m promotion preview prod --comment build/promotion/prod.md"],
    "promote": ["python -m promotion up --environment prod"],
    "drift": ["python -m promotion drift prod --report build/promotion/prod-drift.md"],
    "preflight": ["python -m operations preflight --environment prod"],
    "drill": ["python -m operations drill --environment prod"],
    "sweep": ["python -m operations drill --environment prod --remove-abandoned"],
    "discover": ["python -m operations accounts discover --environment prod --write"],
    "comment": ["python3 -m promotion.github comment 7"],
    "issue": [
        "status=0; python -m promotion drift prod --report build/promotion/prod-drift.md "
        "|| status=$?; python3 -m promotion.github issue prod $status "
        "build/promotion/prod-drift.md"
    ],
    "propose": ["python3 -m promotion.github propose prod"],
    "ready": ["make: Nothing to be done for 'ready'."],
}
"""What a target runs; ``make pulumi`` is run for real, in test_workflow_targets.py."""


def printed(target: str) -> list[str]:
    """The commands of a target, as make would run them."""
    said = subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/ready", target, *CHOSEN],
        cwd=ROOT,
        env=outside_make(),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = re.sub(r"\s*\\\n\s*", " ", said.stdout).replace(".venv/bin/", "").splitlines()
    return [line for line in lines if not line.startswith("mkdir")]


def asked_of(module: str) -> list[list[str]]:
    """The words after ``python -m MODULE`` in every command of the table, once each."""
    every = {
        found.strip()
        for lines in COMMANDS.values()
        for line in lines
        for found in re.findall(rf"python3? -m {module} ([^|;]+)", line)
    }
    return [shlex.split(each) for each in sorted(every)]


def mistake(module: str, words: list[str]) -> str:
    """What is wrong with a command; empty where its module is there and takes these words."""
    if (
        importlib.util.find_spec(module) is None
        or not ROOT.joinpath(module, "__main__.py").exists()
    ):
        return f"there is no python -m {module}"
    import click
    from typer.main import get_command

    command = get_command(importlib.import_module(f"{module}.__main__").app)
    try:
        context = click.Context(command)
        while isinstance(command, click.Group):
            name, found, words = command.resolve_command(context, words)
            assert found is not None
            command, context = found, click.Context(found, context, name)
        # Reads the words as the command would, and does not run it.
        command.make_context(context.info_name, list(words), parent=context.parent)
    except click.ClickException as error:
        return error.format_message()
    return ""


NOTED = """\
import pathlib, sys
pathlib.Path(__file__).with_name("words").write_text(" ".join(["python", *sys.argv[1:]]))
sys.exit({status})
"""


@pytest.mark.parametrize("status", [0, 1, 3])
@pytest.mark.parametrize(
    "target", ["rehearse", "preview", "promote", "preflight", "drill", "drift", "discover"]
)
def test_a_target_runs_it_for_real_and_fails_where_it_fails(
    tmp_path: Path, target: str, status: int
) -> None:
    scratch = Scratch(tmp_path)
    scratch.program("python", NOTED.format(status=status))
    done = scratch.make(target, ENVIRONMENT="prod", STACK="prod")
    assert [scratch.programs.joinpath("words").read_text()] == COMMANDS[target]
    assert (done.returncode == 0) == (status == 0)


def test_every_target_that_a_workflow_runs_is_told_here() -> None:
    assert {"check", "promote", "preview", "issue", "drill", "discover"} <= CALLED
    assert CALLED - COMMANDS.keys() == {"pulumi"}


@pytest.mark.parametrize("target", COMMANDS)
def test_a_target_runs_its_command_and_builds_no_engine(target: str) -> None:
    assert printed(target) == COMMANDS[target]


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (module, each)
        for module in ("operations", "promotion", "rehearsal")
        for each in asked_of(module)
    ],
    ids=lambda each: each if isinstance(each, str) else " ".join(each),
)
def test_the_command_is_there_and_takes_these_options(module: str, words: list[str]) -> None:
    assert mistake(module, words) == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["runs", "--stack", "prod"], "No such command 'runs'"),
        (["run", "--stacks", "prod"], "No such option '--stacks'"),
        (["run", "--stack"], "requires an argument"),
    ],
)
def test_a_command_that_is_not_there_would_be_noticed(words: list[str], says: str) -> None:
    assert says in mistake("rehearsal", words)


def test_a_target_that_somebody_mistyped_would_be_noticed() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        printed("promot")
