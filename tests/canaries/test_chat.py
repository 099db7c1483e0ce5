"""Canaries of topics and of chat: keys, confirmations, shapes, guardrails."""

from __future__ import annotations

from tests.actors import acting, allow, refused
from tests.canaries import canary
from tests.chatting import action, channel, custom, may_publish, pressed, role, say
from tests.emulated import REGION, TAX, client
from tests.routed import delivered, event, messages, queue, rule
from tests.topical import Start, key, serving, subscribed, texts, topic

PHONE = "+491701234567"


@canary("5.6")
def test_a_source_condition_on_the_key_of_a_topic_drops_what_eventbridge_sends(
    emulator: Start,
) -> None:
    running = emulator()
    held = key(running, serving(StringEquals={"aws:SourceAccount": TAX}))
    arn = topic(running, key=held)
    subscribed(running, arn, "sms", PHONE)
    dead = queue(running, "dead")
    rule(running, {"Arn": arn, "DeadLetterConfig": {"Arn": dead}})
    delivered(running, event())
    assert (texts(running, PHONE), len(messages(running, dead))) == ([], 1)


@canary("5.6")
def test_who_may_publish_but_not_use_the_key_may_not_publish(emulator: Start) -> None:
    running = emulator()
    arn = topic(running, key=key(running))
    sns = acting(running, allow("sns:Publish", arn)).client("sns", REGION)
    assert refused(lambda: sns.publish(TopicArn=arn, Message="x"))[0] == "KMSAccessDenied"


@canary("5.10")
def test_a_mail_address_gets_nothing_before_it_is_confirmed(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    subscribed(running, arn, "email", "anna@example.org")
    client(running, TAX, "sns").publish(TopicArn=arn, Message="hello")
    assert texts(running, "anna@example.org") == []


@canary("5.3")
def test_chat_drops_what_is_not_in_a_shape_that_it_knows(emulator: Start) -> None:
    running = emulator()
    arn = channel(running)
    assert say(running, arn, custom())["shown"]
    assert not say(running, arn, '{"ExecutionId": "e"}')["shown"]


@canary("5.12")
def test_a_channel_without_guardrails_lets_everything_pass(emulator: Start) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    arn = channel(running, CustomizationResourceArns=[action(running)])
    message = say(running, arn, custom(additionalContext={"Topic": answers}))
    said = pressed(running, message["id"], role(running, "anna", may_publish(answers)))
    assert "MessageId" in said
