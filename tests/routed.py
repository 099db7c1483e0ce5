"""What tests deploy to see events delivered: rules, queues, roles, buses, log groups."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.actors import allow, document
from tests.emulated import REGION, TAX, client

Start = Callable[..., Emulator]
EVENTS = "events.amazonaws.com"
PATTERN = {"source": ["shop.orders"]}


def event(account: str = TAX, region: str = REGION, **detail: Any) -> dict[str, Any]:
    """A whole envelope, as the relay takes it."""
    return {
        "version": "0",
        "id": "e1",
        "detail-type": "Order",
        "source": "shop.orders",
        "account": account,
        "time": "2026-03-04T05:06:07Z",
        "region": region,
        "resources": ["arn:aws:ec2:eu-west-1:333333333333:instance/i-1"],
        "detail": detail,
    }


def admitting(*actions: str, resource: str, **condition: Any) -> str:
    """A resource policy that lets EventBridge in, under conditions."""
    who: dict[str, Any] = {"Principal": {"Service": EVENTS}}
    if condition:
        who["Condition"] = condition
    return document(allow(list(actions), resource, **who))


def queue(
    emulator: Emulator, name: str, *, account: str = TAX, region: str = REGION, open_: bool = True
) -> str:
    """A queue, which admits EventBridge if it is open; its ARN."""
    arn = f"arn:aws:sqs:{region}:{account}:{name}"
    policy = {"Policy": admitting("sqs:SendMessage", resource=arn)} if open_ else {}
    client(emulator, account, "sqs", region).create_queue(QueueName=name, Attributes=policy)
    return arn


def messages(emulator: Emulator, arn: str) -> list[dict[str, Any]]:
    """Everything in a queue, with the message attributes flattened under ``attributes``."""
    _, _, _, region, account, name = arn.split(":")
    sqs = client(emulator, account, "sqs", region)
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found: list[dict[str, Any]] = []
    while batch := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in batch:
            given = message.get("MessageAttributes", {})
            attributes = {name: value["StringValue"] for name, value in given.items()}
            found.append({"body": message["Body"], "attributes": attributes})
    return found


def bodies(emulator: Emulator, arn: str) -> list[str]:
    """The texts in a queue."""
    return [message["body"] for message in messages(emulator, arn)]


def rule(
    emulator: Emulator,
    *targets: dict[str, Any],
    name: str = "orders",
    pattern: Any = PATTERN,
    account: str = TAX,
    region: str = REGION,
    bus: str = "default",
    **more: Any,
) -> str:
    """A rule with targets, numbered from 0; its ARN."""
    events = client(emulator, account, "events", region)
    arn: str = events.put_rule(
        Name=name, EventPattern=json.dumps(pattern), EventBusName=bus, **more
    )["RuleArn"]
    numbered = [{"Id": str(number), **target} for number, target in enumerate(targets)]
    if numbered:
        events.put_targets(Rule=name, EventBusName=bus, Targets=numbered)
    return arn


def role(emulator: Emulator, *statements: dict[str, Any], name: str = "courier") -> str:
    """A role of the tax account that EventBridge may assume."""
    iam = client(emulator, TAX, "iam")
    trust = {"Effect": "Allow", "Principal": {"Service": EVENTS}, "Action": "sts:AssumeRole"}
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"][
        "Arn"
    ]
    if statements:
        iam.put_role_policy(
            RoleName=name, PolicyName="inline", PolicyDocument=document(*statements)
        )
    return arn


def bus(
    emulator: Emulator, name: str, *, account: str, region: str = REGION, sender: str = ""
) -> str:
    """A bus that admits an account, its own if none is named; its ARN."""
    events = client(emulator, account, "events", region)
    arn: str = events.create_event_bus(Name=name)["EventBusArn"]
    if sender:
        who = {"Principal": {"AWS": f"arn:aws:iam::{sender}:root"}}
        policy = document(allow("events:PutEvents", arn, **who))
        events.put_permission(EventBusName=name, Policy=policy)
    return arn


def delivered(emulator: Emulator, what: dict[str, Any], seconds: float = 2, **place: str) -> None:
    """Publish an event on a bus, the tax account's own unless told, and let time pass."""
    emulator.world.relay.publish(
        place.get("account", TAX), place.get("region", REGION), place.get("bus", "default"), what
    )
    passed(emulator, seconds)


def passed(emulator: Emulator, seconds: float) -> None:
    """Let time pass and see that no task of the clock failed."""
    clock: Any = emulator.world.clock
    clock.sleep(seconds)
    assert clock.failures == []
