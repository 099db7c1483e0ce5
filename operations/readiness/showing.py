"""What was found, for a person and for a machine: what is grave first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar
from rich.table import Column, Table

from operations.readiness.examine import Examined, Progress


def as_data(examined: Examined) -> dict[str, Any]:
    """All of it as plain data."""
    return {
        "environment": examined.environment,
        "status": examined.status,
        "doubts": [{"check": check, **asdict(doubt)} for check, doubt in examined.doubts],
        "unasked": [
            {"check": each.check, "where": each.where, "why": each.why, "remedy": each.remedy}
            for each in examined.unasked
        ],
        "notes": examined.notes,
        "figures": [{"check": check, **asdict(figure)} for check, figure in examined.figures],
    }


def show(examined: Examined, screen: Console) -> None:
    """A table of what is doubtful and of what could not be asked; notes below it."""
    if examined.doubts or examined.unasked:
        # An ARN that is cut names nothing: it is folded.
        columns = [Column(each, overflow="fold") for each in ("check", "where", "what", "remedy")]
        table = Table(*columns, title=f"{examined.environment}: preflight")
        for check, doubt in examined.doubts:
            told = map(escape, (check, doubt.where, doubt.what, doubt.remedy))
            table.add_row(*told, style="bold red" if doubt.grave else "")
        for each in examined.unasked:
            told = map(escape, (each.check, each.where, f"not asked: {each.why}", each.remedy))
            table.add_row(*told, style="yellow")
        screen.print(table)
    said = [*examined.notes, *_nearest(examined)]
    for note in said:
        screen.print(note, markup=False, highlight=False, soft_wrap=True)
    grave = sum(1 for _, doubt in examined.doubts if doubt.grave)
    screen.print(
        f"{len(examined.answers)} questions: {grave} grave, {len(examined.doubts) - grave} "
        f"doubtful, {len(examined.unasked)} not asked",
        highlight=False,
    )


def _nearest(examined: Examined) -> Iterator[str]:
    """Of each check that counts, the figure that is nearest to its limit."""
    for check in dict.fromkeys(check for check, _ in examined.figures):
        most = max((f for of, f in examined.figures if of == check), key=lambda f: f.share)
        adds = f" and at most {most.adds} to come" if most.adds else ""
        yield (
            f"{check}: nearest to its limit is {most.where}: {most.what}, {most.value}{adds} of "
            f"{most.limit}"
        )


@contextmanager
def progress_on(errors: Console) -> Iterator[Progress]:
    """A bar on the terminal for what is being asked; nothing where there is no terminal."""
    if not errors.is_terminal:  # where a bar that is switched off still leaves an empty line
        yield lambda what, done, of: None
        return
    with Bar(console=errors, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def advanced(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done)

        yield advanced
