"""A story for a person at a terminal, and for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from operations.records import STEP
from operations.spans import spoken
from operations.story.way import Row
from runbooks.respond_to_incident.messages import quoted

BRIEF = 60
"""Characters of a reason that stand in a row; the whole is in the JSON."""


def as_data(rows: list[Row]) -> list[dict[str, Any]]:
    """What ``--json`` prints."""
    return [asdict(row) for row in rows]


def show(rows: list[Row], title: str, console: Console) -> None:
    """The rows, without the response's own steps, and then each link once."""
    table = Table("at (UTC)", "since", "account", "stage", "who", "why", title=Text(title))
    for row in rows:
        if row.stage != STEP:
            at = row.at[:19].replace("T", " ")
            cells = (at, spoken(row.since_s), _place(row), _harmless(row.stage))
            told = (_harmless(row.who.rpartition(":")[2]), _harmless(row.why))
            table.add_row(*map(Text, (*cells, *told)))
    console.print(table)
    steps = [row for row in rows if row.stage == STEP]
    if steps:
        console.print(f"{len(steps)} steps of the response are in --json.", highlight=False)
    for address, where in _addresses(rows).items():
        console.print(Text(f"{where}: {address}"), soft_wrap=True)


def _place(row: Row) -> str:
    return f"{row.account} {row.region}"


def _harmless(text: str, most: int = BRIEF) -> str:
    """What somebody else may have written, of one line and without what a terminal obeys."""
    return quoted(text, most)[1:-1] if text else ""


def _addresses(rows: list[Row]) -> dict[str, str]:
    """Each address once, with what it is and in which account."""
    found: dict[str, str] = {}
    for row in rows:
        for kind, address in row.links.items():
            what = f"{kind} ({row.runbook})" if kind == "run" and row.runbook else kind
            found.setdefault(address, f"{what} in {row.account}")
    return found
