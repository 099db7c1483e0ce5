"""Ways to a person, read one by one: contacts without a channel, subscriptions that ended."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from operations import contacts as ways
from operations import subscriptions
from tests.emulated import TAX, client
from tests.engaged import contact, contacts
from tests.topical import Start, subscribed, topic, topic_arn


def test_a_person_without_contact_or_channel_is_a_doubt(emulator: Start) -> None:
    running = emulator()
    api = contacts(running)
    contact(running, f"{ways.PERSON}ben")
    contact(running, "anna")  # somebody else's
    reach = ways.reach(api, {"anna"})
    assert [(doubt.where, doubt.what) for doubt in reach.doubts] == [
        ("anna", "is no contact in Incident Manager"),
        ("ben", "has no channel in Incident Manager"),
    ]
    assert reach.reachable == frozenset()


def test_a_topic_that_is_gone_cannot_be_asked(emulator: Start) -> None:
    api = client(emulator(), TAX, "sns")
    with pytest.raises(ClientError, match="Topic does not exist"):
        subscriptions.reach(api, topic_arn("gone"), {"carla"})


def test_a_person_whose_mail_waited_for_two_days_has_no_subscription_left(emulator: Start) -> None:
    running = emulator()
    arn, api = topic(running), client(running, TAX, "sns")
    subscribed(running, arn, "email", "carla@agency.example", FilterPolicy='{"to": ["carla"]}')
    old = running.world.outbox[-1].token
    running.world.clock.sleep(48 * 3600)
    [doubt] = subscriptions.reach(api, arn, {"carla"}).doubts
    assert (doubt.where, doubt.what) == (
        "carla",
        "no confirmed subscription is addressed to this person",
    )
    with pytest.raises(subscriptions.ConfirmError) as caught:
        subscriptions.confirm(api, arn, old)
    assert str(caught.value).startswith(f"SNS does not take the token {old[:12]}…: take the newest")
    assert "pulumi up --refresh asks again" in str(caught.value)
