"""Figures of time: stage by stage, month by month, by route, account and team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.figures.figures import Figures
from operations.figures.group import Group, Span
from operations.figures.occurrences import STAGES
from operations.pages.charts import Chart
from operations.pages.spans import SHOWN, Timed, spans
from operations.pages.trends import Limit, Series, months_between, trend
from operations.pages.words import NOTHING, axis, duration, share

NOT_CONTAINED: Final = "Nothing was contained in this time."
UNTIL: Final = STAGES[: STAGES.index("contained") + 1]
"""Stages of a containment; how long it lasts until a release is another matter."""
COLUMNS: Final = ("contained", "median", "p90", "within the objective")


def charts(figures: Figures) -> list[Chart]:
    """All figures of time, in the order in which they are read."""
    return [_stages(figures), _months(figures), *_apart(figures)]


def _stages(figures: Figures) -> Chart:
    found = figures.all.stages
    several = list(_following({each: found[each] for each in UNTIL if each in found}))
    told = [f"{each.name} {duration(each.span.median_s)}" for each in several]
    return Chart(
        name="stages",
        title="From the first sign to each stage",
        caption="A bar ends at the median time from the first sign to the stage, and begins where"
        " the stage before it ended. The line goes on to p90, which nine of ten did not exceed."
        " Medians of stages do not add up exactly.",
        says="Median time from the first sign: " + ", ".join(told),
        svg=spans("stages", several) if several else None,
        nothing="No attack reached a stage in this time.",
        columns=("stage", "reached", "median", "p90"),
        rows=[
            (
                each,
                str(found[each].count),
                duration(found[each].median_s),
                duration(found[each].p90_s),
            )
            for each in STAGES
            if each in found
        ],
        numeric=(1, 2, 3),
    )


def _following(found: Mapping[str, Span]) -> Iterator[Timed]:
    """A waterfall: each begins where the one before it has its median."""
    ended = 0.0
    for name, each in found.items():
        yield Timed(name=name, span=each, begins=min(ended, each.median_s))
        ended = each.median_s


def _months(figures: Figures) -> Chart:
    objective = figures.objective_s
    medians, nineties = {}, {}
    for month, group in figures.by_month.items():
        if span := group.stages.get("contained"):
            medians[month], nineties[month] = span.median_s, span.p90_s
    unit, length = axis(max([objective, *nineties.values()]))
    several = [
        _series("median", medians, length, color="var(--accent)"),
        _series("p90", nineties, length, color="var(--second)", shape="square", dash=(5, 3)),
    ]
    limit = Limit(value=objective / length, words=f"objective {duration(objective)}")
    return Chart(
        name="months",
        title="Time to contain, month by month",
        caption="By the month of the first sign, UTC. A month without a containment is a gap.",
        says="; ".join(f"{month}: median {duration(each)}" for month, each in medians.items()),
        svg=trend("months", several, unit=unit, limit=limit) if medians else None,
        nothing=NOT_CONTAINED,
        columns=("month", *COLUMNS),
        rows=[
            _row(month, figures.by_month.get(month)) for month in months_between(figures.by_month)
        ],
        numeric=(1, 2, 3, 4),
    )


def _series(name: str, points: Mapping[str, float], length: int, **how: Any) -> Series:
    return Series(name=name, points={at: each / length for at, each in points.items()}, **how)


def _apart(figures: Figures) -> Iterator[Chart]:
    for name, groups in (
        ("account", figures.by_account),
        ("route", figures.by_route),
        ("team", figures.by_team),
    ):
        yield _by(name, groups, figures.objective_s)


def _by(what: str, groups: Mapping[str, Group], objective: float) -> Chart:
    found = [
        Timed(name=name, span=group.stages["contained"])
        for name, group in groups.items()
        if "contained" in group.stages
    ]
    slowest = sorted(found, key=lambda each: (-each.span.median_s, each.name))
    shown = slowest[:SHOWN]
    order = [each.name for each in slowest]
    order += [name for name in groups if name not in order]
    many = f" The {SHOWN} slowest of {len(found)}; the table has all." if len(found) > SHOWN else ""
    return Chart(
        name=f"by-{what}",
        title=f"Time to contain by {what}",
        caption=f"Slowest median first; amber where it misses the objective of"
        f" {duration(objective)}, the dotted line. The thin line goes on to p90.{many}",
        says="Median: "
        + ", ".join(f"{each.name} {duration(each.span.median_s)}" for each in shown),
        svg=spans(f"by-{what}", shown, objective_s=objective) if shown else None,
        nothing=NOT_CONTAINED,
        columns=(what, *COLUMNS),
        rows=[_row(name, groups[name]) for name in order],
        numeric=(1, 2, 3, 4),
    )


def _row(name: str, group: Group | None) -> tuple[str, ...]:
    span = group.stages.get("contained") if group else None
    within = (
        f"{group.within} of {group.of} ({share(group.within / group.of)})"
        if group and group.of
        else NOTHING
    )
    if span is None:
        return name, "0", NOTHING, NOTHING, within
    return name, str(span.count), duration(span.median_s), duration(span.p90_s), within
