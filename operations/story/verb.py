"""``python -m operations timeline``: one finding's way through every account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from operations.entry import Entry
from operations.options import AsJson, Region, Role
from operations.records import Record
from operations.sentences import mistakes_said
from operations.story import showing
from operations.story.source import StoryError, in_file, in_logs, story_of
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
        rows = way(_story(finding, account, ledger, role, region))
    if as_json:
        print(json.dumps(showing.as_data(rows), indent=2))
    else:
        showing.show(rows, finding, Console())


def _story(
    wanted: str, account: str | None, ledger: Path | None, role: str | None, region: str | None
) -> list[Record]:
    if ledger:
        return story_of(wanted, in_file(ledger))
    if not account:
        raise StoryError("say where the ledger is: --account and --region, or --ledger FILE")
    logs = Entry(account, role=role, region=region).client("logs")
    return story_of(wanted, in_logs(logs))
