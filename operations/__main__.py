"""``python -m operations``: what people do, verb by verb; each verb's module says what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from names import Place, evidence_bucket
from operations import people, timeline
from operations.accounts.verb import accounts
from operations.analysis.verb import analyse
from operations.brakes import BrakeError, Brakes
from operations.drilling.verb import drill
from operations.entry import Entry, EntryError
from operations.evidence import INTACT, Evidence, EvidenceError, Kept
from operations.options import Region, Role, Security
from operations.readiness.verb import preflight
from operations.report import report
from operations.routing import verb as routing
from operations.story import verb as story
from runbooks.state import WHOLE_ACCOUNT

app = typer.Typer(add_completion=False, help="What people do with the pipeline.")
brake = typer.Typer(help="Stop containment, and let it go on.")
app.add_typer(brake, name="brake")
app.add_typer(accounts, name="accounts")
for verb in (
    *(preflight, people.invite, people.confirm),
    *(routing.routes, story.timeline, analyse, report, drill),
):
    app.command()(verb)
errors = Console(stderr=True)

Account = Annotated[str, typer.Option(help="Id of the account, 12 digits.")]
Route = Annotated[str, typer.Option(help="A route's name, or 'account' for every route.")]


@brake.command()
def on(
    *,
    account: Account,
    reason: Annotated[str, typer.Option(help="Why; it is shown to whoever asks.")],
    route: Route = WHOLE_ACCOUNT,
    role: Role = None,
    region: Region = None,
) -> None:
    """Nothing new is contained, until the brake is off; findings are still recorded."""
    with _said(account, role, region) as (brakes, who):
        brakes.engage(route, reason=reason, who=who)
        Console().print(f"on: the brake of {route} in {account}")


@brake.command()
def off(
    *,
    account: Account,
    reason: Annotated[str, typer.Option(help="Why it may go on.")] = "",
    route: Route = WHOLE_ACCOUNT,
    role: Role = None,
    region: Region = None,
) -> None:
    """What was left alone meanwhile is answered at its finding's next update."""
    with _said(account, role, region) as (brakes, who):
        brakes.let_go(route, reason=reason, who=who)
        Console().print(f"off: the brake of {route} in {account}")


@brake.command()
def status(
    *,
    account: Account,
    role: Role = None,
    region: Region = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Which brakes are on, why, and who engaged them; exit status 3 when any is."""
    with _said(account, role, region) as (brakes, _):
        engaged = brakes.status()
    if as_json:
        print(json.dumps(dict(engaged)))
    elif not engaged:
        Console().print(f"no brake is on in {account}")
    else:
        table = Table("brake", "why", title=f"on in {account}")
        for name, why in engaged.items():
            table.add_row(name, why)
        Console().print(table)
    raise typer.Exit(3 if engaged else 0)


@app.command()
def evidence(
    finding: Annotated[str, typer.Argument(help="Id of the finding, 32 of 0-9 and a-f.")],
    *,
    account: Security,
    role: Role = None,
    region: Region = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """What is kept of a finding, and whether it is as it was put; exit status 1 where it is not."""
    try:
        entry = Entry(account, role=role, region=region)
        bucket = evidence_bucket(Place(partition="", account=account, region=entry.region))
        records = timeline.read(entry.client("logs"), finding_id=finding)
        kept = Evidence(s3=entry.client("s3"), bucket=bucket).of(finding, records)
    except (EvidenceError, EntryError, ClientError, BotoCoreError) as error:
        errors.print(f"[bold red]not done:[/] {error}", highlight=False)
        raise typer.Exit(2) from error
    if as_json:
        print(json.dumps([asdict(each) for each in kept]))
    elif not kept:
        Console().print(f"no evidence of {finding} is recorded or there")
    else:
        _show(kept, bucket)
    wrong = [each for each in kept if each.state != INTACT]
    if wrong:
        errors.print(
            f"[bold red]{len(wrong)} of {len(kept)} are not as they were put:[/] "
            + ", ".join(f"{each.key} ({each.state})" for each in wrong),
            highlight=False,
            soft_wrap=True,  # a key is copied, and a broken one names nothing
        )
    raise typer.Exit(1 if wrong else 0)


def _show(kept: list[Kept], bucket: str) -> None:
    table = Table("object", "version", "state", "recorded", "held until", title=f"in {bucket}")
    for each in kept:
        held = f"{each.until} ({each.mode})" if each.until else "not held"
        table.add_row(each.key, each.version, each.state, f"{each.stage} {each.at}".strip(), held)
    Console().print(table)


@contextmanager
def _said(account: str, role: str | None, region: str | None) -> Iterator[tuple[Brakes, str]]:
    """Brakes to work on; what goes wrong is a sentence and exit status 1."""
    try:
        entry = Entry(account, role=role, region=region)
        yield Brakes(dynamodb=entry.client("dynamodb"), events=entry.client("events")), entry.who
    except (BrakeError, EntryError, ClientError, BotoCoreError) as error:
        errors.print(f"[bold red]not done:[/] {error}", highlight=False)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
