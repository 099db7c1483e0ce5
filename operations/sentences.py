"""What a verb says to a person: a line that is copied whole, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from operations.entry import EntryError

_errors = Console(stderr=True)


def screen(width: int = 140) -> Console:
    """The terminal; into a file or a pipe, lines that hold a table without cutting its names.

    ``width`` is characters a line, where there is no terminal to ask.
    """
    here = Console()
    return here if here.is_terminal else Console(width=width)


def line(text: str) -> None:
    """Text as it is: nothing in it is markup, and it is not broken, since it may be copied."""
    Console().print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def mistakes_said(*expected: type[Exception], status: int = 1) -> Iterator[None]:
    """What goes wrong is a sentence and this exit status; AWS's own errors are expected always."""
    try:
        yield
    except (*expected, EntryError, ClientError, BotoCoreError) as error:
        told = f"[bold red]not done:[/] {escape(str(error))}"
        _errors.print(told, highlight=False, soft_wrap=True)  # it may hold a command to copy
        raise typer.Exit(status) from error
