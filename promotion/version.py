"""Which commit is deployed: that of the checkout, if nothing in it differs from the commit.

And which of two commits is the older one, for a change goes back by a new commit that reverts it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path


def version_of(folder: Path) -> str:
    """The commit's id; empty where the folder is no clean checkout, for then nothing names it."""
    if _git(folder, "status", "--porcelain") == "":
        return _git(folder, "rev-parse", "HEAD") or ""
    return ""


def is_older(folder: Path, commit: str, than: str) -> bool:
    """Whether one commit is in the history of another; no where the checkout does not know both."""
    if commit == than:
        return False
    return _git(folder, "merge-base", "--is-ancestor", commit, than) is not None


def _git(folder: Path, *words: str) -> str | None:
    try:
        told = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
