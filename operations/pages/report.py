"""The page of a report: how quickly attacks were contained, and what stands in the way.

It begins with the one number, and every figure after it can be counted again from its table.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from operations.figures.figures import Figures
from operations.figures.group import Group, Span
from operations.figures.occurrences import Occurrence
from operations.pages import outcomes, times, work
from operations.pages.look import TEMPLATES, rendered, written
from operations.pages.trends import months_between

TEMPLATE: Final = TEMPLATES / "report.html"
COMPARED: Final = 3
"""Months that are compared with as many before them."""
ENOUGH: Final = 5
"""Containments on each side, below which nothing is said of a trend."""
STEADY: Final = 0.05
"""A median that differs by less than this part of itself is as it was."""
SLOWEST: Final = 10


def write(figures: Figures, path: Path) -> Path:
    """Write the page; its full path."""
    return written(path, page(figures))


def page(figures: Figures) -> str:
    """The page as text."""
    real = [each for each in figures.occurrences if not each.drill]
    return rendered(
        TEMPLATE,
        figures=figures,
        since=_day(figures.since),
        until=_day(figures.until),
        accounts=len({each.account for each in real}),
        contained=contained(figures.all),
        trend=trend_of(figures),
        times=times.charts(figures),
        work=work.charts(figures),
        outcomes=outcomes.charts(figures),
        set_aside=_set_aside(figures),
        slowest=_slowest(real),
        still_open=[each for each in real if each.outcome in ("waiting", "open")],
    )


def contained(group: Group) -> Span | None:
    """The times to ``contained``; None where nothing was."""
    return group.stages.get("contained")


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Medians of the last months and of as many before; ``words`` where there are too few."""

    words: str
    now_s: float | None = None
    before_s: float | None = None
    tone: str = ""


def trend_of(figures: Figures) -> Trend:
    """The median time to contain of the last three months against the three before them."""
    months = months_between(figures.by_month)
    now, before = (
        _times_in(figures.occurrences, each)
        for each in (months[-COMPARED:], months[-2 * COMPARED : -COMPARED])
    )
    if min(len(now), len(before)) < ENOUGH:
        return Trend(words="too few containments to compare")
    new, old = statistics.median(now), statistics.median(before)
    if abs(new - old) <= STEADY * old:
        return Trend(words="as it was", now_s=new, before_s=old)
    slower = new > old
    words, tone = ("slower", "bad") if slower else ("quicker", "good")
    return Trend(words=words, now_s=new, before_s=old, tone=tone)


def _times_in(occurrences: Iterable[Occurrence], months: Sequence[str]) -> list[float]:
    return [
        each.seconds["contained"]
        for each in occurrences
        if not each.drill and each.outcome == "contained" and each.first_sign[:7] in months
    ]


def _slowest(real: Sequence[Occurrence]) -> list[Occurrence]:
    timed = [each for each in real if "contained" in each.seconds and each.outcome != "skipped"]
    return sorted(timed, key=lambda each: -each.seconds["contained"])[:SLOWEST]


def _set_aside(figures: Figures) -> list[tuple[str, int, str]]:
    """What, how many, and why it is in no median."""
    apart = figures.set_aside
    return [
        ("updates", apart.updates, "the finding was seen again while it was being answered"),
        ("drills", apart.drills, "rehearsed on purpose: they have figures of their own"),
        ("dry runs", apart.dry_runs, "said what they would do, and did nothing"),
        ("unreadable events", apart.unreadable, "no report of ours, or a broken one"),
        ("clock skew", apart.skewed, "a time came out negative and is counted as none"),
    ]


def _day(text: str) -> dict[str, Any]:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return {"iso": moment.isoformat(timespec="seconds"), "shown": f"{moment.day} {moment:%B %Y}"}
