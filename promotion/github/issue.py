"""Drift of an environment, as one issue: opened where there is some, closed where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from promotion.github.gh import GitHubError, ask, shortened, tell

CLEAN: Final = 0
DRIFT: Final = 3
"""Exit statuses of a look; any other is a look that failed."""


def issue(environment: str, status: int, report: Path) -> str:
    """Tell what the look found; says what was done. Raises GitHubError, also where the look failed.

    A look that failed leaves the issue as it is: not to know is no news of drift.
    """
    if status not in {CLEAN, DRIFT}:
        raise GitHubError(
            f"nobody looked for drift in {environment}, the look ended with {status}: see above; "
            "the issue stays as it is"
        )
    title = f"Drift in {environment}"
    number = _open(title)
    if status == CLEAN:
        if number is None:
            return f"nothing differs in {environment}"
        tell("issue", "close", number, "--comment", "Nothing differs any more.")
        return f"closed issue {number}: nothing differs in {environment} any more"
    body = shortened(report.read_text())
    if number is None:
        place = tell("issue", "create", "--title", title, "--body-file", "-", text=body).strip()
        return f"opened {place}"
    tell("issue", "edit", number, "--body-file", "-", text=body)
    return f"wrote issue {number} anew: {environment} differs"


def _open(title: str) -> str | None:
    """A machine's own, and no other of that title."""
    wanted = ("--state", "open", "--limit", "1000", "--json", "number,title,author")
    for each in ask("issue", "list", *wanted):
        if each["author"].get("is_bot") and each["title"] == title:
            return str(each["number"])
    return None
