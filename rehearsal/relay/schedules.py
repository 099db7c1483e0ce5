"""Scheduled rules: at their rate an event of EventBridge's own goes to the rule's targets.

A rate begins to run when the rule is made, and first fires one period later (AWS docs:
eb-rate-expressions). While the rule is disabled nothing is sent, and the beat goes on; a rule that
is put again with another rate begins anew, which AWS does not say. ``cron`` is not emulated.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from moto.events.exceptions import ValidationException
from moto.events.models import events_backends

from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


def period(expression: str) -> int:
    """The seconds between two firings of a rate.

    Raises what AWS answers to one that is wrong: a value of 1 takes the singular, every other the
    plural, and none is 0. Raises NotEmulatedError for cron.
    """
    if expression.startswith("cron("):
        raise NotEmulatedError(f"the schedule {expression} is not emulated: only rate() is")
    rate = _RATE.fullmatch(expression)
    if rate is None or int(rate[1]) == 0 or (int(rate[1]) == 1) == bool(rate[3]):
        raise ValidationException("Parameter ScheduleExpression is not valid.")
    return int(rate[1]) * _SECONDS[rate[2]]


class Schedules:
    """What fires by itself in one world; a firing that lies ahead is nothing under way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._running: dict[str, tuple[str, object]] = {}
        """By the ARN of a rule: its expression, and what tells this beat from an earlier one."""

    def follow(self, rule: Any) -> None:
        """Start the beat of a rule that was put; one that goes on as it was is left alone."""
        expression = rule.scheduled_expression
        running = self._running.get(rule.arn)
        if not expression:
            self._running.pop(rule.arn, None)
        elif running is None or running[0] != expression:
            beat = object()
            self._running[rule.arn] = (expression, beat)
            self._next(rule, beat, period(expression))

    def forget(self, rule_arn: str) -> None:
        """A rule is gone, and with it its beat: one of the same name is another rule."""
        self._running.pop(rule_arn, None)

    def stop(self) -> None:
        """End every beat: the world is over, though a clock may still hold its tasks."""
        self._running.clear()

    def _next(self, rule: Any, beat: object, seconds: int) -> None:
        self._world.clock.later(seconds, lambda: self._fire(rule, beat, seconds))

    def _fire(self, rule: Any, beat: object, seconds: int) -> None:
        if self._running.get(rule.arn, ("", None))[1] is not beat:
            return
        self._next(rule, beat, seconds)
        bus = events_backends[rule.account_id][rule.region_name].event_buses["default"]
        as_it_is = bus.rules[rule.name]
        if as_it_is.state != "DISABLED":
            self._world.relay.fire(as_it_is, _event(self._world, as_it_is))


def _event(world: World, rule: Any) -> dict[str, Any]:
    """What the targets get (AWS docs: eb-service-event, "Scheduled Event")."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule.account_id,
        "time": f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "region": rule.region_name,
        "resources": [rule.arn],
        "detail": {},
    }
