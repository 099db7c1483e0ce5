"""The relay: matches an event with the rules of a bus, and takes it to each of their targets.

It reads rules, targets and policies as they are deployed, never our source. Each delivery is a task
of the clock. Changes of rules count at once; AWS takes "a short period".
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

from rehearsal.emulator.world import NotEmulatedError
from rehearsal.patterns import matches
from rehearsal.relay import inputs, queues, roles
from rehearsal.relay.counting import Counts, RuleCounts
from rehearsal.relay.delivery import Delivery, attributes
from rehearsal.relay.failures import DeliveryError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

Event = dict[str, Any]


@dataclass(frozen=True)
class Lost:
    """An event that is gone: no queue for dead letters, or one that did not take it."""

    rule_arn: str
    target_arn: str
    event: Event
    why: str


def _copied(document: Any) -> Any:
    """What is sent is what was there when the event came in."""
    return json.loads(json.dumps(document))


class Relay:
    """EventBridge's delivery in one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._counts = Counts(world)
        self._under_way = 0
        self.lost: list[Lost] = []
        self.duplicate: Callable[[Event, str], Sequence[float]] | None = None
        """Given an event and a rule's name: after how many seconds each copy arrives, in place of
        the usual one. Makes deliveries double, late and out of order (trap 1.6)."""
        world.emulated["eventbridge"] = "a relay of our own over the rules in moto"

    def publish(self, account: str, region: str, bus: str, event: Event) -> None:
        """Put an event, in its full envelope, on a bus. Raises LookupError if it is not there."""
        self._accept(account, region, bus, event, forwarded=False)

    def fire(self, rule: Any, event: Event) -> None:
        """Take an event to the targets of one rule whose time has come."""
        self._to_targets(rule, event, rule.account_id, rule.region_name, forwarded=False)

    def metrics(self) -> dict[str, RuleCounts]:
        """Counts by the ARN of the rule."""
        return self._counts.read()

    @property
    def under_way(self) -> int:
        """How many deliveries have not ended, those that wait for a retry included."""
        with self._lock:
            return self._under_way

    def _accept(
        self, account: str, region: str, bus: str, event: Event, *, forwarded: bool
    ) -> None:
        found = events_backends[account][region].event_buses.get(bus)
        if found is None:
            raise LookupError(f"there is no event bus {bus} in {region} of {account}")
        for rule in list(found.rules.values()):
            if rule.state != "DISABLED" and self._matches(rule, event):
                self._to_targets(rule, event, account, region, forwarded=forwarded)

    def _to_targets(
        self, rule: Any, event: Event, account: str, region: str, *, forwarded: bool
    ) -> None:
        self._counts.matched(rule.arn)
        for target in list(rule.targets):
            delivery = Delivery(
                number=next(self._numbers),
                account=account,
                region=region,
                rule_arn=rule.arn,
                target=_copied(target),
                event=_copied(event),
                received=self._world.clock.now(),
                forwarded=forwarded,
            )
            self._send(rule.name, delivery)

    def _matches(self, rule: Any, event: Event) -> bool:
        pattern = rule.event_pattern.dump()
        negatives = not self._world.bites("1.17")
        return bool(pattern) and matches(pattern, event, absent_differs=negatives)

    def _send(self, rule: str, delivery: Delivery) -> None:
        delays: Sequence[float] = [self._world.timing.delivery]
        if self.duplicate is not None and self._world.bites("1.6"):
            delays = self.duplicate(delivery.event, rule)
        for delay in delays:
            with self._lock:
                self._under_way += 1
            self._world.clock.later(delay, lambda: self._deliver(delivery))

    def _deliver(self, delivery: Delivery) -> None:
        try:
            self._try_until_done(delivery)
        except NotEmulatedError:
            self._counts.failed(delivery.rule_arn)
            raise
        finally:
            with self._lock:
                self._under_way -= 1

    def _try_until_done(self, delivery: Delivery) -> None:
        for retries in itertools.count():
            self._counts.tried(delivery.rule_arn, again=retries > 0)
            try:
                self._invoke(delivery)
            except DeliveryError as error:
                wait = delivery.wait(retries)
                exhausted = None
                if error.again:
                    exhausted = delivery.exhausted(retries, self._world.clock.now(), wait)
                    if exhausted is None:
                        self._world.clock.sleep(wait)
                        continue
                self._give_up(delivery, error, attributes(delivery, error, retries, exhausted))
            else:
                self._counts.delivered(delivery.rule_arn)
            return

    def _invoke(self, delivery: Delivery) -> None:
        world, service = self._world, delivery.target_arn.split(":")[2]
        if service == "events":
            account, region, bus = roles.to_bus(world, delivery)
            self._accept(account, region, bus, delivery.event, forwarded=True)
            return
        variables = inputs.predefined(
            delivery.event,
            rule_arn=delivery.rule_arn,
            ingested=delivery.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        text = inputs.payload(
            delivery.target, delivery.event, variables, forgiving=not world.bites("1.8")
        )
        if service == "ssm":
            roles.to_automation(world, delivery, text)
        elif service == "ssm-incidents":
            roles.to_response_plan(world, delivery, text)
        elif service == "sqs":
            queues.to_queue(world, delivery, delivery.target_arn, text)
        elif service == "sns":
            queues.to_topic(world, delivery, text)
        elif service == "logs":
            queues.to_log_group(world, delivery, text)
        else:
            raise NotEmulatedError(f"delivery to {delivery.target_arn} is not emulated")

    def _give_up(self, delivery: Delivery, error: DeliveryError, why: dict[str, str]) -> None:
        self._counts.failed(delivery.rule_arn)
        queue = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
        if queue is None:
            self._lose(delivery, f"no dead-letter queue; {error.code}: {error.message}")
            return
        try:
            queues.to_queue(self._world, delivery, queue, json.dumps(delivery.event), why)
        except DeliveryError as refused:
            self._counts.refused(delivery.rule_arn)
            self._lose(delivery, f"{refused.message}; {error.code}: {error.message}")
        else:
            self._counts.dead_lettered(delivery.rule_arn)

    def _lose(self, delivery: Delivery, why: str) -> None:
        with self._lock:
            self.lost.append(Lost(delivery.rule_arn, delivery.target_arn, delivery.event, why))
