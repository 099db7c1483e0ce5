"""CloudWatch Logs: putting a metric filter that is there replaces it; moto would keep both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

from moto.logs.metric_filters import MetricFilters

from rehearsal.emulator.world import World


def install(world: World) -> Callable[[], None]:
    """Patch moto's list of metric filters; returns what takes the patch out."""
    world.emulated["logs metric filters"] = "moto, with PutMetricFilter replacing as on AWS"
    original = MetricFilters.add_filter

    def add_filter(
        self: Any, filter_name: str, filter_pattern: str, log_group_name: str, *rest: Any
    ) -> None:
        self.metric_filters = [
            one
            for one in self.metric_filters
            if (one["filterName"], one["logGroupName"]) != (filter_name, log_group_name)
        ]
        original(self, filter_name, filter_pattern, log_group_name, *rest)

    patch = mock.patch.object(MetricFilters, "add_filter", add_filter)
    patch.start()
    return patch.stop
