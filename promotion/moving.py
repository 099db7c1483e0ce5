"""An account that changes its batch takes its resources along, from state to state.

Without that, the one stack would delete what the other has just made, for names are derived and the
same. Nothing in AWS is touched by it (``pulumi state move``).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from pulumi import automation

from promotion.program import Program

OURS = "containment:index:"


class MovingError(RuntimeError):
    """It was not moved; the message says why. State is as it was."""


def move(account: str, source: str, destination: str, folder: Path) -> list[str]:
    """Move what the source's state has of an account; the URNs of what was moved.

    The destination is made where it is not there. Raises MovingError.
    """
    program = Program(folder)
    with tempfile.TemporaryDirectory(prefix="containment-promotion-") as place:
        for stack in (source, destination):
            for path in program.files(stack):
                shutil.copy(path, place)
        held = _held(place, program.project, source)
        wanted = [each["urn"] for each in held if _top_of(each, account)]
        if not wanted:
            raise MovingError(f"{source} has nothing of {account}: look at pulumi stack ls")
        _opened(place, program.project, destination)
        told = subprocess.run(
            [
                *("pulumi", "state", "move", "--yes", "--non-interactive", "--color", "never"),
                *("--source", source, "--dest", destination, *wanted),
            ],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode != 0:
            raise MovingError(f"pulumi state move: {(told.stderr or told.stdout).strip()}")
        left = [each["urn"] for each in _held(place, program.project, source)]
        stayed = [urn for urn in left if _of(urn, account)]
        if stayed:
            raise MovingError(f"still in {source}: {', '.join(stayed[:5])}")
        return wanted


def _opened(place: str, project: str, stack: str) -> automation.Stack:
    return automation.create_or_select_stack(
        stack_name=stack,
        project_name=project,
        program=lambda: None,
        opts=automation.LocalWorkspaceOptions(work_dir=place),
    )


def _held(place: str, project: str, stack: str) -> list[dict[str, Any]]:
    deployment = _opened(place, project, stack).export_stack().deployment or {}
    return list(deployment.get("resources") or [])


def _top_of(resource: dict[str, Any], account: str) -> bool:
    """A component of the account directly under the stack; what is in it goes with it."""
    return _of(resource["urn"], account) and "$" not in resource["urn"]


def _of(urn: str, account: str) -> bool:
    kind, name = urn.split("::")[2:4]
    return kind.startswith(OURS) and name.startswith(f"{account}-")
