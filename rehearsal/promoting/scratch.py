"""A checkout of its own, with small environments, where commands run as in a workflow."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from rehearsal.promoting.organisation import CHECKOUT, Organisation
from rehearsal.stacks import raw_settings


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command did."""

    command: str
    status: int
    output: str
    """Both streams, in order."""


class Scratch:
    """A copy of the checkout under Git; a context manager, gone at the end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="containment-scratch-"))
        listed = subprocess.run(
            ["git", "-C", str(CHECKOUT), "ls-files", "-co", "--exclude-standard", "-z"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            source, copy = CHECKOUT / name, self.folder / name
            if source.is_file() and not name.startswith("docs/pictures"):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, copy)
        for path in self.folder.glob("Pulumi.*.yaml"):
            path.unlink()
        # The same packages, which make must not take for older than the lock.
        (self.folder / ".venv").symlink_to(CHECKOUT / ".venv")
        for lock in self.folder.glob("requirements*.lock"):
            os.utime(lock, (0, 0))
        (self.folder / ".git").mkdir()
        self._git("init", "--quiet")

    def write(self, environments: Mapping[str, Mapping[str, Any]], *, parallel: int = 2) -> None:
        """Stack files of these environments and their batches, and the list of them."""
        listed = [{"name": name, "parallel": parallel} for name in environments]
        self._yaml("promotion.yaml", {"environments": listed})
        for name, settings in environments.items():
            self.stack_file(name, settings)
            batches = {each["batch"] for each in settings["accounts"] if "batch" in each}
            for batch in sorted(batches):
                self.stack_file(f"{name}-{batch}", {"of": name, "batch": batch})

    def stack_file(self, stack: str, settings: Mapping[str, Any]) -> None:
        """One stack's file."""
        self._yaml(f"Pulumi.{stack}.yaml", {"config": {"containment:settings": dict(settings)}})

    def commit(self, message: str) -> str:
        """Everything as it is now; the commit's id."""
        self._git("add", "--all")
        who = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@agency.example")
        self._git(*who, "commit", "--quiet", "--allow-empty", "--message", message)
        return self._git("rev-parse", "HEAD")

    def check_out(self, commit: str) -> None:
        """The files as they were then."""
        self._git("checkout", "--quiet", "--detach", commit)

    def run(self, command: str, organisation: Organisation, **variables: str) -> Ran:
        """A command as a step of a workflow has it, against this organisation."""
        done = subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=self.folder,
            env={
                **organisation.surroundings,
                "CI": "true",
                "ENVIRONMENT": organisation.environment,
                "STACK": organisation.environment,
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Ran(command=command, status=done.returncode, output=done.stdout)

    def close(self) -> None:
        """Take it away; what it shares stays."""
        (self.folder / ".venv").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def _yaml(self, name: str, content: Any) -> None:
        (self.folder / name).write_text(yaml.dump(content, Dumper=_Quoting, sort_keys=False))

    def _git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.folder), *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


class _Quoting(yaml.SafeDumper):
    """Quotes digits: "08" is a text for Python's YAML without quotes too, and 8 for Pulumi's."""


_Quoting.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style='"' if text.isdigit() else None
    ),
)


def small(batches: Sequence[str | None]) -> dict[str, Any]:
    """The settings of dev in one region, with a member for each of these batches."""
    whole = raw_settings("dev")
    members = [
        {"name": f"office-{number}", "id": f"3{number:011}", "role": "member"}
        | ({"batch": batch} if batch else {})
        for number, batch in enumerate(batches)
    ]
    owners = [each for each in whole["accounts"] if each["role"] != "member"]
    return {**whole, "regions": [whole["home_region"]], "accounts": [*owners, *members]}
