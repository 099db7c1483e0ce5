"""``python -m operations routes``: what answers which finding here."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from operations.entry import Entry
from operations.options import AsJson, Region, Role
from operations.routing import showing
from operations.routing.answers import Decided, RoutesError, answers
from operations.routing.deployed import decided_here, together
from operations.routing.finding_types import typed
from operations.routing.stack_file import decided_by, stack_settings
from operations.sentences import mistakes_said, screen

Stack = Annotated[str, typer.Option(help="Read Pulumi.<stack>.yaml.")]
Accounts = Annotated[
    list[str] | None,
    typer.Option("--account", help="Read what is deployed in this account instead; may be given "
                 "several times. The security account says who is called."),
]  # fmt: skip


def routes(
    *,
    types: Annotated[bool, typer.Option("--types", help="Every finding type, one by one.")] = False,
    stack: Stack = "dev",
    account: Accounts = None,
    role: Role = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """For each finding its route, mode, runbook, who is called, and what is touched."""
    with mistakes_said(RoutesError):
        if account:
            entries = {each: Entry(each, role=role, region=region) for each in account}
            decided = together([_deployed(each, entry) for each, entry in entries.items()])
            title = f"deployed in {', '.join(entries)}, {next(iter(entries.values())).region}"
        else:
            decided, title = decided_by(stack_settings(stack)), f"Pulumi.{stack}.yaml"
    answered = answers(decided)
    every = typed(answered) if types else None
    if as_json:
        print(json.dumps(showing.as_data(answered, every), indent=2))
    else:
        showing.show(answered, every, title, screen())


def _deployed(account: str, entry: Entry) -> Decided:
    return decided_here(account, entry.client("events"), entry.client("ssm"))
