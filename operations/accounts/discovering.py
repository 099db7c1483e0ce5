"""``python -m operations accounts discover``: the organisation beside Git, and what it lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from operations.accounts import options, showing
from operations.accounts.changes import added, write
from operations.accounts.comparing import Comparison, compared
from operations.accounts.environment import Environment, environment_of
from operations.accounts.files import CHECKOUT, stack_files
from operations.accounts.mistake import AccountsError
from operations.accounts.organization import Organization, organization
from operations.entry import Entry
from operations.options import AsJson
from operations.sentences import line, mistakes_said, screen

UNCOVERED: Final = 3
"""Exit status: somebody is not covered, and nothing was written."""


def discover(
    *,
    environment: options.In,
    add_them: Annotated[
        bool, typer.Option("--write", help="Add each one that nobody covers.")
    ] = False,
    account: Annotated[
        str | None, typer.Option(help="Whom to ask: the management account, or a delegated one.")
    ] = None,
    role: options.RoleThere = None,
    routes: options.Modes = None,
    size: options.Size = None,
    folder: options.Folder = CHECKOUT,
    as_json: AsJson = False,
) -> None:
    """Compare the organisation with Git; exit status 3 where an active account is uncovered."""
    with mistakes_said(AccountsError, OSError):
        files = stack_files(folder)
        whole = environment_of(files, environment)
        modes = options.modes_of(routes)
        found = compared(whole, _asked(whole, account, role))
        changed: tuple[str, ...] = ()
        if add_them and found.uncovered:
            change = added(files, environment, *_members(found, modes), size=size)
            write(folder, change)
            changed = change.changed
    if as_json:
        print(json.dumps(showing.compared_as_data(found, changed), indent=2))
    else:
        _said(whole, found, changed)
    raise typer.Exit(UNCOVERED if found.uncovered and not changed else 0)


def _asked(whole: Environment, account: str | None, role: str | None) -> Organization:
    """The organisation; the security account is asked where Git has no management account.

    As GuardDuty's delegated administrator it may.
    """
    settings = whole.settings
    asked = settings.of_role("management") or settings.security
    # The role that is taken everywhere: whoever looks need not be anybody in that account.
    role = role or settings.reader_role or settings.deployer_role
    entry = Entry(account or asked.id, role=role, region=settings.home_region)
    return organization(entry.client("organizations"))


def _members(found: Comparison, modes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Whoever is not covered, as a stack file lists them."""
    return [
        {"name": each.name, "id": each.id, "role": "member", "routes": modes}
        for each in found.uncovered
    ]


def _said(whole: Environment, found: Comparison, changed: tuple[str, ...]) -> None:
    showing.show_comparison(found, f"the organisation beside {whole.file.name}", screen())
    number = len(found.uncovered)
    if changed:
        line(f"written: {', '.join(changed)}; {number} added, which a pull request shows")
    elif number:
        line(f"{number} that nobody covers: add each, or leave it out under organization.left_out")
    else:
        line("every active account is covered, or left out on purpose")
