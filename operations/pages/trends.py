"""Trends: how figures went from month to month, with the line that they should stay below."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from operations.pages.charts import charted, drawn

HEIGHT: Final = 170
MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: a name, and its value in each month (``2026-03``) that has one."""

    name: str
    points: Mapping[str, float]
    color: str = "var(--accent)"
    shape: str = "circle"
    dash: Sequence[int] = (1, 0)
    """Told apart by the dashes, too, where colours are not seen."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A line across, with its words."""

    value: float
    words: str


def months_between(months: Iterable[str]) -> list[str]:
    """Every month from the first to the last, so that one without a value is a gap that is seen."""
    found = sorted(months)
    if not found:
        return []
    first, last = (int(each[:4]) * 12 + int(each[5:7]) - 1 for each in (found[0], found[-1]))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]


def trend(
    name: str,
    several: Sequence[Series],
    *,
    unit: str,
    limit: Limit | None = None,
) -> Markup:
    """The series over all months that any of them has; ``unit`` says what the axis counts."""
    months = months_between({month for series in several for month in series.points})
    rows = [
        {"month": number, "value": series.points.get(month), "series": series.name}
        for series in several
        for number, month in enumerate(months)
    ]
    x = alt.X(
        "month:O", title=None, axis=_months(months), scale=alt.Scale(type="point", padding=0.3)
    )
    y = alt.Y(
        "value:Q",
        title=unit,
        axis=alt.Axis(
            titleAngle=0,
            titleAlign="left",
            titleX=0,
            titleY=-10,
            titleAnchor="start",
            tickCount=5,
            format="~s",
            domain=False,
        ),
        scale=alt.Scale(zero=True),
    )
    base = charted(rows).encode(x=x, y=y, **_told_apart(several))
    return drawn(
        name,
        base.mark_line(strokeWidth=2).encode(strokeDash=_dashes(several)),
        base.mark_point(filled=True, size=40, opacity=1).encode(shape=_shapes(several)),
        *_across(limit),
        height=HEIGHT,
    )


def _months(months: Sequence[str]) -> alt.Axis:
    """The month, and below it the year where one begins."""
    labels = [
        [MONTHS[int(each[5:7]) - 1], each[:4] if each[5:7] == "01" or not number else ""]
        for number, each in enumerate(months)
    ]
    expression = f"{json.dumps(labels)}[datum.value]"
    return alt.Axis(labelExpr=expression, labelOverlap=True, labelAngle=0, domain=False)


def _told_apart(several: Sequence[Series]) -> dict[str, Any]:
    scale = _scale(several, [series.color for series in several])
    return {"color": alt.Color("series:N", scale=scale, title=None, legend=_legend(several))}


def _dashes(several: Sequence[Series]) -> alt.StrokeDash:
    scale = _scale(several, [list(series.dash) for series in several])
    return alt.StrokeDash("series:N", scale=scale, legend=None)


def _shapes(several: Sequence[Series]) -> alt.Shape:
    scale = _scale(several, [series.shape for series in several])
    return alt.Shape("series:N", scale=scale, title=None, legend=_legend(several))


def _scale(several: Sequence[Series], values: Sequence[Any]) -> alt.Scale:
    return alt.Scale(domain=[series.name for series in several], range=list(values))


def _legend(several: Sequence[Series]) -> alt.Legend | None:
    return (
        alt.Legend(columns=2, symbolSize=70, symbolStrokeWidth=0, offset=26)
        if len(several) > 1
        else None
    )


def _across(limit: Limit | None) -> list[alt.Chart]:
    if limit is None:
        return []
    line = charted([{"value": limit.value, "words": limit.words}])
    return [
        line.mark_rule(stroke="var(--bad)", strokeDash=[2, 3], strokeWidth=1.5).encode(y="value:Q"),
        line.mark_text(align="right", baseline="bottom", dy=-3, fill="var(--bad)").encode(
            x=alt.value("width"), y="value:Q", text="words:N"
        ),
    ]
