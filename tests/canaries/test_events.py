"""Canaries of EventBridge's traps: delivery, templates, patterns, hops, roles and inputs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.actors import allow
from tests.canaries import canary
from tests.emulated import REGION, SECURITY, TAX, client
from tests.routed import (
    Start,
    bodies,
    bus,
    delivered,
    event,
    messages,
    passed,
    queue,
    role,
    rule,
)


def code(call: Any, **parameters: Any) -> str:
    """The code of the error that a call ends in; fails if it does not."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


@canary("1.6")
def test_events_may_arrive_twice_and_out_of_order(emulator: Start) -> None:
    running = emulator()
    arn = queue(running, "orders")
    rule(running, {"Arn": arn})
    running.world.relay.duplicate = lambda event, _: [9, 20] if event["detail"]["n"] == 1 else [1]

    delivered(running, event(n=1), seconds=2)
    delivered(running, event(n=2), seconds=30)

    assert [json.loads(body)["detail"]["n"] for body in bodies(running, arn)] == [2, 1, 1]


@canary("1.8")
def test_a_missing_path_leaves_nothing_and_a_quote_breaks_the_template(emulator: Start) -> None:
    running = emulator()
    arn = queue(running, "orders")
    template = '{"id": <id>, "title": "<title>"}'
    paths = {"id": "$.detail.id", "title": "$.detail.title"}
    transformer = {"InputPathsMap": paths, "InputTemplate": template}
    rule(running, {"Arn": arn, "InputTransformer": transformer})

    delivered(running, event(title="plain"))
    delivered(running, event(id=1, title='with a "quote"'))

    assert bodies(running, arn) == [
        '{"id": , "title": "plain"}',
        '{"id": 1, "title": "with a "quote""}',
    ]


@canary("1.9")
def test_a_pattern_and_a_template_have_limits_of_their_own(emulator: Start) -> None:
    running = emulator()
    events = client(running, TAX, "events")
    long = json.dumps({"source": ["x" * 2048]})
    assert code(events.put_rule, Name="long", EventPattern=long) == "InvalidEventPatternException"

    arn = queue(running, "orders")
    rule(running)
    target = {"Id": "1", "Arn": arn, "InputTransformer": {"InputTemplate": f'"{"x" * 2048}"'}}
    events.put_targets(Rule="orders", Targets=[target])
    target["InputTransformer"] = {"InputTemplate": f'"{"x" * 8192}"'}
    assert code(events.put_targets, Rule="orders", Targets=[target]) == "ValidationException"


@canary("1.17")
def test_a_negative_on_a_missing_field_does_not_match(emulator: Start) -> None:
    running = emulator()
    negative, absent = queue(running, "negative"), queue(running, "absent")
    fields = {"negative": [{"anything-but": "true"}], "absent": [{"exists": False}]}
    for name, arn in (("negative", negative), ("absent", absent)):
        pattern = {"source": ["shop.orders"], "detail": {"sample": fields[name]}}
        rule(running, {"Arn": arn}, name=name, pattern=pattern)

    delivered(running, event(order=1))

    assert len(bodies(running, absent)) == 1
    assert bodies(running, negative) == []


@canary("6.1")
def test_an_event_from_another_bus_is_not_sent_on_to_a_third(emulator: Start) -> None:
    running = emulator()
    second = bus(running, "second", account=TAX)
    third = bus(running, "third", account=SECURITY, sender=TAX)
    courier = role(running, allow("events:PutEvents", [second, third]))
    dead = queue(running, "dead")
    reached = queue(running, "reached", account=SECURITY)
    rule(running, {"Arn": second, "RoleArn": courier})
    hop = {"Arn": third, "RoleArn": courier, "DeadLetterConfig": {"Arn": dead}}
    rule(running, hop, name="hop", bus="second")
    rule(running, {"Arn": reached}, account=SECURITY, bus="third")

    delivered(running, event(order=1), seconds=5)
    assert bodies(running, reached) == []
    [letter] = messages(running, dead)
    assert letter["attributes"]["ERROR_CODE"] == "THIRD_ACCOUNT_HOP_DETECTED"

    delivered(running, event(order=2), bus="second")
    passed(running, 2)
    assert [json.loads(body)["account"] for body in bodies(running, reached)] == [TAX]


@canary("6.6")
def test_a_log_group_refuses_a_role_and_a_bus_needs_one(emulator: Start) -> None:
    running = emulator()
    events, arn = client(running, TAX, "events"), role(running)
    central = bus(running, "central", account=SECURITY, sender=TAX)
    rule(running)
    group = f"arn:aws:logs:{REGION}:{TAX}:log-group:/orders"
    with_role = [{"Id": "1", "Arn": group, "RoleArn": arn}]
    without = [{"Id": "1", "Arn": central}]

    assert code(events.put_targets, Rule="orders", Targets=with_role) == "ValidationException"
    assert code(events.put_targets, Rule="orders", Targets=without) == "ValidationException"


@canary("6.10")
def test_a_bus_takes_no_transformer(emulator: Start) -> None:
    running = emulator()
    events, arn = client(running, TAX, "events"), role(running)
    central = bus(running, "central", account=SECURITY, sender=TAX)
    rule(running)
    target = {"Id": "1", "Arn": central, "RoleArn": arn, "Input": "{}"}

    assert code(events.put_targets, Rule="orders", Targets=[target]) == "ValidationException"
