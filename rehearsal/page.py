"""The page of a rehearsal: what was deployed where, what was played, what it took, what is left.

``make rehearse`` writes it beside what it prints, for whoever was not there to watch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from operations.drill import Played, Stage
from operations.pages import words
from operations.pages.bars import Bar, bars
from operations.pages.charts import Chart
from operations.pages.lanes import Lane, lanes
from operations.pages.look import rendered, written
from operations.scenarios import SCENARIOS
from rehearsal.report import Report

TEMPLATE: Final = Path(__file__).parent / "rehearsal.html"
LENGTHS: Final = (
    ("at-once", 180.0, "Answered by the machine: within three minutes"),
    ("with-people", 3_600.0, "Waiting for somebody or something: within an hour"),
    ("for-long", float("inf"), "Longer than an hour"),
)
"""Scenarios share an axis with those of their length: name, longest in seconds, title."""


def write(report: Report, path: Path, *, at: datetime) -> Path:
    """Write the page of a run that ended at ``at``; its full path."""
    return written(path, page(report, at=at))


def page(report: Report, *, at: datetime) -> str:
    """The page as text."""
    contained = [each.time_to_contain_s for each in report.scenarios]
    times = [seconds for seconds in contained if seconds is not None]
    return rendered(
        TEMPLATE,
        report=report,
        at=at,
        failed=[each for each in report.scenarios if each.verdict != "passed"],
        median=median(times) if times else None,
        slowest=max(times, default=None),
        contained=len(times),
        charts=list(_in_time(report.scenarios)),
        played=[_row(each) for each in report.scenarios],
        places=_places(report),
        parts=_parts(report.seconds),
        real=sum(report.seconds.values()),
    )


def _in_time(scenarios: Sequence[Played]) -> Iterator[Chart]:
    """One chart for each length of scenarios; what has no stages is in the table alone."""
    several = [_lane(each) for each in scenarios if each.stages]
    shortest = -1.0
    for name, longest, title in LENGTHS:
        fitting = [lane for lane in several if shortest < lane.end <= longest]
        shortest = longest
        if fitting:
            yield Chart(
                name=name,
                title=title,
                caption="Each line is a scenario, from the first sign of the attack to its last"
                " stage in the ledger, in virtual time.",
                says=_said(fitting),
                svg=lanes(name, fitting),
                columns=("scenario", "stages"),
                rows=[(lane.name, _stages(lane.stages)) for lane in fitting],
            )
    if not several:
        yield Chart(
            name="nothing-played",
            title="Scenarios",
            caption="Stages come from the ledger.",
            nothing="No scenario was played, or none left a stage in the ledger.",
        )


def _said(several: Sequence[Lane]) -> str:
    failed = [lane.name for lane in several if lane.failed]
    told = f"failed: {', '.join(failed)}" if failed else "none failed"
    return (
        f"Time axis of {words.count(len(several), 'scenario')}; {told}. The table has each stage."
    )


def _lane(played: Played) -> Lane:
    stages = played.stages
    begun = min(_when(stage).timestamp() - _elapsed(stage) for stage in stages)
    return Lane(
        name=played.name,
        failed=played.verdict != "passed",
        stages=[
            # A finding has its own beginning; what has none is placed by the first of all.
            (str(stage["stage"]), _elapsed(stage) or _when(stage).timestamp() - begun)
            for stage in stages
        ],
    )


def _when(stage: Stage) -> datetime:
    return datetime.fromisoformat(str(stage["at"]))


def _elapsed(stage: Stage) -> float:
    return float(stage["elapsed_s"] or 0)


def _stages(stages: Sequence[tuple[str, float]]) -> str:
    """``received 3.7 s → blocked 33.3 s``; of one stage that comes many times, first and last."""
    times: dict[str, list[float]] = {}
    for stage, at in stages:
        times.setdefault(stage, []).append(at)
    several = Counter(stage for stage, _ in stages)
    if max(several.values()) <= 2:
        return " → ".join(f"{stage} {words.duration(at)}" for stage, at in stages)
    return ", ".join(
        f"{stage} {words.duration(each[0])}"
        if len(each) == 1
        else f"{len(each)} {stage}, {words.duration(min(each))} to {words.duration(max(each))}"
        for stage, each in times.items()
    )


def _row(played: Played) -> dict[str, Any]:
    shows = {each.name: each.shows for each in SCENARIOS}
    name = played.name.partition(" (")[0]
    lane = _lane(played) if played.stages else None
    return {
        "name": played.name,
        "shows": shows.get(name, ""),
        "failed": played.verdict != "passed",
        "verdict": played.verdict,
        "why": played.why or "",
        "stages": _stages(lane.stages) if lane else words.NOTHING,
        "seconds": played.time_to_contain_s,
        "steps": played.steps_to_contain,
        "calls": played.calls_to_contain,
    }


def _places(report: Report) -> list[dict[str, Any]]:
    """For each account a table: its components, and how many resources they are in each region."""
    accounts: dict[str, dict[tuple[str, str], int]] = {}
    for each in report.deployed:
        counts = accounts.setdefault(each.account, {})
        counts[each.component, each.region] = each.resources
    return [_place(account, counts) for account, counts in accounts.items()]


def _place(account: str, counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    regions = sorted({region for _, region in counts})
    components = sorted({component for component, _ in counts})
    return {
        "account": account,
        "resources": sum(counts.values()),
        "columns": ("component", *[region or "all regions" for region in regions]),
        "rows": [
            (each, *[counts.get((each, region), words.NOTHING) for region in regions])
            for each in components
        ],
    }


def _parts(seconds: Mapping[str, float]) -> Chart:
    longest = sorted(seconds.items(), key=lambda part: -part[1])
    several = [Bar(name=name, value=took, written=words.duration(took)) for name, took in longest]
    return Chart(
        name="real-seconds",
        title="Where the time went",
        caption="Real time of this machine, the twelve longest parts of the run; "
        "the table has all of them in their order.",
        says="; ".join(f"{name} {words.duration(took)}" for name, took in longest[:12]),
        svg=bars("real-seconds", several[:12]) if several else None,
        columns=("part", "real time"),
        rows=[(name, words.duration(took)) for name, took in seconds.items()],
        numeric=(1,),
    )
