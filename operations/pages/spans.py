"""Spans: median and ninth decile of several things, one below the other on one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from operations.figures.group import Span
from operations.pages.charts import charted, drawn, labelled
from operations.pages.words import axis, cut, duration

STEP: Final = 36
"""Pixels from one to the next: the name above, the span below."""
SHOWN: Final = 12
"""How many are drawn at most; the table has all."""


@dataclass(frozen=True, kw_only=True)
class Timed:
    """A name, the times of what it stands for, and from where its bar begins, in seconds."""

    name: str
    span: Span
    begins: float = 0.0


def spans(name: str, several: Sequence[Timed], *, objective_s: float | None = None) -> Markup:
    """Bars to the medians, a line on to each ninth decile; the objective across, where given."""
    longest = max([each.span.p90_s for each in several] + [objective_s or 0.0])
    unit, length = axis(longest)
    rows = [_row(number, each, length, objective_s) for number, each in enumerate(several)]
    y = alt.Y("row:O", axis=None, sort=None, scale=alt.Scale(type="point", padding=0.75))
    x = alt.X(
        "begins:Q",
        title=unit,
        axis=alt.Axis(orient="top", tickCount=5, domain=False),
        scale=alt.Scale(zero=True, nice=False),
    )
    base = charted(rows).encode(y=y)
    return drawn(
        name,
        base.mark_rule(stroke="var(--soft)", strokeWidth=1.5).encode(x=x, x2="p90:Q"),
        base.mark_tick(color="var(--soft)", thickness=2, size=11).encode(x="p90:Q"),
        base.mark_bar(size=11, cornerRadius=1).encode(
            x="begins:Q", x2="median:Q", color=alt.Color("color:N", scale=None)
        ),
        *_across(objective_s, length),
        *labelled(base, "told"),
        height=round(STEP * (len(several) + 0.5)),
    )


def _row(number: int, each: Timed, length: int, objective_s: float | None) -> dict[str, Any]:
    late = objective_s is not None and each.span.median_s > objective_s
    told = f"{duration(each.span.median_s)}, p90 {duration(each.span.p90_s)}"
    return {
        "row": number,
        "told": f"{cut(each.name, 24)}: {told}",
        "begins": each.begins / length,
        "median": each.span.median_s / length,
        "p90": each.span.p90_s / length,
        "color": "var(--amber)" if late else "var(--accent)",
    }


def _across(objective_s: float | None, length: int) -> list[alt.Chart]:
    if objective_s is None:
        return []
    line = charted([{"at": objective_s / length}]).encode(x="at:Q")
    return [line.mark_rule(stroke="var(--bad)", strokeDash=[2, 3], strokeWidth=1.5)]
