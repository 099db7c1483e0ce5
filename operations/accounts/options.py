"""Options and arguments that the verbs about accounts share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from operations.accounts.placing import PLACES

In = Annotated[
    str, typer.Option("--environment", "-e", help="Whose accounts: Pulumi.<environment>.yaml.")
]
Folder = Annotated[
    Path, typer.Option(help="Where the stack files are.", show_default="the checkout")
]
Name = Annotated[str, typer.Argument(help="The account's name in the stack file.")]
Size = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="So many accounts are in a batch at most.",
        show_default=f"those of {PLACES} account-regions",
    ),
]
Modes = Annotated[
    list[str] | None,
    typer.Option("--routes", metavar="ROUTE=MODE", help="A mode that differs; several times."),
]
RoleThere = Annotated[
    str | None,
    typer.Option("--role", help="A role of that account; else as you are, or the deployer role."),
]


def modes_of(given: list[str] | None) -> dict[str, str]:
    """Route → mode, of what the options say; what is no pair is judged with the account."""
    return {each.partition("=")[0]: each.partition("=")[2] for each in given or ()}
