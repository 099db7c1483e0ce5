"""Figures of outcomes: what became of every attack, of drills apart, and what was left alone."""

from __future__ import annotations

from typing import Final

from operations.figures.figures import Figures
from operations.figures.group import Group
from operations.pages.bars import Bar, bars
from operations.pages.charts import Chart
from operations.pages.words import duration, share

MEANS: Final = {
    "contained": "new and existing connections refused, read back",
    "blocked": "new connections refused; existing ones were not seen to end",
    "refused": "a person decided to leave it",
    "not-contained": "nobody decided in time",
    "failed": "a step failed, and people were told",
    "waiting": "a person is asked and has not answered",
    "for-people": "recorded for people; no runbook answers it",
    "skipped": "left alone, with a reason",
    "open": "begun, and no end is recorded",
}
"""Outcome → what it says, best first."""
TONES: Final = {"contained": "var(--good)", "failed": "var(--bad)", "not-contained": "var(--bad)"}
SHOWN: Final = 10


def charts(figures: Figures) -> list[Chart]:
    """What became of what was real, of drills, and why something was skipped."""
    return [
        _became(
            "outcomes",
            "What became of each attack",
            figures.all,
            caption="Drills are not among them.",
            nothing="No attack was recorded in this time.",
        ),
        _became(
            "drills",
            "What became of each drill",
            figures.drills,
            caption=_of_drills(figures.drills),
            nothing="No drill was run in this time.",
        ),
        _skipped(figures),
    ]


def _became(name: str, title: str, group: Group, *, caption: str, nothing: str) -> Chart:
    known = [each for each in MEANS if each in group.outcomes]
    order = known + [each for each in group.outcomes if each not in MEANS]
    several = [
        Bar(
            name=each,
            value=group.outcomes[each],
            written=f"{group.outcomes[each]} ({share(group.outcomes[each] / group.count)})",
            color=TONES.get(each, "var(--accent)"),
        )
        for each in order
    ]
    return Chart(
        name=name,
        title=title,
        caption=caption,
        says=", ".join(f"{each} {group.outcomes[each]}" for each in order),
        svg=bars(name, several) if several else None,
        nothing=nothing,
        columns=("outcome", "how many", "what it means"),
        rows=[(each, str(group.outcomes[each]), MEANS.get(each, "")) for each in order],
        numeric=(1,),
    )


def _of_drills(group: Group) -> str:
    apart = "Drills are rehearsed on purpose, and are in no other figure of this page."
    span = group.stages.get("contained")
    if span is None:
        return apart
    times = f"contained after {duration(span.median_s)} in the median, p90 {duration(span.p90_s)}"
    return f"{apart} They were {times}; {group.within} of {group.of} within the objective."


def _skipped(figures: Figures) -> Chart:
    skipped = figures.set_aside.skipped
    often = sorted(skipped.items(), key=lambda each: (-each[1], each[0]))
    several = [Bar(name=why, value=number, written=str(number)) for why, number in often[:SHOWN]]
    return Chart(
        name="skipped",
        title="Left alone, and why",
        caption="Attacks that the pipeline did not touch, by the reason that it gave; they are in"
        " no median, and do not count against the objective.",
        says="; ".join(f"{why}: {number}" for why, number in often[:SHOWN]),
        svg=bars("skipped", several) if several else None,
        nothing="Nothing was skipped in this time.",
        columns=("reason", "how many"),
        rows=[(why, str(number)) for why, number in often],
        numeric=(1,),
    )
