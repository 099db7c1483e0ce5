"""``gh``: asked for JSON, or told to do something. It finds the repository and the token itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any, Final

MOST: Final = 60_000
"""Bytes; a comment and an issue may have 65,536 characters (GitHub refuses longer bodies)."""


class GitHubError(RuntimeError):
    """It could not be said; the message has the command and what answered."""


def ask(*words: str) -> Any:
    """What ``gh`` answers, as JSON; raises GitHubError."""
    answer = tell(*words)
    try:
        return json.loads(answer)
    except json.JSONDecodeError as error:
        raise GitHubError(f"gh {' '.join(words)}: answered no JSON: {answer[:200]!r}") from error


def tell(*words: str, text: str = "") -> str:
    """Run ``gh`` with a text on its standard input; raises GitHubError."""
    return run(["gh", *words], text=text)


def run(command: Sequence[str], *, text: str = "") -> str:
    """What a program wrote; raises GitHubError where it is missing or fails."""
    try:
        said = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise GitHubError(f"there is no {command[0]} on PATH; install it") from error
    if said.returncode:
        raise GitHubError(f"{' '.join(command)}: {said.stderr.strip() or said.stdout.strip()}")
    return said.stdout


def shortened(text: str) -> str:
    """Cut to what GitHub takes, and then it says so before everything else."""
    whole = text.encode()
    if len(whole) <= MOST:
        return text
    # A character that was cut in two is left out.
    beginning = whole[:MOST].decode(errors="ignore")
    return f"> This is only the beginning; the run's log has the whole.\n\n{beginning}"
