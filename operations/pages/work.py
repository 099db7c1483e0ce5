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
    return [_automatic(figures), _by_hand(figures.steps), _spent(figures.shares), _steps(figures)]


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


def _steps(figures: Figures) -> Chart:
    """Each step's success by month: a table with a chart of the share that succeeded."""
    months = months_between(figures.shares)
    often = sorted(figures.steps, key=lambda each: (each.succeeded / each.count, each.step))
    several = [
        Bar(
            name=each.step,
            value=100 * each.succeeded / each.count,
            written=f"{share(each.succeeded / each.count)} of {each.count}",
            color="var(--good)" if each.succeeded == each.count else "var(--accent)",
        )
        for each in often[:SHOWN]
    ]
    return Chart(
        name="steps",
        wide=True,
        title="Steps that succeed",
        caption=f"Runs of each step that ended in success, the least reliable first"
        f"{f', {SHOWN} of {len(often)}' if len(often) > SHOWN else ''}. The table has for each"
        " month how often the step was run, the share that succeeded, and the mean time it took.",
        says="; ".join(f"{bar.name} {bar.written}" for bar in several),
        svg=bars("steps", several) if several else None,
        nothing=NOBODY_RESPONDED,
        columns=("step", "kind", "times", "succeeded", "median", "p90", "time of people", *months),
        rows=[(*_step(each), *(_in_month(each, month) for month in months)) for each in often],
        numeric=tuple(range(2, 7 + len(months))),
    )


def _in_month(step: Step, month: str) -> str:
    count, succeeded, seconds = step.by_month.get(month, (0, 0, 0.0))
    return f"{count}: {share(succeeded / count)}, {duration(seconds / count)}" if count else NOTHING
