"""Accounts that were found and written into stack files, as a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from promotion.github.gh import GitHubError, ask, run, tell

ASKS_GH: Final = ("-c", "credential.helper=", "-c", "credential.helper=!gh auth git-credential")
"""Git's token comes from gh, for this one command; nothing is written into the checkout."""
WHO: Final = (
    *("-c", "user.name=github-actions[bot]"),
    *("-c", "user.email=41898282+github-actions[bot]@users.noreply.github.com"),
)
BODY: Final = """\
These accounts are in the organisation, and nobody covers them. Merging this deploys the pipeline
into them.

An account that is to stay without is listed with its reason in `Pulumi.{environment}.yaml`.
This branch is written anew when another account joins: what was added to it by hand is lost then.
"""


def propose(environment: str, *, folder: Path) -> str:
    """Commit, push and open it; says what was done. Raises GitHubError.

    What is proposed already stays as it is, with its reviews.
    """
    branch = f"accounts/{environment}"
    files = (f"Pulumi.{environment}.yaml", f"Pulumi.{environment}-*.yaml")
    git = ("git", "-C", str(folder))
    if not run([*git, "status", "--porcelain", "--", *files]).strip():
        return f"every account of {environment} is covered"
    message = f"Accounts that nobody covers in {environment}"
    run([*git, "switch", "--quiet", "--force-create", branch])
    run([*git, "add", "--", *_there(folder, files)])
    run([*git, *WHO, "commit", "--quiet", "--message", message])
    if not _pushed(git, branch, files):
        head = f"HEAD:refs/heads/{branch}"
        run([*git, *ASKS_GH, "push", "--quiet", "--force", "origin", head])
    wanted = ("--head", branch, "--state", "open", "--json", "number")
    if found := ask("pr", "list", *wanted):
        return f"pull request {found[0]['number']} has the accounts of {environment}"
    made = ("--head", branch, "--title", message, "--body-file", "-")
    place = tell("pr", "create", *made, text=BODY.format(environment=environment)).strip()
    return f"opened {place}"


def _there(folder: Path, patterns: tuple[str, ...]) -> list[str]:
    """Git refuses a pattern that matches nothing, and few environments have batches."""
    return [path.name for pattern in patterns for path in sorted(folder.glob(pattern))]


def _pushed(git: tuple[str, ...], branch: str, files: tuple[str, ...]) -> bool:
    """Whether the branch is on GitHub with these files as they are here."""
    try:
        run([*git, *ASKS_GH, "fetch", "--quiet", "origin", f"refs/heads/{branch}"])
        return not run([*git, "diff", "--name-only", "FETCH_HEAD", "HEAD", "--", *files]).strip()
    except GitHubError:
        return False
