"""``python -m operations timeline``: one finding's way through every account."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from operations.entry import Entry
from operations.options import AsJson, Region, Role
from operations.sentences import mistakes_said, screen
from operations.story import showing
from operations.story.source import Event, StoryError, in_file, in_logs, story_of
from operations.story.way import way

Wanted = Annotated[
    str, typer.Argument(metavar="FINDING|INCIDENT", help="A finding's id or ARN, an incident's "
                        "ARN, or an OpsItem's id.")
]  # fmt: skip
Centre = Annotated[
    str | None, typer.Option("--account", help="Id of the security account, 12 digits.")
]
Ledger = Annotated[
    Path | None, typer.Option("--ledger", help="Read this file of the ledger's events instead.")
]


def timeline(
    finding: Wanted,
    *,
    account: Centre = None,
    ledger: Ledger = None,
    role: Role = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """What happened to a finding, where, when, by whom and why, with links into the console."""
    with mistakes_said(StoryError):
        events = events_of(ledger, entered(account, role, region))
        rows = way(story_of(finding, events))
    if as_json:
        print(json.dumps(showing.as_data(rows), indent=2))
    else:
        showing.show(rows, finding, screen())


def events_of(ledger: Path | None, entry: Entry | None) -> Callable[[str], Sequence[Event]]:
    """Where a story is read from, as the options say it; raises StoryError."""
    if ledger:
        return in_file(ledger)
    if entry is None:
        raise StoryError("say where the ledger is: --account and --region, or --ledger FILE")
    return in_logs(entry.client("logs"))


def entered(account: str | None, role: str | None, region: str | None) -> Entry | None:
    """The way into the security account, where one is named."""
    return Entry(account, role=role, region=region) if account else None
