"""Figures of work: what the machine did by itself, and what people did by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from operations.figures.figures import Figures
from operations.figures.steps import MANUAL, Share, Step
from operations.pages.bars import Bar, bars
from operations.pages.charts import Chart
from operations.pages.trends import Series, months_between, trend
from operations.pages.words import NOTHING, axis, duration, share

SHOWN: Final = 10
NOBODY_RESPONDED: Final = "No response was run in this time."


def charts(figures: Figures) -> list[Chart]:
    """All figures of work, in the order in which they are read."""
    return [
        _automatic(figures),
        _spent(figures.shares),
        _succeeded(figures.steps),
        _by_hand(figures.steps),
        _steps(figures.steps),
    ]


def _automatic(figures: Figures) -> Chart:
    alone = {
        month: 100 * group.automatic / group.of
        for month, group in figures.by_month.items()
        if group.of
    }
    steps = {
        month: 100 * each.automatic / (each.automatic + each.manual)
        for month, each in figures.shares.items()
    }
    several = [
        Series(name="contained without a person", points=alone, color="var(--good)"),
        Series(
            name="steps of responses",
            points=steps,
            color="var(--accent)",
            shape="square",
            dash=(5, 3),
        ),
    ]
    return Chart(
        name="automatic",
        title="Automated share, month by month",
        caption="Contained without a person, of all attacks that had to be contained, by the month"
        " of the first sign; automatic steps, of all steps of responses, by the month of the step.",
        says="; ".join(
            f"{month}: {round(each)} % without a person" for month, each in alone.items()
        ),
        svg=trend("automatic", [each for each in several if each.points], unit="percent")
        if alone or steps
        else None,
        nothing="Nothing had to be contained in this time, and no response was run.",
        columns=(
            "month",
            "had to be contained",
            "without a person",
            "by approval",
            "steps",
            "automatic steps",
        ),
        rows=[_month(month, figures) for month in months_between({*alone, *steps})],
        numeric=(1, 2, 3, 4, 5),
    )


def _month(month: str, figures: Figures) -> tuple[str, ...]:
    group, steps = figures.by_month.get(month), figures.shares.get(month)
    cells = (NOTHING, NOTHING, NOTHING)
    if group and group.of:
        alone = f"{group.automatic} ({share(group.automatic / group.of)})"
        cells = (str(group.of), alone, str(group.by_approval))
    if steps is None:
        return month, *cells, NOTHING, NOTHING
    all_steps = steps.automatic + steps.manual
    return (
        month,
        *cells,
        str(all_steps),
        f"{steps.automatic} ({share(steps.automatic / all_steps)})",
    )


def _by_hand(steps: Sequence[Step]) -> Chart:
    manual = [each for each in steps if each.kind == MANUAL]
    several = [
        Bar(
            name=each.step,
            value=each.human_s,
            written=f"{duration(each.human_s)} · {each.count} runs",
            color="var(--amber)",
        )
        for each in manual[:SHOWN]
    ]
    return Chart(
        name="by-hand",
        wide=True,
        title="What people do by hand",
        caption="Time that people spent on each step, waiting for them included, and how often it"
        " was run. The longest is the first to make automatic.",
        says="; ".join(f"{each.step} {duration(each.human_s)}" for each in manual[:SHOWN]),
        svg=bars("by-hand", several) if several else None,
        nothing="Nobody did anything by hand in this time.",
        columns=("step", "times", "succeeded", "median", "p90", "time of people"),
        rows=[_step(each)[:1] + _step(each)[2:] for each in manual],
        numeric=(1, 2, 3, 4, 5),
    )


def _step(each: Step) -> tuple[str, ...]:
    return (
        each.step,
        each.kind,
        str(each.count),
        share(each.succeeded / each.count),
        duration(each.seconds.median_s if each.seconds else None),
        duration(each.seconds.p90_s if each.seconds else None),
        duration(each.human_s) if each.kind == MANUAL else NOTHING,
    )


def _spent(shares: Mapping[str, Share]) -> Chart:
    unit, length = axis(max((each.human_s for each in shares.values()), default=0))
    spent = {month: each.human_s / length for month, each in shares.items()}
    series = Series(name="time of people", points=spent, color="var(--amber)")
    return Chart(
        name="spent",
        title="Time of people, month by month",
        caption="All steps by hand of one month together, waiting for people included.",
        says="; ".join(f"{month}: {duration(each.human_s)}" for month, each in shares.items()),
        svg=trend("spent", [series], unit=unit) if spent else None,
        nothing=NOBODY_RESPONDED,
        columns=("month", "steps by hand", "time of people"),
        rows=[(month, str(each.manual), duration(each.human_s)) for month, each in shares.items()],
        numeric=(1, 2),
    )


def _succeeded(steps: Sequence[Step]) -> Chart:
    months = months_between({month for each in steps for month in each.by_month})
    several = [
        Series(name=f"{kind} steps", points=_reliable(steps, kind, months), **how)
        for kind, how in (
            ("automatic", {"color": "var(--accent)", "shape": "square", "dash": (5, 3)}),
            (MANUAL, {"color": "var(--amber)"}),
        )
    ]
    return Chart(
        name="succeeded",
        title="Steps that succeed, month by month",
        caption="Runs of steps that ended in success, of all runs in the month. The table has each"
        " step: how often it was run, how many runs succeeded, and the mean time that one took.",
        says="; ".join(
            f"{each.name}: {', '.join(f'{round(part)} %' for part in each.points.values())}"
            for each in several
        ),
        svg=trend("succeeded", [each for each in several if each.points], unit="percent")
        if months
        else None,
        nothing=NOBODY_RESPONDED,
        columns=("step", "month", "times", "succeeded", "mean"),
        rows=[
            (each.step, month, str(count), share(well / count), duration(seconds / count))
            for each in steps
            for month, (count, well, seconds) in each.by_month.items()
        ],
        numeric=(2, 3, 4),
    )


def _reliable(steps: Sequence[Step], kind: str, months: Sequence[str]) -> dict[str, float]:
    """Month → percent of the runs of steps of this kind that succeeded."""
    found = {}
    for month in months:
        runs = [
            each.by_month[month] for each in steps if each.kind == kind and month in each.by_month
        ]
        if runs:
            found[month] = (
                100 * sum(well for _, well, _ in runs) / sum(count for count, _, _ in runs)
            )
    return found


def _steps(steps: Sequence[Step]) -> Chart:
    often = sorted(steps, key=lambda each: (each.succeeded / each.count, each.step))
    several = [
        Bar(
            name=each.step,
            value=100 * each.succeeded / each.count,
            written=f"{share(each.succeeded / each.count)} of {each.count}",
            color="var(--good)" if each.succeeded == each.count else "var(--accent)",
        )
        for each in often[:SHOWN]
    ]
    many = f" {SHOWN} of {len(often)} are drawn." if len(often) > SHOWN else ""
    return Chart(
        name="steps",
        wide=True,
        title="Steps that succeed",
        caption=f"Runs of each step that ended in success, the least reliable first.{many}",
        says="; ".join(f"{bar.name} {bar.written}" for bar in several),
        svg=bars("steps", several) if several else None,
        nothing=NOBODY_RESPONDED,
        columns=("step", "kind", "times", "succeeded", "median", "p90", "time of people"),
        rows=[_step(each) for each in often],
        numeric=(2, 3, 4, 5, 6),
    )
