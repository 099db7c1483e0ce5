"""A chart: declared with altair, drawn as SVG when the page is written, with its numbers beside it.

The drawing has no script and no colours of its own: it names the stylesheet's variables, so that
the same file reads in light, in dark and on paper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import vl_convert
from markupsafe import Markup

WIDTH: Final = 340
"""Pixels: the width of a phone's screen less its margins, so that no text is scaled down there."""
LETTERS: Final = 22
"""Letters of a name beside a bar; the table has it whole."""

SIZE: Final = 11
"""Pixels of a chart's letters."""
MEASURED: Final = 12.5
"""Pixels for which room is made: letters are measured in Arial's width, and shown in whatever font
a reader's machine has, DejaVu Sans being an eighth wider."""

_TEXT: Final = {"labelFontSize": MEASURED, "titleFontSize": MEASURED, "titleFontWeight": 400}
_AXIS: Final = {
    **_TEXT,
    "labelColor": "var(--soft)",
    "titleColor": "var(--soft)",
    "gridColor": "var(--line)",
    "domainColor": "var(--line)",
    "tickColor": "var(--line)",
    "ticks": False,
    "labelPadding": 5,
    "aria": False,
}
_CONFIG: Final = {
    "background": None,
    "padding": {"left": 2, "right": 8, "top": 6, "bottom": 2},
    "font": "sans-serif",
    "aria": False,
    "view": {"stroke": None},
    "axis": _AXIS,
    "legend": {
        **_TEXT,
        "labelColor": "var(--ink)",
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "columns": 4,
        "symbolOpacity": 1,
        "offset": 14,
        "aria": False,
    },
    "text": {"fontSize": MEASURED, "fill": "var(--ink)", "aria": False},
}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a figure of a page shows; without ``svg`` it says ``nothing`` in words."""

    name: str
    """Its id in the page."""
    title: str
    caption: str
    says: str = ""
    """What somebody is told who does not see it."""
    svg: Markup | None = None
    nothing: str = "Nothing was recorded."
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    numeric: Sequence[int] = ()
    """Columns, from 0, that are set as numbers."""
    wide: bool = False


def charted(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A chart of rows, in which nothing is encoded yet."""
    return alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))


def labelled(base: alt.Chart, field: str, **encoded: Any) -> list[alt.Chart]:
    """Names above their marks, on a ground of their own so that no line runs through them."""
    text: dict[str, Any] = {"align": "left", "dy": -13, "limit": WIDTH - 10}
    placed = base.encode(x=alt.value(0), text=f"{field}:N")
    ground = placed.mark_text(**text, stroke="var(--card)", strokeWidth=4, strokeJoin="round")
    return [ground, placed.mark_text(**text).encode(**encoded)]


def drawn(name: str, *layers: alt.Chart, height: int) -> Markup:
    """The layers as SVG of the page's width, ``height`` of its plot in pixels.

    ``name`` makes what the drawing refers to within itself unique in the page.
    """
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    sized = alt.layer(*layers).properties(width=WIDTH, height=height, autosize=fit)
    specification: dict[str, Any] = {**sized.to_dict(), "config": _CONFIG}
    svg: str = vl_convert.vegalite_to_svg(specification)
    return Markup(_placed(svg, name))  # noqa: S704 - vl_convert escapes the text in its drawings


def _placed(svg: str, name: str) -> str:
    """As an element of a page: its size by the stylesheet, its ids its own."""
    opening, rest = svg.split(">", 1)
    size = re.search(r'viewBox="[^"]+"', opening)
    assert size, "vl_convert gives every drawing its viewBox"
    rest = re.sub(r'\b(id=")([^"]+")', rf"\g<1>{name}-\g<2>", rest)
    rest = re.sub(r"url\(#", f"url(#{name}-", rest)
    rest = rest.replace(f'font-size="{MEASURED}px"', f'font-size="{SIZE}px"')
    # The renderer's notes for screen readers go: the whole drawing has one label.
    rest = re.sub(r' (?:role|aria-[a-z]+|pointer-events)="[^"]*"', "", rest)
    rest = re.sub(r'<path class="(?:back|fore)ground"[^>]*? d=""[^>]*/>', "", rest)
    rest = rest.replace(' font-family="sans-serif"', "").replace(' opacity="1"', "")
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size.group()} aria-hidden="true">{rest}'
