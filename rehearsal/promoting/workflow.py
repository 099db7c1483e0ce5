"""Plays a workflow's own steps: reads the YAML as GitHub does, and runs what stands under ``run``.

Jobs go in the order of their ``needs``, and a job whose need failed is not begun. What is not ours
to play is left out by name, and told: actions of others, and what is installed already here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import yaml

from rehearsal.promoting.scratch import Ran

READY: Final = "make ready pulumi"
"""Packages and engine are there already, and nothing can be downloaded."""

WHEN_FAILED: Final = re.compile(
    r"always\(\) && contains\(fromJSON\('\[\"failure\", \"cancelled\"\]'\), steps\.(\w+)\.outcome\)"
)

Run = Callable[[str, str, Mapping[str, str]], Ran]
"""Environment, command, variables."""


class WorkflowError(RuntimeError):
    """The workflow says something that is not played here; an unknown word is an error."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that is run."""

    job: str
    environment: str
    command: str
    name: str = ""
    """Its ``id``."""
    after: str = ""
    """The step that must have failed for this one to run; empty for an ordinary step."""


@dataclass
class Played:
    """What was run, and which jobs have passed, so that the failed ones can be run again."""

    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    not_begun: set[str] = field(default_factory=set)
    ran: list[tuple[Step, Ran]] = field(default_factory=list)


def play(path: Path, run: Run, before: Played | None = None) -> Played:
    """Run every job that has not passed ``before``.

    After a step that fails, its job runs only what is there for that failure.
    """
    played = Played(passed=set(before.passed) if before else set())
    for name, needs, steps in jobs(path):
        if name in played.passed:
            continue
        if set(needs) - played.passed:
            played.not_begun.add(name)
            continue
        passed = _play(steps, run, played)
        (played.passed if passed else played.failed).add(name)
    return played


def _play(steps: list[Step], run: Run, played: Played) -> bool:
    """Whether all steps passed."""
    failed: set[str] = set()
    for step in steps:
        if (step.after not in failed) if step.after else failed:
            continue
        ran = run(step.environment, step.command, {})
        played.ran.append((step, ran))
        if ran.status != 0:
            failed.add(step.name or step.command)
    return not failed


def jobs(path: Path, environment: str = "") -> Iterator[tuple[str, list[str], list[Step]]]:
    """Name, needs and steps of every job in order, with those of the workflows that it calls.

    Raises WorkflowError for what is not played here.
    """
    pending = dict(_read(path)["jobs"])
    done: set[str] = set()
    while pending:
        ready = [name for name, job in pending.items() if set(_listed(job.get("needs"))) <= done]
        if not ready:
            raise WorkflowError(f"{path.name}: jobs wait for each other: {sorted(pending)}")
        for name in ready:
            job = pending.pop(name)
            yield name, _listed(job.get("needs")), list(_steps(path, name, job, environment))
            done.add(name)


def _steps(path: Path, name: str, job: Mapping[str, Any], environment: str) -> Iterator[Step]:
    if "uses" in job:
        called = path.parents[2] / job["uses"].removeprefix("./")
        given = str((job.get("with") or {}).get("environment", environment))
        for _, _, steps in jobs(called, given):
            yield from (replace(each, job=name) for each in steps)
        return
    for step in job.get("steps", ()):
        if "run" in step:
            command = str(step["run"]).strip()
            if "${{" in command:
                raise WorkflowError(f"{path.name}, {name}: an expression in {command!r}")
            if command != READY:
                yield Step(
                    job=name,
                    environment=environment,
                    command=command,
                    name=str(step.get("id", "")),
                    after=_after(path, step),
                )
        elif "uses" not in step:
            raise WorkflowError(f"{path.name}, {name}: a step that neither runs nor uses: {step}")


def _after(path: Path, step: Mapping[str, Any]) -> str:
    condition = str(step.get("if", ""))
    if not condition:
        return ""
    if found := WHEN_FAILED.fullmatch(condition):
        return found[1]
    raise WorkflowError(f"{path.name}: a condition that is not played here: {condition}")


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text())
    return loaded


def _listed(value: str | Collection[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
