"""Accounts, mistakes and comparisons, for a person at a terminal and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from operations.accounts.comparing import Comparison
from operations.accounts.contained import Held
from operations.accounts.environment import Row
from operations.accounts.mistake import Mistake

_PARTS = {
    "uncovered": "active, and nobody covers it",
    "gone": "in Git, and gone or not active",
    "apart": "not to be covered",
    "left_out": "left out on purpose",
    "renamed": "called otherwise",
}


def as_data(told: Iterable[Any]) -> list[dict[str, Any]]:
    """What ``--json`` prints of rows or mistakes."""
    return [asdict(each) for each in told]


def compared_as_data(comparison: Comparison, written: Sequence[str]) -> dict[str, Any]:
    """What ``discover --json`` prints; ``written`` are the files that were changed."""
    return {**asdict(comparison), "written": list(written)}


def show_rows(rows: Sequence[Row], title: str, console: Console) -> None:
    """A line for each account."""
    table = Table("account", "id", "part", "batch", "stack", "contains", "modes apart", title=title)
    for each in rows:
        apart = "\n".join(f"{route}: {mode}" for route, mode in each.modes.items())
        contains = "in each region" if each.contains else "no"
        table.add_row(
            escape(each.name), each.id, each.role, each.batch, each.stack, contains, apart or "-"
        )
    console.print(table)
    regions = ", ".join(rows[0].regions) if rows else ""
    console.print(f"{len(rows)} accounts in {regions}", highlight=False)


def show_mistakes(mistakes: Sequence[Mistake], console: Console) -> None:
    """A line for each mistake, which is copied whole into an editor or a review."""
    for each in mistakes:
        console.print(str(each), markup=False, highlight=False, soft_wrap=True)


def show_comparison(comparison: Comparison, title: str, console: Console) -> None:
    """What differs; what is left out on purpose stands at the end."""
    table = Table("", "account", "id", "", title=title)
    for part, meaning in _PARTS.items():
        for each in getattr(comparison, part):
            style = "bold red" if part == "uncovered" else ""
            table.add_row(meaning, escape(each.name), each.id, escape(each.said), style=style)
    if table.row_count:
        console.print(table)


def told_of(held: Sequence[Held]) -> list[str]:
    """What keeps an account from being taken out, with the command that ends it."""
    return [
        f"{each.resource} is {each.stage}"
        + (f" for the finding {each.finding}" if each.finding else "")
        + f": {each.remedy}"
        for each in held
    ]
