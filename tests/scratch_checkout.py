"""A checkout of a test's own, in which make's targets run for real beside stand-ins for programs.

A stand-in answers what it was told to answer, and fails on everything else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
GH = """\
import json, pathlib, sys
place = pathlib.Path(__file__).parent
words = sys.argv[1:]
with place.joinpath("said.jsonl").open("a") as log:
    log.write(json.dumps([words, sys.stdin.read()]) + "\\n")
for known, answer in json.loads(place.joinpath("answers.json").read_text()):
    if words[: len(known)] == known:
        print(answer)
        sys.exit(0)
sys.exit(f"unknown command {words}")
"""


def outside_make() -> dict[str, str]:
    """The environment without what make hands down: the suite may itself be run by make."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}


@dataclass
class Scratch:
    """The folder, and what stands in for programs in it."""

    folder: Path
    answers: list[tuple[list[str], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.programs.mkdir()
        for name in ("Makefile", "promotion.yaml", "Pulumi.prod.yaml"):
            shutil.copy(ROOT / name, self.folder)
        shutil.copytree(
            ROOT / "promotion",
            self.folder / "promotion",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        self.program("gh", GH)

    @property
    def programs(self) -> Path:
        """Where the stand-ins are."""
        return self.folder / "programs"

    def program(self, name: str, text: str) -> None:
        """A stand-in, written in Python."""
        path = self.programs / name
        path.write_text(f"#!{sys.executable}\n{text}")
        path.chmod(0o755)

    def answer(self, *words: str, with_: Any) -> None:
        """What gh says to a command that begins like this."""
        told = with_ if isinstance(with_, str) else json.dumps(with_)
        self.answers.append((list(words), told))

    def make(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a target; the packages count as installed."""
        self.programs.joinpath("answers.json").write_text(json.dumps(self.answers))
        given = [f"{name}={value}" for name, value in variables.items()]
        return subprocess.run(
            ["make", "--assume-old=.venv/ready", *words, f"BIN={self.programs}", *given],
            cwd=self.folder,
            env={**outside_make(), "PATH": f"{self.programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def told(self) -> list[tuple[list[str], str]]:
        """What gh was told, and the text that it was given."""
        log = self.programs / "said.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return [(words, text) for words, text in map(json.loads, lines)]

    def git(self, *words: str) -> str:
        """What git answers in the folder."""
        who = ("-c", "user.name=anna", "-c", "user.email=anna@agency.example")
        said = subprocess.run(
            ["git", *who, *words], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return said.stdout.strip()


def written(folder: Path, files: Mapping[str, str]) -> None:
    """Files by their names, in a folder that may not be there yet."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
