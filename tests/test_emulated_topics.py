"""Topics: who may publish on them, and on encrypted ones only who may use the key (trap 5.6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actors import acting, allow, document, iam_acts, refused
from tests.emulated import LAND_REGISTRY, REGION, SECURITY, TAX, client
from tests.routed import delivered, event, messages, queue, rule
from tests.topical import USE, Start, key, serving, subscribed, texts, topic

PHONE = "+491701234567"


def published(emulator: Start, *statements: dict[str, Any], **key_of: str) -> list[dict[str, Any]]:
    """Let EventBridge publish on a topic whose key has these statements; the dead letters."""
    running = emulator()
    arn = topic(running, key=key_of.get("named") or key(running, *statements))
    subscribed(running, arn, "sms", PHONE)
    dead = queue(running, "dead")
    rule(running, {"Arn": arn, "DeadLetterConfig": {"Arn": dead}, "Input": '"hello"'})
    delivered(running, event())
    letters = messages(running, dead)
    assert texts(running, PHONE) == ([] if letters else ['"hello"'])
    return letters


def test_eventbridge_publishes_where_the_keys_policy_lets_it(emulator: Start) -> None:
    assert published(emulator, serving()) == []


def test_the_encryption_context_may_narrow_the_keys_statement(emulator: Start) -> None:
    here = f"arn:aws:sns:{REGION}:{TAX}:orders"
    name = "kms:EncryptionContext:aws:sns:topicArn"
    assert published(emulator, serving(StringEquals={name: here})) == []
    assert len(published(emulator, serving(StringEquals={name: here + "s"}))) == 1


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": TAX}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{TAX}:rule/*"}},
        {"StringEquals": {"aws:SourceOrgID": "o-exampleorgid"}},
        {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-exampleorgid/*"}},
    ],
)
def test_a_source_condition_in_the_keys_statement_shuts_eventbridge_out(
    emulator: Start, condition: dict[str, Any]
) -> None:
    [letter] = published(emulator, serving(**condition))
    assert letter["attributes"]["ERROR_CODE"] == "NO_PERMISSIONS"
    assert "KMSAccessDenied" in letter["attributes"]["ERROR_MESSAGE"]


def test_a_source_condition_that_may_be_absent_does_not(emulator: Start) -> None:
    assert published(emulator, serving(StringEqualsIfExists={"aws:SourceAccount": TAX})) == []


@pytest.mark.parametrize(
    "statement",
    [
        serving("cloudwatch.amazonaws.com"),
        {**serving(), "Action": ["kms:Decrypt"]},
        {**serving(), "Action": ["kms:GenerateDataKey*"]},
    ],
)
def test_eventbridge_needs_both_actions_itself(emulator: Start, statement: Any) -> None:
    assert len(published(emulator, statement)) == 1


def test_awss_own_key_is_for_no_service(emulator: Start) -> None:
    assert len(published(emulator, named="alias/aws/sns")) == 1


def test_a_condition_on_the_source_stands_in_the_topics_policy(emulator: Start) -> None:
    running = emulator()
    arn = topic(running)
    sns = client(running, TAX, "sns")
    subscribed(running, arn, "sms", PHONE)
    said = rule(running, {"Arn": arn, "Input": '"hello"'})
    for source, seen in ((said + "s", 0), (said, 1)):
        who = {"Principal": {"Service": "events.amazonaws.com"}}
        condition = {"Condition": {"ArnEquals": {"aws:SourceArn": source}}}
        policy = allow("sns:Publish", arn, **who, **condition)
        sns.set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=document(policy)
        )
        delivered(running, event())
        assert len(texts(running, PHONE)) == seen


def test_a_role_needs_the_key_too_and_is_told_so_by_kms(emulator: Start) -> None:
    running = emulator()
    held = key(running)
    arn = topic(running, key=held)
    subscribed(running, arn, "sms", PHONE)
    without = acting(running, allow("sns:Publish", arn)).client("sns", REGION)
    code, message = refused(lambda: without.publish(TopicArn=arn, Message="hello"))
    assert (code, held in message) == ("KMSAccessDenied", True)

    narrowed = {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": arn}}
    may = acting(
        running,
        allow("sns:Publish", arn),
        allow(USE, held, Condition=narrowed),
        name="publisher",
    ).client("sns", REGION)
    iam_acts(running)
    may.publish(TopicArn=arn, Message="hello")
    assert texts(running, PHONE) == ["hello"]


def test_a_role_that_may_only_use_the_key_through_another_service_may_not(emulator: Start) -> None:
    running = emulator()
    held = key(running)
    arn = topic(running, key=held)
    through = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    may = acting(running, allow("sns:Publish", arn), allow(USE, held, Condition=through))
    code, _ = refused(lambda: may.client("sns", REGION).publish(TopicArn=arn, Message="x"))
    assert code == "KMSAccessDenied"


def test_awss_own_key_is_for_everybody_in_the_account_and_nobody_else(emulator: Start) -> None:
    running = emulator()
    other = allow("sns:Publish", Principal={"AWS": f"arn:aws:iam::{LAND_REGISTRY}:root"})
    arn = topic(running, other, key="alias/aws/sns")
    acting(running, allow("sns:Publish", arn)).client("sns").publish(TopicArn=arn, Message="x")
    abroad = client(running, LAND_REGISTRY, "sns")
    code, _ = refused(lambda: abroad.publish(TopicArn=arn, Message="x"))
    assert code == "KMSAccessDenied"


def test_another_account_needs_the_topics_policy_the_keys_and_its_own(emulator: Start) -> None:
    running = emulator()
    theirs = {"AWS": f"arn:aws:iam::{LAND_REGISTRY}:root"}
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    inside = allow("sns:Publish", Principal={"AWS": "*"}, Condition=condition)
    closed, half = topic(running), topic(running, inside, key=key(running), name="half")
    whole = topic(running, inside, key=key(running, allow(USE, Principal=theirs)), name="whole")
    abroad = client(running, LAND_REGISTRY, "sns")
    assert refused(lambda: abroad.publish(TopicArn=closed, Message="x"))[0] == "AuthorizationError"
    assert refused(lambda: abroad.publish(TopicArn=half, Message="x"))[0] == "KMSAccessDenied"
    abroad.publish(TopicArn=whole, Message="x")


def test_another_account_subscribes_where_the_topics_policy_says_so(emulator: Start) -> None:
    running = emulator()
    listener = {"AWS": f"arn:aws:iam::{SECURITY}:root"}
    arn = topic(running, allow("sns:Subscribe", Principal=listener))
    asked = {"TopicArn": arn, "Protocol": "sms", "Endpoint": PHONE}
    code, _ = refused(lambda: client(running, LAND_REGISTRY, "sns").subscribe(**asked))
    assert code == "AuthorizationError"
    security = client(running, SECURITY, "sns")
    security.subscribe(**asked)
    client(running, TAX, "sns").publish(TopicArn=arn, Message="hello")
    assert texts(running, PHONE) == ["hello"]
    [own] = security.list_subscriptions()["Subscriptions"]
    assert (own["TopicArn"], own["Owner"]) == (arn, SECURITY)
    assert client(running, TAX, "sns").list_subscriptions()["Subscriptions"] == []


def test_a_key_that_is_off_gone_or_about_to_go_is_said(emulator: Start) -> None:
    running = emulator()
    kms, sns = client(running, TAX, "kms"), client(running, TAX, "sns")
    held = key(running)
    arn = topic(running, key=held)
    kms.disable_key(KeyId=held.split("/")[1])
    assert refused(lambda: sns.publish(TopicArn=arn, Message="x"))[0] == "KMSDisabled"
    kms.schedule_key_deletion(KeyId=held.split("/")[1])
    assert refused(lambda: sns.publish(TopicArn=arn, Message="x"))[0] == "KMSInvalidState"
    lost = topic(running, key="alias/lost", name="lost")
    assert refused(lambda: sns.publish(TopicArn=lost, Message="x"))[0] == "KMSNotFound"


def test_an_alias_names_the_key_that_it_points_to_now(emulator: Start) -> None:
    running = emulator()
    kms = client(running, TAX, "kms")
    kms.create_alias(AliasName="alias/notices", TargetKeyId=key(running, serving()))
    arn = topic(running, key="alias/notices")
    subscribed(running, arn, "sms", PHONE)
    rule(running, {"Arn": arn, "Input": '"hello"'})
    delivered(running, event())
    assert texts(running, PHONE) == ['"hello"']
    kms.update_alias(AliasName="alias/notices", TargetKeyId=key(running))
    delivered(running, event())
    assert texts(running, PHONE) == ['"hello"']
