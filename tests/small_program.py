"""The small program of ``tests/data``, with the settings that a test wants."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from promotion.program import Program

SOURCE = Path(__file__).parent / "data" / "small_program"
STACK = "test"
KEY = "small:settings"


def copied(folder: Path, **settings: Any) -> Program:
    """A copy of the program in a folder, its stack's settings changed."""
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    configure(folder, **settings)
    return Program(folder)


def configure(folder: Path, **settings: Any) -> None:
    """Change settings in the stack's file."""
    path = folder / f"Pulumi.{STACK}.yaml"
    whole = yaml.safe_load(path.read_text())
    whole["config"][KEY].update(settings)
    path.write_text(yaml.safe_dump(whole))
