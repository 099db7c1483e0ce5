"""From a bus to targets: which events arrive, what they look like, and what becomes of the rest."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.relay import RuleCounts
from tests.actors import allow
from tests.emulated import LAND_REGISTRY, REGION, SECURITY, TAX, client
from tests.routed import (
    Start,
    admitting,
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


def test_an_event_that_matches_arrives_whole_and_others_do_not(emulator: Start) -> None:
    running = emulator()
    arn = queue(running, "orders")
    rule(running, {"Arn": arn})

    delivered(running, event(order=1))
    delivered(running, event() | {"source": "shop.stock"})

    assert [json.loads(body) for body in bodies(running, arn)] == [event(order=1)]


def test_delivery_takes_its_time(emulator: Start) -> None:
    running = emulator()
    arn = queue(running, "orders")
    rule(running, {"Arn": arn})

    delivered(running, event(), seconds=running.world.timing.delivery - 0.1)
    assert running.world.relay.under_way == 1
    assert bodies(running, arn) == []

    passed(running, 0.1)
    assert running.world.relay.under_way == 0
    assert len(bodies(running, arn)) == 1


def test_a_disabled_rule_and_another_accounts_or_regions_rule_do_not_fire(emulator: Start) -> None:
    running = emulator()
    off = queue(running, "off")
    elsewhere = queue(running, "elsewhere", region="eu-central-1")
    foreign = queue(running, "foreign", account=LAND_REGISTRY)
    rule(running, {"Arn": off}, State="DISABLED")
    rule(running, {"Arn": elsewhere}, region="eu-central-1")
    rule(running, {"Arn": foreign}, account=LAND_REGISTRY)

    delivered(running, event())

    assert [bodies(running, arn) for arn in (off, elsewhere, foreign)] == [[], [], []]
    assert running.world.relay.metrics() == {}


def test_a_constant_a_part_and_a_template_replace_the_event(emulator: Start) -> None:
    running = emulator()
    arn = queue(running, "orders")
    template = '{"id": <id>, "said": "order <id> of <who>", "rule": <aws.events.rule-name>}'
    paths = {"id": "$.detail.order", "who": "$.detail.buyer.name"}
    rule(
        running,
        {"Arn": arn, "Input": '{"constant": true}'},
        {"Arn": arn, "InputPath": "$.detail.buyer"},
        {"Arn": arn, "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}},
    )

    delivered(running, event(order=7, buyer={"name": "Ada"}))

    assert [json.loads(body) for body in bodies(running, arn)] == [
        {"constant": True},
        {"name": "Ada"},
        {"id": 7, "said": "order 7 of Ada", "rule": "orders"},
    ]


def test_a_topic_and_a_log_group_admit_by_their_own_policies(emulator: Start) -> None:
    running = emulator()
    topic = client(running, TAX, "sns").create_topic(Name="orders")["TopicArn"]
    client(running, TAX, "sns").set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=admitting("sns:Publish", resource=topic),
    )
    behind = queue(running, "behind")
    client(running, TAX, "sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=behind)
    logs = client(running, TAX, "logs")
    logs.create_log_group(logGroupName="/orders")
    group = f"arn:aws:logs:{REGION}:{TAX}:log-group:/orders"
    arn = rule(running, {"Arn": topic}, {"Arn": group})
    policy = admitting(
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        resource=f"{group}:*",
        ArnEquals={"aws:SourceArn": arn},
    )
    logs.put_resource_policy(policyName="orders", policyDocument=policy)

    delivered(running, event(order=1))

    [notice] = bodies(running, behind)
    assert json.loads(json.loads(notice)["Message"]) == event(order=1)
    [line] = logs.filter_log_events(logGroupName="/orders")["events"]
    assert json.loads(line["message"]) == event(order=1)


def test_a_template_may_give_a_log_group_its_timestamp_and_message(emulator: Start) -> None:
    running = emulator()
    logs = client(running, TAX, "logs")
    logs.create_log_group(logGroupName="/orders")
    group = f"arn:aws:logs:{REGION}:{TAX}:log-group:/orders"
    policy = admitting("logs:CreateLogStream", "logs:PutLogEvents", resource=f"{group}:*")
    logs.put_resource_policy(policyName="orders", policyDocument=policy)
    template = {"InputPathsMap": {"at": "$.detail.at"}, "InputTemplate": ""}
    template["InputTemplate"] = '{"timestamp": <at>, "message": "order at <at>"}'
    rule(running, {"Arn": f"{group}:*", "InputTransformer": template})

    delivered(running, event(at=1772600767000))

    [line] = logs.filter_log_events(logGroupName="/orders")["events"]
    assert (line["timestamp"], line["message"]) == (1772600767000, "order at 1772600767000")


def test_a_queue_that_does_not_admit_the_rule_means_a_dead_letter_at_once(emulator: Start) -> None:
    running = emulator()
    closed, dead = queue(running, "closed", open_=False), queue(running, "dead")
    arn = rule(running, {"Arn": closed, "DeadLetterConfig": {"Arn": dead}})

    delivered(running, event(order=1))

    [letter] = messages(running, dead)
    assert json.loads(letter["body"]) == event(order=1)
    said = letter["attributes"].pop("ERROR_MESSAGE")
    assert "sqs:SendMessage" in said
    assert letter["attributes"] == {
        "RULE_ARN": arn,
        "TARGET_ARN": closed,
        "ERROR_CODE": "NO_PERMISSIONS",
        "RETRY_ATTEMPTS": "0",
    }
    assert running.world.relay.metrics()[arn] == RuleCounts(1, 1, 1, 1)
    assert running.world.relay.lost == []


def test_a_target_that_is_gone_means_a_dead_letter_at_once(emulator: Start) -> None:
    running = emulator()
    dead = queue(running, "dead")
    gone = f"arn:aws:sqs:{REGION}:{TAX}:gone"
    rule(running, {"Arn": gone, "DeadLetterConfig": {"Arn": dead}})

    delivered(running, event())

    [letter] = messages(running, dead)
    assert letter["attributes"]["ERROR_CODE"] == "NO_RESOURCE"


def test_without_a_queue_or_with_one_that_refuses_the_event_is_lost(emulator: Start) -> None:
    running = emulator()
    closed = queue(running, "closed", open_=False)
    rule(running, {"Arn": closed}, {"Arn": closed, "DeadLetterConfig": {"Arn": closed}})

    delivered(running, event(order=1))

    lost = running.world.relay.lost
    assert [one.event for one in lost] == [event(order=1), event(order=1)]
    assert lost[0].why.startswith("no dead-letter queue")
    assert "sqs:SendMessage" in lost[1].why


def forwarding(running: Any, target: str, **more: Any) -> str:
    """A rule of the tax account that forwards to a bus; its role may do so."""
    arn = role(running, allow("events:PutEvents", target), name="forwarder")
    return rule(running, {"Arn": target, "RoleArn": arn, **more}, name="forward")


def test_an_event_forwarded_to_another_accounts_bus_keeps_its_envelope(emulator: Start) -> None:
    running = emulator()
    central = bus(running, "central", account=SECURITY, sender=TAX)
    forwarding(running, central)
    arn = queue(running, "central", account=SECURITY)
    rule(running, {"Arn": arn}, account=SECURITY, bus="central")

    delivered(running, event(order=1), seconds=3)

    assert [json.loads(body) for body in bodies(running, arn)] == [event(order=1)]


def test_a_bus_that_does_not_admit_the_sender_means_a_dead_letter(emulator: Start) -> None:
    running = emulator()
    central = bus(running, "central", account=SECURITY, sender=LAND_REGISTRY)
    dead = queue(running, "dead")
    forwarding(running, central, DeadLetterConfig={"Arn": dead})

    delivered(running, event())

    [letter] = messages(running, dead)
    assert letter["attributes"]["ERROR_CODE"] == "NO_PERMISSIONS"
    assert "events:PutEvents" in letter["attributes"]["ERROR_MESSAGE"]


def test_an_event_crosses_regions_in_one_account(emulator: Start) -> None:
    running = emulator()
    home = bus(running, "home", account=TAX, region="eu-central-1")
    forwarding(running, home)
    arn = queue(running, "home", region="eu-central-1")
    rule(running, {"Arn": arn}, region="eu-central-1", bus="home")

    delivered(running, event(order=1), seconds=3)

    assert [json.loads(body)["region"] for body in bodies(running, arn)] == [REGION]
