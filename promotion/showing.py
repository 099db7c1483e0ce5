"""What people see of a promotion: how far each stack is, and one summary at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from promotion.worker import Done

MARKS = {
    "deployed": "[green]deployed[/]",
    "unchanged": "[green]unchanged[/]",
    "skipped": "already there",
    "looked": "[green]looked at[/]",
    "failed": "[bold red]failed[/]",
}
NOT_BEGUN = "[yellow]not begun[/]"


class Watching:
    """Progress while workers run: moving on a terminal, a line for each end elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:.0f} resources"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._began = time.monotonic()

    def __enter__(self) -> Watching:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def told(self, stack: str, resources: int) -> None:
        """A worker says how far it is."""
        if stack not in self._tasks:
            self._tasks[stack] = self._progress.add_task(stack, total=None)
        self._progress.update(self._tasks[stack], completed=resources)

    def finished(self, done: Done) -> None:
        """A worker has ended."""
        if done.stack in self._tasks:
            self._progress.remove_task(self._tasks.pop(done.stack))
        since = time.monotonic() - self._began
        self._console.print(
            f"  {since:6.1f} s  {done.stack}: {MARKS[done.outcome]}{_what(done)}", highlight=False
        )


def summary(console: Console, wanted: Sequence[str], every: Sequence[Done]) -> None:
    """One table of all stacks that were wanted, and what went wrong in full."""
    found = {done.stack: done for done in every}
    table = Table("stack", "outcome", "resources", "changed", "seconds")
    for stack in wanted:
        done = found.get(stack)
        if done is None:
            table.add_row(stack, NOT_BEGUN, "", "", "")
            continue
        # One that was compared with AWS first is told twice.
        whole = sum(number for op, number in done.counts.items() if op != "refresh")
        table.add_row(
            stack,
            MARKS[done.outcome],
            str(whole or ""),
            str(len(done.changes) or ""),
            f"{done.seconds:.1f}" if done.seconds else "",
        )
    console.print(table)
    for done in every:
        for error in done.errors:
            console.print(f"[bold red]{done.stack}:[/] {escape(error)}", highlight=False)


def _what(done: Done) -> str:
    if done.errors:
        return f": {escape(done.errors[0].splitlines()[0][:160])}"
    if not done.counts:
        return ""
    ops: dict[str, int] = {}
    for change in done.changes:
        ops[change.op] = ops.get(change.op, 0) + 1
    changed = ", ".join(f"{number} {op}" for op, number in sorted(ops.items()))
    return f", {changed or 'nothing changes'} ({done.seconds:.1f} s)"
