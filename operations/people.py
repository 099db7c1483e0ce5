"""Verbs about the people: can they be reached, and what makes that they can."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from operations import contacts, subscriptions
from operations import preflight as asked
from operations.entry import Entry, EntryError
from operations.options import Region, Role, Security

errors = Console(stderr=True)

DOUBTS, GRAVE, UNKNOWN = 1, 2, 3
"""Exit statuses of ``preflight`` of people alone."""
MISTAKES = (
    EntryError,
    asked.PreflightError,
    contacts.InviteError,
    subscriptions.ConfirmError,
    ClientError,
    BotoCoreError,
)


def reached(account: str, *, role: str | None, region: str | None, as_json: bool) -> NoReturn:
    """Whether people would be reached; exit status 1: doubts, 2: a team alone, 3: unknown."""
    with _said(UNKNOWN):
        report = asked.people(Entry(account, role=role, region=region).client)
    if as_json:
        print(json.dumps(asdict(report)))
    else:
        _show(report)
    raise typer.Exit(GRAVE if report.grave else DOUBTS if report.doubts else 0)


def _show(report: asked.Report) -> None:
    if report.doubts:
        table = Table("where", "what", "remedy", title="Who may not be reached, and why")
        for doubt in report.doubts:
            told = map(escape, (doubt.where, doubt.what, doubt.remedy))
            table.add_row(*told, style="bold red" if doubt.grave else "")
        Console().print(table)
    else:
        Console().print("Everybody can be reached.")
    for note in report.notes:
        Console().print(note)


def invite(
    person: Annotated[
        list[str] | None, typer.Argument(help="Persons of the stack; everybody if none is named.")
    ] = None,
    *,
    account: Security,
    role: Role = None,
    region: Region = None,
) -> None:
    """Send a code to every channel that nobody has activated; whoever gets it enters it."""
    with _said(1):
        entry = Entry(account, role=role, region=region)
        if asked.engagement(entry.client("ssm")).backend != asked.CONTACTS:
            raise contacts.InviteError(
                "the backend is ops-center, which has no codes: SNS asks each mail address at the "
                f"deployment, and {subscriptions.AGAIN}"
            )
        sent = 0
        for channel in contacts.invite(entry.client("ssm-contacts"), person or ()):
            sent += 1
            _line(f"sent a code to {channel.person}, {channel.kind} {channel.address}")
        if not sent:
            _line("nothing to send: every channel is activated")


def confirm(
    token: Annotated[
        list[str], typer.Argument(help="The token in SNS's mail, or the link that has it, quoted.")
    ],
    *,
    account: Security,
    role: Role = None,
    region: Region = None,
) -> None:
    """Confirm subscriptions, so that nobody but this account can end them."""
    with _said(1):
        entry = Entry(account, role=role, region=region)
        topic = asked.engagement(entry.client("ssm")).topic
        for each in token:
            _line(f"confirmed: {subscriptions.confirm(entry.client('sns'), topic, each)}")


def _line(text: str) -> None:
    Console().print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _said(status: int) -> Iterator[None]:
    """What goes wrong is a sentence and this exit status."""
    try:
        yield
    except MISTAKES as error:
        errors.print(f"[bold red]not done:[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(status) from error
