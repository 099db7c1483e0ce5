"""Scheduled rules: they fire at their rate and by themselves, until they are gone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.events.exceptions import ValidationException

from rehearsal.clock import RealClock
from rehearsal.emulator.server import Emulator
from rehearsal.emulator.world import NotEmulatedError
from rehearsal.relay.schedules import period
from tests.emulated import REGION, TAX, client
from tests.routed import Start, bodies, delivered, event, passed, queue, rule

HOUR = "rate(1 hour)"


def beating(running: Emulator, expression: str = "rate(5 minutes)", **more: Any) -> tuple[str, str]:
    """A scheduled rule that leads to a queue; the ARNs of both."""
    arn = queue(running, "beats")
    events = client(running, TAX, "events")
    made = events.put_rule(Name="beat", ScheduleExpression=expression, **more)["RuleArn"]
    events.put_targets(Rule="beat", Targets=[{"Id": "1", "Arn": arn}])
    return made, arn


def test_a_rule_fires_one_period_after_it_was_put_and_then_at_every_period(
    emulator: Start,
) -> None:
    running = emulator()
    began = running.world.clock.now()
    made, arn = beating(running)
    passed(running, 299)
    assert bodies(running, arn) == []
    passed(running, 2)
    [first] = [json.loads(body) for body in bodies(running, arn)]
    assert first == {
        "version": "0",
        "id": first["id"],
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": TAX,
        "time": f"{began + timedelta(seconds=300):%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [made],
        "detail": {},
    }
    passed(running, 600)
    assert len(bodies(running, arn)) == 2
    assert running.world.relay.metrics()[made].invoked == 3


def test_a_constant_input_takes_the_events_place(emulator: Start) -> None:
    running = emulator()
    _, arn = beating(running)
    target = {"Id": "1", "Arn": arn, "Input": '{"Action": ["Watch"]}'}
    client(running, TAX, "events").put_targets(Rule="beat", Targets=[target])
    passed(running, 301)
    assert bodies(running, arn) == ['{"Action": ["Watch"]}']


def test_a_disabled_rule_is_silent_and_an_enabled_one_goes_on_with_its_beat(
    emulator: Start,
) -> None:
    running = emulator()
    _, arn = beating(running, State="DISABLED")
    passed(running, 400)
    client(running, TAX, "events").enable_rule(Name="beat")
    passed(running, 199)
    assert bodies(running, arn) == []
    passed(running, 2)
    assert len(bodies(running, arn)) == 1


def test_a_deleted_rule_is_silent_and_one_of_its_name_begins_anew(emulator: Start) -> None:
    running = emulator()
    _, arn = beating(running)
    events = client(running, TAX, "events")
    passed(running, 200)
    events.remove_targets(Rule="beat", Ids=["1"])
    events.delete_rule(Name="beat")
    passed(running, 200)
    events.put_rule(Name="beat", ScheduleExpression="rate(5 minutes)")
    events.put_targets(Rule="beat", Targets=[{"Id": "1", "Arn": arn}])
    passed(running, 299)
    assert bodies(running, arn) == []
    passed(running, 302)
    assert len(bodies(running, arn)) == 2


def test_putting_a_rule_again_keeps_its_beat_and_another_rate_begins_anew(emulator: Start) -> None:
    running = emulator()
    _, arn = beating(running)
    events = client(running, TAX, "events")
    passed(running, 200)
    events.put_rule(Name="beat", ScheduleExpression="rate(5 minutes)", Description="the same")
    passed(running, 101)
    assert len(bodies(running, arn)) == 1
    events.put_rule(Name="beat", ScheduleExpression="rate(10 minutes)")
    passed(running, 598)
    assert bodies(running, arn) == []
    passed(running, 4)
    assert len(bodies(running, arn)) == 1
    events.put_rule(Name="beat", EventPattern='{"source": ["shop.orders"]}')
    passed(running, 1_200)
    assert bodies(running, arn) == []


def test_a_scheduled_event_goes_to_its_own_rules_targets_only_and_takes_no_pattern(
    emulator: Start,
) -> None:
    running = emulator()
    _, arn = beating(running)
    other = queue(running, "other")
    rule(running, {"Arn": other}, pattern={"source": ["aws.events"]})
    delivered(running, event(order=1))
    passed(running, 301)
    assert len(bodies(running, arn)) == 1
    assert bodies(running, other) == []


def test_a_firing_that_lies_ahead_is_nothing_under_way(emulator: Start) -> None:
    running = emulator()
    beating(running, HOUR)
    assert running.world.relay.under_way == 0
    began = running.world.clock.now()
    assert not running.world.clock.run_until(lambda: False, 10)
    assert running.world.clock.now() == began + timedelta(seconds=10)


def test_on_the_real_clock_it_fires_too_and_ends_with_its_world(emulator: Start) -> None:
    running = emulator(clock=RealClock(pace=0.002))
    made, _ = beating(running, "rate(1 minute)")

    def invoked() -> int:
        counts = running.world.relay.metrics().get(made)
        return counts.invoked if counts else 0

    assert running.world.clock.run_until(lambda: invoked() >= 2, 20)
    running.stop()
    ended = invoked()
    assert not running.world.clock.run_until(lambda: invoked() > ended, 0.5)
    assert running.world.clock.failures == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(15 minutes)", 900), (HOUR, 3_600), ("rate(2 days)", 172_800)],
)
def test_a_rate_has_a_period(expression: str, seconds: int) -> None:
    assert period(expression) == seconds


@pytest.mark.parametrize(
    "expression", ["rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(5 weeks)", "often"]
)
def test_a_rate_that_aws_refuses_is_refused(emulator: Start, expression: str) -> None:
    with pytest.raises(ValidationException):
        period(expression)
    with pytest.raises(ClientError, match="ValidationException"):
        beating(emulator(), expression)


def test_cron_is_refused_by_name_and_so_is_a_schedule_on_a_bus_of_ones_own(
    emulator: Start,
) -> None:
    with pytest.raises(NotEmulatedError, match="cron"):
        period("cron(0 12 * * ? *)")
    running = emulator()
    with pytest.raises(ClientError, match=r"NotEmulated.*cron\(0 12"):
        beating(running, "cron(0 12 * * ? *)")
    events = client(running, TAX, "events")
    events.create_event_bus(Name="own")
    with pytest.raises(ClientError, match="only on the default event bus"):
        events.put_rule(Name="x", EventBusName="own", ScheduleExpression=HOUR)
    assert "beat" not in [each["Name"] for each in events.list_rules()["Rules"]]
