"""Lanes: one line for each thing that happened, with its stages where they came in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from operations.pages.charts import charted, drawn, labelled
from operations.pages.words import axis, cut

STEP: Final = 38
"""Pixels from lane to lane: a name above, the marks below."""
FAILED: Final = "failed"
OTHER: Final = "other stages"

# Shape and colour both: whoever cannot tell the colours apart can tell the shapes.
MARKS: Final = {
    "received": ("circle", "var(--soft)"),
    "blocked": ("square", "var(--amber)"),
    "contained": ("diamond", "var(--good)"),
    "released": ("triangle-right", "var(--accent)"),
    FAILED: ("cross", "var(--bad)"),
    OTHER: ("M-0.35,-1.1H0.35V1.1H-0.35Z", "var(--soft)"),
}


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One line: a name, and stages with the seconds since its beginning."""

    name: str
    stages: Sequence[tuple[str, float]]
    failed: bool = False

    @property
    def end(self) -> float:
        """Seconds of its last stage."""
        return max((at for _, at in self.stages), default=0.0)


def lanes(name: str, several: Sequence[Lane]) -> Markup:
    """Every lane on one axis of time, which begins at nought."""
    unit, length = axis(max(lane.end for lane in several))
    rows = [_row(number, lane, length) for number, lane in enumerate(several)]
    marks = [
        {"lane": number, "at": at / length, "stage": stage if stage in MARKS else OTHER}
        for number, lane in enumerate(several)
        for stage, at in lane.stages
    ]
    there = [stage for stage in MARKS if any(mark["stage"] == stage for mark in marks)]
    y = alt.Y("lane:O", axis=None, sort=None, scale=alt.Scale(type="point", padding=0.75))
    x = alt.X("at:Q", title=unit, axis=alt.Axis(orient="top", tickCount=5), scale=_from_nought())
    lines = charted(rows)
    return drawn(
        name,
        lines.mark_rule(stroke="var(--line)", strokeWidth=2).encode(
            x=alt.X("begin:Q"), x2="end:Q", y=y
        ),
        *labelled(lines.encode(y=y), "name", color=_told_by_verdict()),
        charted(marks)
        .mark_point(filled=True, size=70, opacity=1, stroke="var(--card)", strokeWidth=0.8)
        .encode(x=x, y=y, **_by_stage(there)),
        height=round(STEP * (len(several) + 0.5)),
    )


def _row(number: int, lane: Lane, length: int) -> dict[str, Any]:
    told = f"✗ {lane.name}: failed" if lane.failed else lane.name
    return {
        "lane": number,
        "name": cut(told, 52),
        "begin": 0,
        "end": lane.end / length,
        "failed": lane.failed,
    }


def _from_nought() -> alt.Scale:
    return alt.Scale(zero=True, nice=False)


def _told_by_verdict() -> dict[str, Any]:
    return {"condition": {"test": "datum.failed", "value": "var(--bad)"}, "value": "var(--ink)"}


def _by_stage(there: Sequence[str]) -> dict[str, Any]:
    shapes, colors = zip(*(MARKS[stage] for stage in there), strict=True)
    legend = alt.Legend(columns=4 if len(there) == 4 else 3)
    return {
        "shape": alt.Shape(
            "stage:N", scale=alt.Scale(domain=there, range=shapes), legend=legend, title=None
        ),
        "color": alt.Color(
            "stage:N", scale=alt.Scale(domain=there, range=colors), legend=legend, title=None
        ),
    }
