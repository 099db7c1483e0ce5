"""The previews of all environments, as one comment on a pull request that is kept up to date."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from promotion.github.gh import GitHubError, ask, shortened, tell

MARK: Final = "<!-- containment: what this would change -->"
"""By which the comment is found again; nobody sees it."""


def comment(number: str, *, folder: Path) -> str:
    """Write it, or write it anew; says which. Raises GitHubError, also without any preview."""
    if not number.isdecimal():
        raise GitHubError(f"no pull request: {number!r}; make comment PULL_REQUEST=<its number>")
    body = f"{MARK}\n{shortened(_previews(folder))}"
    place = f"repos/{{owner}}/{{repo}}/issues/{number}/comments"
    if (old := _ours(place)) is not None:
        change = f"repos/{{owner}}/{{repo}}/issues/comments/{old}"
        tell("api", "--method", "PATCH", change, "--field", "body=@-", "--silent", text=body)
        return f"wrote the comment on {number} anew"
    tell("api", "--method", "POST", place, "--field", "body=@-", "--silent", text=body)
    return f"commented on {number}"


def environments(folder: Path) -> list[str]:
    """Their names in order, read without a YAML parser, which is a package."""
    lines = folder.joinpath("promotion.yaml").read_text().splitlines()
    told = "\n".join(line.partition("#")[0] for line in lines)
    entries = re.split(r"(?m)^\s*-", told)[1:]
    return [found[1] for each in entries if (found := re.search(r"\bname:\s*([a-z0-9-]+)", each))]


def _previews(folder: Path) -> str:
    told, missing = [], []
    for name in environments(folder):
        path = folder / "build" / "promotion" / f"{name}.md"
        if path.exists():
            told.append(path.read_text())
        else:
            missing.append(f"**There is no preview of `{name}`**: see the log of its job.\n")
    if not told:
        raise GitHubError("no preview is in build/promotion: make preview ENVIRONMENT=… first")
    return "\n".join([*told, *missing])


def _ours(place: str) -> int | None:
    """Only a machine's: what a person wrote, that person could change after others have read it."""
    pages = ask("api", "--paginate", "--slurp", place)
    for each in (one for page in pages for one in page):
        if each["user"]["type"] == "Bot" and each["body"].startswith(MARK):
            return int(each["id"])
    return None
