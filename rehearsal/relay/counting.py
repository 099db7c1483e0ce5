"""What happened to each rule's events, for tests and for CloudWatch.

CloudWatch gets the metrics of ``AWS/Events`` under the rule's name, and the bus's where that is not
the default one; a count of zero is not sent (AWS docs: eb-monitoring, with the dimensions that each
metric has; aws-cdk-lib: events-canned-metrics). Latencies, throttling, PutEvents and what is summed
up without dimensions are not emulated. AWS sends once a minute and at best effort; here at once.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rehearsal.emulator.cloudwatch.series import Metric

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

NAMESPACE: Final = "AWS/Events"
METRICS: Final[Mapping[str, tuple[str, ...]]] = {
    "matched": ("MatchedEvents", "TriggeredRules"),
    "tried": ("InvocationAttempts",),
    "retried": ("RetryInvocationAttempts",),
    "delivered": ("SuccessfulInvocationAttempts", "Invocations"),
    "failed": ("FailedInvocations", "Invocations"),
    "dead_lettered": ("InvocationsSentToDlq",),
    "refused": ("InvocationsFailedToBeSentToDlq",),
}
"""What happened → the metrics that count it. ``Invocations`` has neither throttled nor retried
tries "until they fail permanently"."""


@dataclass(frozen=True)
class RuleCounts:
    """What happened to a rule's events; CloudWatch has the same counts under other names."""

    matched: int = 0
    invoked: int = 0
    """Tries, retries included."""
    failed: int = 0
    """Deliveries given up."""
    dead_lettered: int = 0


class Counts:
    """The counts of one world, by the ARN of the rule."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._counts: dict[str, RuleCounts] = {}

    def read(self) -> dict[str, RuleCounts]:
        """All of them."""
        with self._lock:
            return dict(self._counts)

    def matched(self, rule_arn: str) -> None:
        """An event met the rule."""
        self._add(rule_arn, matched=1)
        self._send(rule_arn, "matched")

    def tried(self, rule_arn: str, *, again: bool) -> None:
        """A delivery was tried."""
        self._add(rule_arn, invoked=1)
        self._send(rule_arn, "tried")
        if again:
            self._send(rule_arn, "retried")

    def delivered(self, rule_arn: str) -> None:
        """A target took the event."""
        self._send(rule_arn, "delivered")

    def failed(self, rule_arn: str) -> None:
        """A delivery was given up."""
        self._add(rule_arn, failed=1)
        self._send(rule_arn, "failed")

    def dead_lettered(self, rule_arn: str) -> None:
        """The queue of dead letters took it."""
        self._add(rule_arn, dead_lettered=1)
        self._send(rule_arn, "dead_lettered")

    def refused(self, rule_arn: str) -> None:
        """Not even that queue took it."""
        self._send(rule_arn, "refused")

    def _add(self, rule_arn: str, **more: int) -> None:
        with self._lock:
            counts = self._counts.get(rule_arn, RuleCounts())
            added = {name: getattr(counts, name) + number for name, number in more.items()}
            self._counts[rule_arn] = replace(counts, **added)

    def _send(self, rule_arn: str, what: str) -> None:
        for metric in _metrics(rule_arn, what):
            self._world.cloudwatch.put(metric, 1.0)


@functools.lru_cache(maxsize=4096)
def _metrics(rule_arn: str, what: str) -> tuple[Metric, ...]:
    """A rule's ARN ends in ``rule/NAME``, or ``rule/BUS/NAME``."""
    _, _, _, region, account, resource = rule_arn.split(":", 5)
    *bus, name = resource.removeprefix("rule/").split("/")
    pairs = {("RuleName", name), *(("EventBusName", each) for each in bus)}
    return tuple(
        Metric(account, region, NAMESPACE, each, frozenset(pairs)) for each in METRICS[what]
    )
