"""What people look at: bodies of dashboards, as pure data.

One is about incidents: how long each stage takes, what is open, who waits, whether every place is
heard. The others are about the machinery: what each rule of each account and region did. Rules come
and go, so a search finds them by our prefix. Another account's metrics are read through its sharing
role (``components/sharing.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from components.metrics import (
    APPROVAL_SECONDS,
    BRAKES,
    BREACHED,
    CLOCK_SKEW,
    OPEN,
    STAGE_SECONDS,
    TIME_TO_CONTAIN,
)
from names import METRICS, PREFIX, Place

INCIDENTS: Final = f"{PREFIX}time-to-contain"
RULES: Final = f"{PREFIX}rules"
PLACES_OF_ONE: Final = 25
"""Accounts and regions of one dashboard, for it shows 2,500 metrics (AWS docs: limits)."""
MOST_ALARMS: Final = 100
"""Alarms of one widget (AWS docs: CloudWatch-Dashboard-Body-Structure)."""
GRID: Final = 24
_SCHEMAS: Final = ("RuleName", "EventBusName,RuleName")
"""A rule of the default bus, and of another (AWS docs: eb-monitoring)."""

Body = dict[str, Any]


def dashboards(
    central: Place, places: Sequence[Place], objective_minutes: int, watch_minutes: int
) -> dict[str, Body]:
    """Name → body of every dashboard; ``central`` is where they are."""
    found = {INCIDENTS: _incidents(central, places, objective_minutes, watch_minutes * 60)}
    for start in range(0, len(places), PLACES_OF_ONE):
        some = places[start : start + PLACES_OF_ONE]
        widgets = [widget for place in some for widget in _of_place(central, place)]
        found[f"{RULES}-{start // PLACES_OF_ONE + 1}"] = _laid_out(widgets)
    return found


def _incidents(central: Place, places: Sequence[Place], objective_minutes: int, look: int) -> Body:
    """``look`` is the seconds between two looks of a watch, in which every place beats once."""
    objective = {"horizontal": [{"label": "objective", "value": objective_minutes * 60}]}
    widgets = [
        _graph(
            central,
            "Time to contain, seconds from the first sign of the attack",
            [[METRICS, TIME_TO_CONTAIN, {"stat": stat}] for stat in ("p50", "p90")],
            annotations=objective,
        ),
        *(
            _graph(
                central,
                f"Seconds to each stage by route, {stat}",
                [_search(f'{{{METRICS},Stage,Route}} MetricName="{STAGE_SECONDS}"', stat, 3600)],
            )
            for stat in ("p50", "p90")
        ),
        _graph(
            central,
            "Stages reached by route, per hour",
            [
                _search(
                    f'{{{METRICS},Stage,Route}} MetricName="{STAGE_SECONDS}"', "SampleCount", 3600
                )
            ],
        ),
        _graph(
            central,
            "Open containments by account and region",
            [_search(f'{{{METRICS},Account,Region}} MetricName="{OPEN}"', "Maximum", look)],
            stacked=True,
        ),
        _graph(
            central,
            f"Heartbeats by account and region: one each {look // 60} minutes",
            [_search(f'{{{METRICS},Account,Region}} MetricName="{OPEN}"', "SampleCount", look)],
        ),
        _graph(
            central,
            "Age of the oldest approval that is waited for, seconds",
            [[METRICS, APPROVAL_SECONDS, {"stat": "Maximum"}]],
        ),
        _graph(
            central,
            "Brakes on in any account; containments undone; records whose clocks disagree",
            [
                [METRICS, BRAKES, {"stat": "Maximum", "label": "brakes on"}],
                [METRICS, BREACHED, {"stat": "Sum", "label": "breached"}],
                [METRICS, CLOCK_SKEW, {"stat": "Sum", "label": "clock skew"}],
            ],
        ),
        *_states(central, places),
    ]
    return _laid_out(widgets)


def _states(central: Place, places: Sequence[Place]) -> Iterator[Body]:
    """The security account's alarms as they stand."""
    names = [
        *(f"{PREFIX}{part}" for part in ("time-to-contain", "braked", "breached")),
        *(f"{PREFIX}silent-{each.account}-{each.region}" for each in places),
    ]
    for start in range(0, len(names), MOST_ALARMS):
        some = [f"alarm:{name}" for name in names[start : start + MOST_ALARMS]]
        arns = [central.arn("cloudwatch", name) for name in some]
        yield {"type": "alarm", "properties": {"title": "Alarms", "alarms": arns}}


def _of_place(central: Place, place: Place) -> Iterator[Body]:
    """What the rules of one account and region did, and what came of it."""
    where = f"{place.account} {place.region}"
    done = ("MatchedEvents", "Invocations")
    lost = ("FailedInvocations", "InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq")
    letters = '{AWS/SQS,QueueName} containment MetricName="ApproximateNumberOfMessagesVisible"'
    for title, metrics, more in (
        ("events matched, targets invoked", done, []),
        ("invocations failed, dead letters", lost, [(letters, "Maximum")]),
    ):
        searches = [
            (f'{{AWS/Events,{schema}}} containment MetricName="{metric}"', "Sum")
            for metric in metrics
            for schema in _SCHEMAS
        ]
        rows = [
            _search(what, stat, 300, place if place.account != central.account else None)
            for what, stat in [*searches, *more]
        ]
        yield _graph(place, f"{where}: {title}", rows)


def _search(what: str, stat: str, period: int, elsewhere: Place | None = None) -> list[Any]:
    """A row of a widget: all metrics that a search finds, in the region of the widget."""
    whose = {"accountId": elsewhere.account} if elsewhere else {}
    return [{"expression": f"SEARCH('{what}', '{stat}', {period})", **whose}]


def _graph(place: Place, title: str, rows: Sequence[list[Any]], **more: Any) -> Body:
    properties = {"title": title, "region": place.region, "metrics": _with_ids(rows), **more}
    return {"type": "metric", "properties": properties}


def _with_ids(rows: Sequence[list[Any]]) -> list[list[Any]]:
    """An expression has an id of its own in its widget."""
    return [
        [{**row[0], "id": f"e{number}"}] if isinstance(row[0], dict) else row
        for number, row in enumerate(rows)
    ]


def _laid_out(widgets: Sequence[Body]) -> Body:
    """Two beside each other, in the order given."""
    width, height = GRID // 2, 7
    return {
        "widgets": [
            {
                **widget,
                "x": number % 2 * width,
                "y": number // 2 * height,
                "width": width,
                "height": height,
            }
            for number, widget in enumerate(widgets)
        ]
    }
