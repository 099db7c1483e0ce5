"""What PutDashboard takes: the fields of a body, and how widgets lie on the grid.

(AWS docs: CloudWatch-Dashboard-Body-Structure; botocore: cloudwatch model.) What AWS refuses is
refused in its words where they are known; a field or widget that is not known here is
NotEmulatedError, and so is an expression that nothing here could look up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rehearsal.emulator.cloudwatch.searching import searched
from rehearsal.emulator.cloudwatch.series import statistic
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.world import NotEmulatedError

MOST_WIDGETS: Final = 500
MOST_METRICS: Final = 500
COLUMNS: Final = 24
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")
_BODY: Final = {"widgets", "start", "end", "periodOverride"}
_WIDGET: Final = {"type", "x", "y", "width", "height", "properties"}
_PROPERTIES: Final[Mapping[str, set[str]]] = {
    "text": {"markdown", "background"},
    "alarm": {"alarms", "title", "sortBy", "states"},
    "metric": {
        "accountId",
        "annotations",
        "legend",
        "liveData",
        "metrics",
        "period",
        "region",
        "setPeriodToTimeRange",
        "sparkline",
        "stacked",
        "stat",
        "table",
        "timezone",
        "title",
        "view",
        "yAxis",
    },
}
_RENDERED: Final = {
    "accountId",
    "color",
    "expression",
    "id",
    "label",
    "period",
    "region",
    "stat",
    "visible",
    "yAxis",
}
_VIEWS: Final = {"timeSeries", "singleValue", "gauge", "bar", "pie", "table"}


def check(name: str, body: str) -> None:
    """Raise RefusedError, with all that is wrong, or NotEmulatedError."""
    if not _NAME.fullmatch(name):
        raise RefusedError("InvalidParameterInput", f"The dashboard name {name!r} is not valid.")
    try:
        parsed = json.loads(body)
    except ValueError as wrong:
        raise _invalid([f"the body is no JSON: {wrong}"]) from wrong
    if not isinstance(parsed, dict) or not isinstance(parsed.get("widgets"), list):
        raise _invalid(["/widgets: should be an array"])
    _known("the body", parsed, _BODY)
    mistakes = [
        f"/widgets/{number}{mistake}"
        for number, widget in enumerate(parsed["widgets"])
        for mistake in _widget(widget)
    ]
    if len(parsed["widgets"]) > MOST_WIDGETS:
        mistakes.append(f"/widgets: should NOT have more than {MOST_WIDGETS} items")
    if mistakes:
        raise _invalid(mistakes)


def metrics_of(widget: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Each row of a widget: namespace, name and dimensions, or nothing, and how it is shown."""
    for row in widget["properties"].get("metrics", ()):
        shown = row[-1] if isinstance(row[-1], dict) else {}
        yield tuple(part for part in row if isinstance(part, str)), shown


def _widget(widget: Any) -> Iterator[str]:
    if not isinstance(widget, dict) or not isinstance(widget.get("properties"), dict):
        yield ": should be an object with type and properties"
        return
    kind, properties = str(widget.get("type")), widget["properties"]
    if kind not in _PROPERTIES:
        raise NotEmulatedError(f"a dashboard's widget of the type {kind} is not emulated")
    _known("a widget", widget, _WIDGET)
    _known(f"a {kind} widget", properties, _PROPERTIES[kind])
    for field, least, most in (
        ("x", 0, COLUMNS - 1),
        ("y", 0, None),
        ("width", 1, COLUMNS),
        ("height", 1, 1000),
    ):
        value = widget.get(field, least)
        if not isinstance(value, int) or value < least or (most is not None and value > most):
            yield f"/{field}: should be a whole number from {least}" + (
                f" to {most}" if most else ""
            )
    if kind == "text" and not isinstance(properties.get("markdown"), str):
        yield "/properties/markdown: should be a text"
    if kind == "alarm" and not properties.get("alarms"):
        yield "/properties/alarms: should NOT have fewer than 1 items"
    if kind == "metric":
        yield from _metric(widget)


def _metric(widget: Mapping[str, Any]) -> Iterator[str]:
    properties = widget["properties"]
    if not properties.get("region"):
        yield "/properties: should have required property 'region'"
    if properties.get("view", "timeSeries") not in _VIEWS:
        yield f"/properties/view: should be one of {', '.join(sorted(_VIEWS))}"
    rows = properties.get("metrics")
    if not isinstance(rows, list) or not all(isinstance(row, list) and row for row in rows):
        yield "/properties/metrics: should be an array of arrays"
        return
    if len(rows) > MOST_METRICS:
        yield f"/properties/metrics: should NOT have more than {MOST_METRICS} items"
    for parts, shown in metrics_of(widget):
        _known("a metric of a widget", shown, _RENDERED)
        if "expression" in shown:
            searched(shown["expression"])
        elif len(parts) < 2 or len(parts) % 2:
            yield f"/properties/metrics: {[*parts]} is no namespace, name and pairs of dimensions"
        statistic(shown.get("stat") or properties.get("stat") or "Average")


def _known(what: str, given: Mapping[str, Any], fields: set[str]) -> None:
    if unknown := sorted(given.keys() - fields):
        raise NotEmulatedError(f"{', '.join(unknown)} of {what} in a dashboard is not emulated")


def _invalid(mistakes: list[str]) -> RefusedError:
    """``DashboardInvalidInputError`` goes by this code (botocore: cloudwatch model)."""
    told = "; ".join(mistakes)
    return RefusedError("InvalidParameterInput", f"The dashboard body is invalid: {told}")
