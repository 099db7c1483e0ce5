"""Writers at once: the engine makes a stack's resources side by side, and each has to stay.

What is lost here shows later, as drift that nobody caused.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from rehearsal.emulator.guardduty import features
from rehearsal.emulator.server import Emulator
from tests.emulated import client

WRITERS = 8
ROUNDS = 40
GROUP = "containment-ledger"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(autouse=True)
def often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(*deeds: Callable[[], object]) -> None:
    """Do them side by side, and wait for all."""
    together = threading.Barrier(len(deeds))

    def done(deed: Callable[[], object]) -> None:
        together.wait()
        deed()

    threads = [threading.Thread(target=done, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_every_protection_plan_that_is_switched_on_stays_on() -> None:
    names = [name for name in features.ADDITIONAL if name != "EKS_RUNTIME_MONITORING"]
    for _ in range(ROUNDS):
        plans = features.at_first(NOW)
        for name in names:
            plans[name]["Status"] = "DISABLED"

        def switch(name: str, plans: features.Plans = plans) -> Callable[[], None]:
            return lambda: features.change(plans, [{"Name": name, "Status": "ENABLED"}], NOW)

        at_once(*(switch(name) for name in names))
        assert {name: plans[name]["Status"] for name in names} == dict.fromkeys(names, "ENABLED")


def test_every_metric_filter_that_is_put_stays(emulator: Callable[..., Emulator]) -> None:
    logs = client(emulator(), "222222222222", "logs")
    logs.create_log_group(logGroupName=GROUP)

    def put(writer: int) -> Callable[[], None]:
        def deed() -> None:
            for number in range(ROUNDS // 4):
                name = f"stage-{writer}-{number}"
                metric = {"metricName": name, "metricNamespace": "Any", "metricValue": "1"}
                logs.put_metric_filter(
                    logGroupName=GROUP,
                    filterName=name,
                    filterPattern='{ $.detail.stage = "contained" }',
                    metricTransformations=[metric],
                )

        return deed

    at_once(*(put(writer) for writer in range(WRITERS)))
    pages = logs.get_paginator("describe_metric_filters").paginate(logGroupName=GROUP)
    found = [one["filterName"] for page in pages for one in page["metricFilters"]]
    assert len(found) == len(set(found)) == WRITERS * (ROUNDS // 4)
