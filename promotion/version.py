"""Which commit is deployed: that of the checkout, if nothing in it differs from the commit."""

from __future__ import annotations

import subprocess
from pathlib import Path


def version_of(folder: Path) -> str:
    """The commit's id; empty where the folder is no clean checkout, for then nothing names it."""
    if _git(folder, "status", "--porcelain") == "":
        return _git(folder, "rev-parse", "HEAD") or ""
    return ""


def _git(folder: Path, *words: str) -> str | None:
    try:
        told = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
