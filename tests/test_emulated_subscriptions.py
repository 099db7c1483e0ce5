"""Subscriptions: who has to confirm, what a filter lets pass, what leaves as mail or SMS."""

from __future__ import annotations

from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.actors import refused
from tests.emulated import LAND_REGISTRY, REGION, TAX, client, control
from tests.provided import Accounts
from tests.routed import passed
from tests.topical import Start, confirmed, publish, subscribed, texts, topic, topic_arn

ANNA = "anna@example.org"
PHONE = "+491701234567"
DAY = 86_400
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def anonymous(emulator: Emulator, **parameters: str) -> str:
    """Follow a link of a mail: a request without signature; the body of the answer."""
    url = f"{emulator.endpoint}/?{urlencode(parameters)}"
    with urlopen(Request(url)) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())


def test_a_mail_address_waits_for_its_token_and_gets_nothing_until_then(emulator: Start) -> None:
    running = emulator()
    arn, sns = topic(running), client(running, TAX, "sns")
    asked = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ANNA)
    assert asked["SubscriptionArn"] == "pending confirmation"
    [listed] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    counted = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (counted["SubscriptionsPending"], counted["SubscriptionsConfirmed"]) == ("1", "0")

    publish(running, arn, "before")
    confirmed(running, arn, ANNA)
    publish(running, arn, "after", Subject="Finding")

    assert texts(running, ANNA) == ["after"]
    mail = running.world.outbox[-1]
    assert (mail.subject, mail.topic, mail.protocol) == ("Finding", arn, "email")
    [listed] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    told = sns.get_subscription_attributes(SubscriptionArn=listed["SubscriptionArn"])["Attributes"]
    assert (told["PendingConfirmation"], told["ConfirmationWasAuthenticated"]) == ("false", "true")


def test_a_wrong_token_or_one_of_an_earlier_mail_confirms_nothing(emulator: Start) -> None:
    running = emulator()
    arn, sns = topic(running), client(running, TAX, "sns")
    subscribed(running, arn, "email", ANNA)
    early = running.world.outbox[-1].token
    subscribed(running, arn, "email", ANNA)
    for token in (early, "x"):
        with pytest.raises(ClientError, match="InvalidParameter"):
            sns.confirm_subscription(TopicArn=arn, Token=token)
    [listed] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    confirmed(running, arn, ANNA)


def test_one_that_nobody_confirms_is_gone_after_two_days(emulator: Start) -> None:
    running = emulator()
    arn, sns = topic(running), client(running, TAX, "sns")
    waiting = subscribed(running, arn, "email", ANNA)
    passed(running, 2 * DAY - 1)
    told = sns.get_subscription_attributes(SubscriptionArn=waiting)["Attributes"]
    assert told["PendingConfirmation"] == "true"
    passed(running, 1)
    code, _ = refused(lambda: sns.get_subscription_attributes(SubscriptionArn=waiting))
    assert code == "NotFound"
    with pytest.raises(ClientError, match="Token"):
        confirmed(running, arn, ANNA)


def test_one_that_waits_cannot_be_taken_away(emulator: Start) -> None:
    running = emulator()
    waiting = subscribed(running, topic(running), "email", ANNA)
    code, message = refused(
        lambda: client(running, TAX, "sns").unsubscribe(SubscriptionArn=waiting)
    )
    assert (code, "pending confirmation" in message) == ("InvalidParameter", True)


def test_a_telephone_needs_no_confirmation(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "sms", PHONE)
    publish(running, arn)
    assert texts(running, PHONE) == ["hello"]


def test_whoever_has_the_mail_can_confirm_and_end_by_its_links(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "email", ANNA)
    token = running.world.outbox[-1].token
    answer = anonymous(running, Action="ConfirmSubscription", TopicArn=arn, Token=token)
    assert arn in answer
    publish(running, arn)
    link = running.world.outbox[-1].subscription
    anonymous(running, Action="Unsubscribe", SubscriptionArn=link)
    assert "deactivated" in running.world.outbox[-1].text
    publish(running, arn)
    assert texts(running, ANNA) == ["hello"]


def test_a_click_cannot_protect_a_subscription_but_a_signature_can(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    kept = subscribed(running, arn, "email", ANNA)
    confirmed(running, arn, ANNA, AuthenticateOnUnsubscribe="true")
    lost = subscribed(running, arn, "email", "ben@example.org")
    token = running.world.outbox[-1].token
    anonymous(
        running,
        Action="ConfirmSubscription",
        TopicArn=arn,
        Token=token,
        AuthenticateOnUnsubscribe="true",
    )
    with pytest.raises(OSError, match="403"):
        anonymous(running, Action="Unsubscribe", SubscriptionArn=kept)
    anonymous(running, Action="Unsubscribe", SubscriptionArn=lost)
    abroad = client(running, LAND_REGISTRY, "sns")
    code, _ = refused(lambda: abroad.unsubscribe(SubscriptionArn=kept))
    assert code == "AuthorizationError"
    client(running, TAX, "sns").unsubscribe(SubscriptionArn=kept)
    assert client(running, TAX, "sns").list_subscriptions()["Subscriptions"] == []


def test_every_other_request_needs_a_signature(emulator: Start) -> None:
    running = emulator()
    with pytest.raises(OSError, match="403"):
        anonymous(running, Action="Publish", TopicArn=topic(running), Message="x")


def test_what_was_sent_can_be_asked_of_the_control_interface(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "sms", PHONE)
    publish(running, arn)
    client(running, TAX, "sns").publish(PhoneNumber=PHONE, Message="direct")
    status, mails = control(running, "GET", "mails")
    assert status == 200
    assert [(mail["endpoint"], mail["text"], mail["topic"]) for mail in mails] == [
        (PHONE, "hello", arn),
        (PHONE, "direct", ""),
    ]


def test_a_subscription_to_what_is_not_emulated_or_not_there_is_refused(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    with pytest.raises(ClientError, match="NotEmulated"):
        subscribed(running, arn, "https", "https://example.org")
    with pytest.raises(ClientError, match="Email address"):
        subscribed(running, arn, "email", "anna")
    with pytest.raises(ClientError, match="NotFound"):
        subscribed(running, topic_arn("gone"), "sms", PHONE)


def test_a_subscription_that_waits_stays_a_resource_until_it_is_gone(emulator: Start) -> None:
    running = emulator()
    accounts = Accounts(running)
    asked = {"topic": topic(running), "protocol": "email", "endpoint": ANNA}
    made, state = accounts.make(TAX, SUBSCRIPTION, asked)
    handlers = accounts.handlers(TAX)
    inputs = handlers.check(SUBSCRIPTION, "sample", asked, {}, b"seed")
    assert handlers.read(SUBSCRIPTION, made, inputs, state) == (made, inputs, state)
    handlers.delete(SUBSCRIPTION, made, state)  # cannot take it away, and is no error
    assert handlers.read(SUBSCRIPTION, made, inputs, state) == (made, inputs, state)
    passed(running, 2 * DAY)
    assert handlers.read(SUBSCRIPTION, made, inputs, state) is None


def test_a_filter_that_is_taken_out_of_the_program_lets_everything_pass(emulator: Start) -> None:
    running = emulator()
    accounts = Accounts(running)
    arn = topic(running)
    asked = {"topic": arn, "protocol": "sms", "endpoint": PHONE}
    filtered = {**asked, "filterPolicy": '{"to": ["anna"]}'}
    made, state = accounts.make(TAX, SUBSCRIPTION, filtered)
    handlers = accounts.handlers(TAX)
    old, new = (handlers.check(SUBSCRIPTION, "s", one, {}, b"") for one in (filtered, asked))
    publish(running, arn, "before")
    state = handlers.update(SUBSCRIPTION, made, old, new, state)
    publish(running, arn, "after")
    assert texts(running, PHONE) == ["after"]
    assert handlers.read(SUBSCRIPTION, made, new, state) == (made, new, state)


def test_a_queue_that_is_gone_loses_the_message_and_nobody_else_does(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "sqs", f"arn:aws:sqs:{REGION}:{TAX}:gone")
    subscribed(running, arn, "sms", PHONE)
    publish(running, arn)
    assert texts(running, PHONE) == ["hello"]
