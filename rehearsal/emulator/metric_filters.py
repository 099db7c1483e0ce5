"""CloudWatch Logs' metric filters: a log event that matches becomes a point of a metric.

moto only stores them, and keeps both where one is put again. A point has the time of its log event.
Where a value is no number, or a dimension's field is not in the event, there is no point; the
latter is an assumption, AWS does not say.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogGroup, logs_backends

from rehearsal.emulator.metric_patterns import compiled, selected
from rehearsal.emulator.world import NotEmulatedError, World

MOST_DIMENSIONS = 3


def install(world: World) -> Callable[[], None]:
    """Put the patches in; returns what takes them out."""
    world.emulated["logs metric filters"] = "our own, which fill moto's CloudWatch metrics"
    original_add, original_put = MetricFilters.add_filter, LogGroup.put_log_events
    one_at_a_time = threading.Lock()

    def add_filter(
        self: Any, filter_name: str, filter_pattern: str, log_group_name: str, metrics: Any
    ) -> None:
        compiled(filter_pattern)
        for metric in metrics:
            if len(metric.get("dimensions") or {}) > MOST_DIMENSIONS:
                raise NotEmulatedError(f"more than {MOST_DIMENSIONS} dimensions are not emulated")
        with one_at_a_time:
            self.metric_filters = [
                one
                for one in self.metric_filters
                if (one["filterName"], one["logGroupName"]) != (filter_name, log_group_name)
            ]
            original_add(self, filter_name, filter_pattern, log_group_name, metrics)

    def put_log_events(self: Any, stream: str, entries: list[dict[str, Any]]) -> str:
        token: str = original_put(self, stream, entries)
        for entry in entries:
            _measure(self, entry)
        return token

    undo = ExitStack()
    undo.enter_context(mock.patch.object(MetricFilters, "add_filter", add_filter))
    undo.enter_context(mock.patch.object(LogGroup, "put_log_events", put_log_events))
    return undo.close


def _measure(group: Any, entry: dict[str, Any]) -> None:
    """Add a point to the metrics of every filter of the group that the entry matches."""
    filters = logs_backends[group.account_id][group.region].filters
    metrics = cloudwatch_backends[group.account_id][group.region]
    try:
        event = json.loads(entry["message"])
    except ValueError:  # a line that is no JSON matches no pattern of JSON's
        return
    for each in filters.get_matching_filters(log_group_name=group.name):
        if not compiled(each["filterPattern"])(event):
            continue
        for metric in each["metricTransformations"]:
            dimensions = {
                name: selected(selector, event)
                for name, selector in (metric.get("dimensions") or {}).items()
            }
            value = _number(metric["metricValue"], event)
            if value is None or not all(isinstance(v, str) for v in dimensions.values()):
                continue
            point = {
                "MetricName": metric["metricName"],
                "Value": value,
                "Timestamp": datetime.fromtimestamp(entry["timestamp"] / 1000, UTC).replace(
                    tzinfo=None
                ),
                "Dimensions": [{"Name": name, "Value": of} for name, of in dimensions.items()],
                "Unit": metric.get("unit") or "None",
            }
            metrics.put_metric_data(metric["metricNamespace"], [point])


def _number(given: str, event: Any) -> float | None:
    found = selected(given, event) if given.startswith("$") else float(given)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
