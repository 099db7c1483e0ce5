"""What a subscriber gets: only what its filter lets pass, in its protocol's own text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.topics import filters
from tests.topical import Start, confirmed, publish, subscribed, texts, topic

ANNA = "anna@example.org"
PHONE = "+491701234567"


def to(*people: str) -> dict[str, Any]:
    """The attributes of a message for these people."""
    if len(people) == 1:
        return {"to": {"DataType": "String", "StringValue": people[0]}}
    return {"to": {"DataType": "String.Array", "StringValue": json.dumps(people)}}


def test_a_filter_lets_only_its_person_s_messages_pass(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "sms", PHONE, FilterPolicy='{"to": ["anna"]}')
    for people in (("anna",), ("annabel",), ("ann",), ("ben",), ("ben", "anna")):
        publish(running, arn, "-".join(people), MessageAttributes=to(*people))
    publish(running, arn, "nobody")
    assert texts(running, PHONE) == ["anna", "ben-anna"]


@pytest.mark.parametrize(
    ("rules", "passes", "stopped"),
    [
        (["anna", "ben"], ["anna", "ben"], ["Anna", "", None]),
        ([{"anything-but": "anna"}], ["ben", "annabel"], ["anna", None]),
        ([{"anything-but": ["anna", "ben"]}], ["carl"], ["anna", "ben", None]),
        ([{"anything-but": {"prefix": "an"}}], ["ben"], ["anna", None]),
        ([{"prefix": "an"}], ["anna", "an"], ["ben", "Anna", None]),
        ([{"exists": True}], ["anna"], [None]),
        ([{"exists": False}], [None], ["anna"]),
        (["anna", {"exists": False}], ["anna", None], ["ben"]),
    ],
)
def test_each_operator_of_a_filter(
    rules: list[Any], passes: list[str | None], stopped: list[str | None]
) -> None:
    def seen(value: str | None) -> bool:
        told = {} if value is None else {"to": {"Type": "String", "Value": value}}
        return filters.lets_pass({"to": rules}, told)

    assert [value for value in passes if not seen(value)] == []
    assert [value for value in stopped if seen(value)] == []


def test_every_key_of_a_filter_must_hold() -> None:
    policy = {"to": ["anna"], "stage": [{"exists": True}]}
    one = {"to": {"Type": "String", "Value": "anna"}}
    assert not filters.lets_pass(policy, one)
    assert filters.lets_pass(policy, one | {"stage": {"Type": "String", "Value": "x"}})


def test_a_filter_that_is_not_emulated_is_refused_when_it_is_set(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    for policy in ('{"n": [{"numeric": ["=", 1]}]}', '{"$or": [{"a": ["b"]}]}'):
        with pytest.raises(ClientError, match="NotEmulated"):
            subscribed(running, arn, "sms", PHONE, FilterPolicy=policy)
    with pytest.raises(ClientError, match="NotEmulated"):
        subscribed(running, arn, "sms", PHONE, FilterPolicy="{}", FilterPolicyScope="MessageBody")


def test_a_message_may_have_a_text_for_each_protocol(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    for protocol, endpoint in (("sms", PHONE), ("email", ANNA), ("email-json", "ops@a.example")):
        subscribed(running, arn, protocol, endpoint)
        if "@" in endpoint:
            confirmed(running, arn, endpoint)
    told = json.dumps({"default": "for chat", "sms": "short", "email": "long"})
    publish(running, arn, told, MessageStructure="json")
    assert texts(running, PHONE) == ["short"]
    assert texts(running, ANNA) == ["long"]
    [notice] = texts(running, "ops@a.example")
    assert json.loads(notice)["Message"] == "for chat"


@pytest.mark.parametrize("message", ["plain", '{"sms": "x"}', '["default"]', '{"default": 1}'])
def test_without_a_default_text_nothing_is_published(emulator: Start, message: str) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "sms", PHONE)
    with pytest.raises(ClientError, match="InvalidParameter"):
        publish(running, arn, message, MessageStructure="json")
    assert texts(running, PHONE) == []


def test_without_a_structure_json_is_a_text_like_any_other(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "sms", PHONE)
    publish(running, arn, '{"default": "x"}')
    assert texts(running, PHONE) == ['{"default": "x"}']
