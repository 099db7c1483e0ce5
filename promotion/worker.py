"""One stack, in a process of its own: what ``python -m promotion.worker`` does.

What it did goes to a file as JSON; each line of standard output is a number, of resources done.
Everything about the engine is in the environment, as for the ``pulumi`` command: where state is,
the passphrase, AWS's credentials.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pulumi import automation

from promotion.operation import Change, DeploymentError, Loops, Result, perform
from promotion.program import Program
from promotion.unasked import unasked
from promotion.version import is_older

Verb = Literal["up", "preview", "drift"]
COMMIT: Final = "commit "
EVERY: Final = 0.5
"""Seconds between two lines of progress."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be done with a stack."""

    stack: str
    verb: Verb
    folder: str
    """Of the program."""
    version: str = ""
    """The commit that is deployed; empty where it has none."""
    again: bool = False
    """Whether it is compared with AWS first, and deployed also where this commit is already."""
    older: bool = False
    """Whether it is deployed also where a newer commit is."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of it."""

    stack: str
    outcome: Literal["deployed", "unchanged", "skipped", "looked", "failed"]
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def parse(cls, text: str) -> Done:
        """From what a worker wrote."""
        raw = json.loads(text)
        changes = [Change(**{**each, "keys": tuple(each["keys"])}) for each in raw.pop("changes")]
        return cls(changes=changes, **raw)

    def text(self) -> str:
        """For ``parse``."""
        return json.dumps(asdict(self))


def work(task: Task) -> Done:
    """Do it; what the engine refuses is in the answer."""
    with tempfile.TemporaryDirectory(prefix="containment-promotion-") as place:
        loops = Loops()
        try:
            stack = unasked(_stack(task, Path(place), loops))
            if task.verb == "up" and task.version:
                there = deployed(stack)
                if there.succeeded and there.commit == task.version and not task.again:
                    return Done(stack=task.stack, outcome="skipped")
                if not task.older and is_older(Path(task.folder), task.version, there.commit):
                    return Done(stack=task.stack, outcome="failed", errors=[_newer(task, there)])
            return _done(task, _perform(task, stack, loops))
        except DeploymentError as error:
            return Done(stack=task.stack, outcome="failed", errors=error.errors)
        except (automation.CommandError, FileNotFoundError, RuntimeError) as error:
            return Done(stack=task.stack, outcome="failed", errors=[str(error).strip()])
        finally:
            loops.close()


def message(version: str) -> str:
    """What the update is called in the stack's history."""
    return f"{COMMIT}{version}" if version else "by hand"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a stack's last update was."""

    commit: str = ""
    """Empty where it was none of ours, or there was none."""
    succeeded: bool = False


def deployed(stack: automation.Stack) -> Deployed:
    """From the stack's history, so that any machine can go on where another stopped."""
    last = next(iter(stack.history(page_size=1)), None)
    if last is None or last.kind != "update" or not last.message.startswith(COMMIT):
        return Deployed()
    commit = last.message.removeprefix(COMMIT)
    return Deployed(commit=commit, succeeded=last.result == "succeeded")


def _newer(task: Task, there: Deployed) -> str:
    return (
        f"it has commit {there.commit[:12]}, which is newer than {task.version[:12]}: a change is "
        "taken back by a new commit (git revert), which goes the same way; --older deploys this one"
    )


def _stack(task: Task, place: Path, loops: Loops) -> automation.Stack:
    """The stack; one that is only looked at is not made for it, nor is its provider's key asked."""
    program = Program(Path(task.folder))
    # Copies: the Automation API writes into the folder that it works in.
    for path in program.files(task.stack):
        shutil.copy(path, place)
    if task.verb != "up":
        _look_only(place / f"Pulumi.{task.stack}.yaml")
    given: dict[str, Any] = {
        "stack_name": task.stack,
        "project_name": program.project,
        "program": loops.running(program.run),
    }
    options = automation.LocalWorkspaceOptions(
        work_dir=str(place), secrets_provider=os.environ.get("PULUMI_SECRETS_PROVIDER")
    )
    if task.verb == "up":
        return automation.create_or_select_stack(**given, opts=options)
    try:
        return automation.select_stack(**given, opts=options)
    except automation.StackNotFoundError:
        # Nothing is deployed of it yet: it is compared with nothing, in a state of its own.
        (place / "state").mkdir()
        apart = {"PULUMI_BACKEND_URL": f"file://{place / 'state'}", "PULUMI_CONFIG_PASSPHRASE": ""}
        nothing = automation.LocalWorkspaceOptions(work_dir=str(place), env_vars=apart)
        return automation.create_stack(**given, opts=nothing)


def _look_only(stack_file: Path) -> None:
    """Have the program assume the role that reads, where the settings name one."""
    held = yaml.safe_load(stack_file.read_text())
    held["config"]["containment:reads"] = "true"
    stack_file.write_text(yaml.safe_dump(held, sort_keys=False))


def _perform(task: Task, stack: automation.Stack, loops: Loops) -> Result:
    if task.verb == "up":
        how: dict[str, Any] = {"message": message(task.version), "refresh": task.again}
        return perform(stack.up, loops, each=_tell(), **how)
    if task.verb == "drift":
        # What AWS has, against the state; nothing is written. The program says who looks.
        return perform(stack.refresh, loops, each=_tell(), preview_only=True, run_program=True)
    return perform(stack.preview, loops, each=_tell())


def _done(task: Task, result: Result) -> Done:
    outcome: Any = "looked"
    changes = result.changes
    if task.verb == "drift":
        # Providers and components differ by who looks, and there is nothing of them in AWS.
        changes = [each for each in changes if each.account]
    if task.verb == "up":
        outcome = "unchanged" if result.unchanged else "deployed"
    return Done(
        stack=task.stack,
        outcome=outcome,
        seconds=round(result.seconds, 2),
        counts=result.counts,
        changes=changes,
    )


def _tell() -> Any:
    told = [0.0]

    def each(number: int) -> None:
        if time.monotonic() - told[0] > EVERY:
            told[0] = time.monotonic()
            print(number, flush=True)

    return each


def main(task: str, answer: str) -> None:
    """``task`` is JSON; the answer goes to a file."""
    Path(answer).write_text(work(Task(**json.loads(task))).text())


if __name__ == "__main__":
    main(*sys.argv[1:])
