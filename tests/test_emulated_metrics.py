"""Metric filters in the emulator: which log events count, and what becomes of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.metric_patterns import compiled
from rehearsal.emulator.server import Emulator
from rehearsal.emulator.world import NotEmulatedError
from tests.emulated import SECURITY, client
from tests.routed import Start

EVENT = {"source": "a", "n": 5, "detail": {"drill": False, "stage": "alive", "none": None}}


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ('{ $.source = "a" }', True),
        ('{ $.source = "b" }', False),
        ('{ ($.source = "a") && ($.detail.drill IS FALSE) }', True),
        ('{ ($.source = "a") && ($.detail.drill IS TRUE) }', False),
        ('{ $.source = "b" || $.detail.stage = "alive" }', True),
        ("{ $.detail.missing IS FALSE }", False),
        ("{ $.detail.missing NOT EXISTS }", True),
        ("{ $.detail.none NOT EXISTS }", False),
        ("{ $.detail.none IS NULL }", True),
        ("{ $.n = 5 }", True),
        ("{ $.n > 5 }", False),
        ("{ $.n >= 5 && $.n < 6 }", True),
        ('{ $.n = "5" }', False),
        ("{ $.detail.drill = 0 }", False),
    ],
)
def test_a_pattern_holds_or_does_not(pattern: str, holds: bool) -> None:
    assert compiled(pattern)(EVENT) is holds


@pytest.mark.parametrize(
    "pattern",
    [
        "ERROR",
        '{ $.a = "x*" }',
        '{ $.a != "x" }',
        "{ $.a[0] = 1 }",
        "{ ($.a = 1 }",
        "{ $.a }",
        "{}",
    ],
)
def test_what_is_not_emulated_is_an_error_when_the_filter_is_put(
    emulator: Start, pattern: str
) -> None:
    with pytest.raises(NotEmulatedError):
        compiled(pattern)
    with pytest.raises(ClientError, match="NotEmulated"):
        measured(emulator(), pattern)


def measured(running: Emulator, pattern: str, **metric: Any) -> Any:
    """A log group with one filter; the client."""
    logs = client(running, SECURITY, "logs")
    logs.create_log_group(logGroupName="/measured")
    logs.create_log_stream(logGroupName="/measured", logStreamName="s")
    transformation = {"metricName": "M", "metricNamespace": "N", "metricValue": "1", **metric}
    logs.put_metric_filter(
        logGroupName="/measured",
        filterName="f",
        filterPattern=pattern,
        metricTransformations=[transformation],
    )
    return logs


def written(running: Emulator, *events: Any) -> None:
    """Put log events, now, each an object or a text."""
    now = int(running.world.clock.now().timestamp() * 1000)
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    client(running, SECURITY, "logs").put_log_events(
        logGroupName="/measured",
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": text} for text in texts],
    )


def points(running: Emulator, **dimensions: str) -> list[float]:
    """The sums of the metric in every minute around now."""
    now = running.world.clock.now()
    answer = client(running, SECURITY, "cloudwatch").get_metric_statistics(
        Namespace="N",
        MetricName="M",
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=60,
        Statistics=["Sum"],
    )
    return [point["Sum"] for point in answer["Datapoints"]]


def test_what_matches_is_counted_and_what_does_not_is_not(emulator: Start) -> None:
    running = emulator()
    measured(running, '{ $.source = "a" }')
    written(running, EVENT, {"source": "b"}, "no JSON", EVENT)
    assert points(running) == [2.0]


def test_a_value_comes_from_the_event_and_none_where_it_is_no_number(emulator: Start) -> None:
    running = emulator()
    measured(running, '{ $.source = "a" }', metricValue="$.n")
    written(running, EVENT, {**EVENT, "n": "many"}, {**EVENT, "n": True})
    assert points(running) == [5.0]


def test_dimensions_come_from_the_event(emulator: Start) -> None:
    running = emulator()
    measured(running, '{ $.source = "a" }', dimensions={"Stage": "$.detail.stage"})
    written(running, EVENT, {**EVENT, "detail": {"stage": "other"}}, {**EVENT, "detail": {}})
    assert points(running, Stage="alive") == [1.0]
    assert points(running, Stage="other") == [1.0]


def test_a_filter_that_was_deleted_counts_no_more(emulator: Start) -> None:
    running = emulator()
    logs = measured(running, '{ $.source = "a" }')
    logs.delete_metric_filter(logGroupName="/measured", filterName="f")
    written(running, EVENT)
    assert points(running) == []
