"""GetMetricData: the figures of metrics and of searches, in the caller's account and region."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rehearsal.emulator.cloudwatch.searching import searched
from rehearsal.emulator.cloudwatch.series import MINUTE, Metric, Series, statistic
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.cloudwatch import CloudWatch


def metric_data(cloudwatch: CloudWatch) -> Any:
    """The method that answers in moto's place."""

    def get_metric_data(
        self: Any,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
    ) -> list[dict[str, Any]]:
        place = (self.account_id, self.region_name)
        if _seconds(start_time) >= _seconds(end_time):
            raise RefusedError("ValidationError", "EndTime must be greater than StartTime.")
        return [
            _result(cloudwatch.series, metric, query, stat, period, start_time, end_time, scan_by)
            for query in queries
            if query.get("ReturnData", True)
            for metric, stat, period in _asked(cloudwatch, place, query)
        ]

    return get_metric_data


def _asked(
    cloudwatch: CloudWatch, place: tuple[str, str], query: dict[str, Any]
) -> list[tuple[Metric, str, int]]:
    if query.get("AccountId"):
        raise NotEmulatedError("GetMetricData of a linked account is not emulated")
    if "Expression" in query:
        search = searched(query["Expression"])
        period = int(search.period or query.get("Period") or 300)
        return [(each, search.stat, period) for each in search.among(cloudwatch.metrics(*place))]
    asked = query["MetricStat"]
    if asked.get("Unit"):
        raise NotEmulatedError("GetMetricData by unit is not emulated")
    named = asked["Metric"]
    pairs = frozenset((one["Name"], one["Value"]) for one in named.get("Dimensions") or ())
    metric = Metric(*place, named["Namespace"], named["MetricName"], pairs)
    return [(metric, asked["Stat"], int(asked["Period"]))]


def _result(
    held: dict[Metric, Series],
    metric: Metric,
    query: dict[str, Any],
    stat: str,
    period: int,
    start: datetime,
    end: datetime,
    scan_by: str,
) -> dict[str, Any]:
    made: Callable[[list[float]], float | None] = statistic(stat)
    if period < MINUTE or period % MINUTE:
        raise NotEmulatedError(f"a period of {period} seconds is not emulated")
    series, minutes = held.get(metric, Series()), period // MINUTE
    first = int(_seconds(start) // period) * minutes
    last = math.ceil(_seconds(end) / MINUTE)
    figures = [
        (minute, made(series.values(minute, minute + minutes)))
        for minute in range(first, last, minutes)
    ]
    real = [(minute, figure) for minute, figure in figures if figure is not None]
    if scan_by == "TimestampDescending":
        real.reverse()
    label = " ".join([metric.name, *metric.named.values()])
    return {
        "id": query["Id"],
        "label": query.get("Label") or label,
        "timestamps": [datetime.fromtimestamp(minute * MINUTE, UTC) for minute, _ in real],
        "values": [figure for _, figure in real],
        "status_code": "Complete",
    }


def _seconds(at: datetime) -> float:
    return at.replace(tzinfo=at.tzinfo or UTC).timestamp()
