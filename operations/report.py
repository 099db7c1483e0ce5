"""``python -m operations report``: how long containing takes, and where the time goes.

``report.json`` has every figure (``operations/figures``), for machines; ``report.html`` shows them
to people (``operations/pages``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from names import METRICS
from operations.entry import Entry
from operations.figures.figures import Figures, as_data, figures_of
from operations.figures.group import Group, Span
from operations.figures.occurrences import STAGES
from operations.options import AsJson, Region, Role
from operations.sentences import line, mistakes_said, screen
from operations.spans import spoken
from operations.story.source import Event, StoryError, lines_of
from operations.story.verb import Centre, Ledger, entered
from operations.timeline import events_with, normalised

OBJECTIVE: Final = 15
"""Minutes, where neither the option nor a deployed alarm says another."""
_DAYS: Final = re.compile(r"([0-9]{1,4})d")
_progress = Console(stderr=True)


class ReportError(RuntimeError):
    """There is nothing to report, or it is not said where it is; with what to do."""


def report(
    *,
    out: Annotated[
        Path | None, typer.Option(help="A folder for report.json and report.html.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="A date, 2026-01-01, or days, 90d.")] = None,
    objective_minutes: Annotated[
        float | None, typer.Option(min=0.1, help="Else the deployed alarm's, else 15.")
    ] = None,
    account: Centre = None,
    ledger: Ledger = None,
    role: Role = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """Mean time to contain in its stages, by route, account, team and month; drills apart."""
    with mistakes_said(ReportError, StoryError):
        begin = _begin(since)
        entry = entered(account, role, region)
        events, wrong = _events(ledger, entry, begin)
        objective = objective_minutes or (_deployed_objective(entry) if entry else OBJECTIVE)
        figures = _figures(events, begin, objective * 60)
    for each in wrong:
        _progress.print(f"left out, no event: {each}", markup=False, highlight=False)
    data = {**as_data(figures), "lines_left_out": len(wrong)}
    if out:
        out.mkdir(parents=True, exist_ok=True)
        out.joinpath("report.json").write_text(json.dumps(data, indent=2) + "\n")
        line(f"written: {out / 'report.json'}")
        line(f"written: {_page(figures, out / 'report.html')}")
    if as_json:
        print(json.dumps(data, indent=2))
    else:
        show(figures, screen())


def _page(figures: Figures, path: Path) -> Path:
    """Write the page."""
    from operations.pages import report as pages  # noqa: PLC0415 - charts take two seconds to load

    return pages.write(figures, path)


def show(figures: Figures, console: Console) -> None:
    """The time of each stage, and what became of all."""
    table = Table("stage", "how many", "median", "p90", title=_title(figures))
    for stage in STAGES:
        found = figures.all.stages.get(stage)
        table.add_row(stage, *_cells(found))
    console.print(table)
    for name, of in (("all", figures.all), ("drills", figures.drills)):
        console.print(f"{name}: {_said(of)}", highlight=False, markup=False)


def _title(figures: Figures) -> str:
    return f"seconds from the first sign, {figures.since[:10]} to {figures.until[:10]}"


def _cells(found: Span | None) -> tuple[str, str, str]:
    return (str(found.count), spoken(found.median_s), spoken(found.p90_s)) if found else ("0",) * 3


def _said(of: Group) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in of.outcomes.items())
    within = f"{of.within} of {of.of} within the objective" if of.of else "none to contain"
    return f"{of.count} ({outcomes or 'none'}); {within}; {of.automatic} without a person"


def _figures(events: Sequence[Event], begin: datetime | None, objective_s: float) -> Figures:
    records = normalised(events)
    if begin:  # of a file; the log group was asked for no more
        records = [each for each in records if each.moment >= begin]
    if not records:
        raise ReportError("the ledger has nothing in this time: give an earlier --since, or none")
    return figures_of(records, objective_s)


def _begin(since: str | None) -> datetime | None:
    if since is None:
        return None
    days = _DAYS.fullmatch(since)
    if days:
        return datetime.now(UTC) - timedelta(days=int(days[1]))
    try:
        return datetime.fromisoformat(since).replace(tzinfo=UTC)
    except ValueError as error:
        raise ReportError(f"--since {since}: write a date, 2026-01-01, or days, 90d") from error


def _events(
    ledger: Path | None, entry: Entry | None, begin: datetime | None
) -> tuple[Sequence[Event], list[str]]:
    if ledger:
        return lines_of(ledger)
    if entry is None:
        raise ReportError("say where the ledger is: --account and --region, or --ledger FILE")
    with _progress.status("reading the ledger …"):
        return events_with(entry.client("logs"), since=begin), []


def _deployed_objective(entry: Entry) -> float:
    """Minutes, as the alarm on the time to contain has them."""
    alarms: Any = entry.client("cloudwatch").describe_alarms_for_metric(
        Namespace=METRICS, MetricName="TimeToContain", ExtendedStatistic="p90"
    )["MetricAlarms"]
    return float(alarms[0]["Threshold"]) / 60 if alarms else OBJECTIVE
