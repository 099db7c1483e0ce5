"""Bars: things of one kind, side by side, with their values written at their ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import altair as alt
from markupsafe import Markup

from operations.pages.charts import LETTERS, WIDTH, charted, drawn
from operations.pages.words import cut

LETTER: Final = 7.0
"""Pixels of a letter, as wide as ``charts.MEASURED`` makes room for."""
NAMES: Final = 156
"""Pixels for names, at most."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A name, how long its bar is, and what is written beside it."""

    name: str
    value: float
    written: str
    color: str = "var(--accent)"


def bars(name: str, several: Sequence[Bar], *, limit: float | None = None) -> Markup:
    """One bar below the other, in the order given; ``limit`` draws a line across."""
    rows = [
        {
            "row": number,
            "name": cut(bar.name, LETTERS),
            "value": bar.value,
            "written": bar.written,
            "color": bar.color,
        }
        for number, bar in enumerate(several)
    ]
    names = alt.Axis(
        title=None,
        domain=False,
        minExtent=_names(several),
        labelLimit=NAMES,
        labelColor="var(--ink)",
        # Two things may be called the same once they are cut: a row is known by its number.
        labelExpr=f"{json.dumps([row['name'] for row in rows])}[datum.value]",
    )
    longest = max([bar.value for bar in several] + ([limit] if limit else [])) or 1
    reach = longest * _room(several)
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, reach], nice=False))
    base = charted(rows).encode(y=alt.Y("row:O", axis=names, sort=None), x=x)
    layers: list[alt.Chart] = [
        base.mark_bar(height=12, cornerRadiusEnd=2).encode(color=alt.Color("color:N", scale=None)),
        base.mark_text(align="left", dx=5).encode(text="written:N"),
    ]
    return drawn(name, *layers, *_line(limit), height=22 * len(rows))


def _names(several: Sequence[Bar]) -> float:
    return min(NAMES, LETTER * max(len(cut(bar.name, LETTERS)) for bar in several))


def _room(several: Sequence[Bar]) -> float:
    """How much longer than its longest bar a plot is, so that what is written beside it fits."""
    plot = WIDTH - _names(several) - 20
    written = LETTER * max(len(bar.written) for bar in several) + 10
    return plot / max(plot - written, plot / 4)


def _line(limit: float | None) -> list[alt.Chart]:
    if limit is None:
        return []
    at = charted([{"value": limit}]).encode(x="value:Q")
    return [at.mark_rule(stroke="var(--bad)", strokeDash=[4, 3], strokeWidth=1.5)]
