"""Preflight where the topic calls: mails that nobody confirmed, and the verb that confirms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from names import TOPIC
from rehearsal.stacks import raw_settings
from tests.organization import ALONE, Deployed, deployed
from tests.sabotage import ACCOUNT, REGION
from tests.verbs import Verbs

TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:{TOPIC}"
PENDING = "nobody has confirmed this subscription"
CARLA = ("carla", "no confirmed subscription is addressed to this person")  # she has no phone


PEOPLE = {**raw_settings("dev")["people"], "backend": "ops-center"}


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """The single account with the backend that has no contacts."""
    with deployed(settings={**ALONE, "people": PEOPLE}) as running:
        yield running


@pytest.fixture
def mailing(organization: Deployed) -> Deployed:
    """The same with its subscriptions as they were just after the deployment."""
    api = sns(organization)
    for each in api.list_subscriptions_by_topic(TopicArn=TOPIC_ARN)["Subscriptions"]:
        if each["Protocol"] != "https" and each["SubscriptionArn"].startswith("arn:"):
            api.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    for person in PEOPLE["persons"]:
        for protocol in ("email", "sms"):
            if protocol in person:
                api.subscribe(
                    TopicArn=TOPIC_ARN,
                    Protocol=protocol,
                    Endpoint=person[protocol],
                    Attributes={"FilterPolicy": json.dumps({"to": [person["name"]]})},
                )
    return organization


@pytest.fixture
def verbs(mailing: Deployed, monkeypatch: pytest.MonkeyPatch) -> Verbs:
    return Verbs(mailing, monkeypatch)


def waiting(*persons: str) -> set[tuple[str, str]]:
    return {(f"{person}@agency.example", PENDING) for person in persons}


def token(mailing: Deployed, person: str) -> str:
    """From the newest mail to a person."""
    sent = reversed(mailing.emulator.world.outbox)
    return next(m.token for m in sent if m.endpoint == f"{person}@agency.example" and m.token)


def sns(mailing: Deployed) -> Any:
    return mailing.ground.client(ACCOUNT, "sns", REGION)


def subscription(mailing: Deployed, endpoint: str) -> str:
    listed = sns(mailing).list_subscriptions_by_topic(TopicArn=TOPIC_ARN)["Subscriptions"]
    return str(next(s["SubscriptionArn"] for s in listed if s["Endpoint"] == endpoint))


def click(mailing: Deployed, **query: str) -> None:
    """Follow a link in a mail, which nobody signs."""
    with urlopen(f"{mailing.emulator.endpoint}/?{urlencode(query)}") as answer:  # noqa: S310
        assert answer.status == 200


def test_an_email_without_confirmation_is_told_by_its_address(
    mailing: Deployed, verbs: Verbs
) -> None:
    status, doubts, notes = verbs.doubted()
    assert (status, doubts, notes) == (1, {CARLA} | waiting("anna", "ben", "carla"), [])
    status, said = verbs("preflight")
    assert "python -m operations confirm" in said


def test_what_the_verb_confirms_is_in_order_and_only_a_signature_ends_it(
    mailing: Deployed, verbs: Verbs
) -> None:
    status, said = verbs("confirm", token(mailing, "carla"), token(mailing, "ben"))
    assert (status, said.count(f"confirmed: {TOPIC_ARN}:")) == (0, 2)
    link = f"https://sns.{REGION}.amazonaws.com/confirmation.html?" + urlencode(
        {"TopicArn": TOPIC_ARN, "Token": token(mailing, "anna"), "Endpoint": "anna@agency.example"}
    )
    assert verbs("confirm", link)[0] == 0
    assert verbs.doubted() == (0, set(), [])
    with pytest.raises(OSError, match="403"):
        click(
            mailing,
            Action="Unsubscribe",
            SubscriptionArn=subscription(mailing, "anna@agency.example"),
        )


def test_a_click_in_the_mail_confirms_what_whoever_has_a_mail_can_end(
    mailing: Deployed, verbs: Verbs
) -> None:
    verbs("confirm", token(mailing, "anna"), token(mailing, "ben"))
    click(
        mailing,
        Action="ConfirmSubscription",
        TopicArn=TOPIC_ARN,
        Token=token(mailing, "carla"),
    )
    status, doubts, _ = verbs.doubted()
    ended = "whoever gets hold of a mail can end this subscription"
    assert (status, doubts) == (1, {("carla@agency.example", ended)})


def test_a_token_that_is_none_is_refused_with_a_remedy(verbs: Verbs) -> None:
    status, said = verbs("confirm", "carla")
    assert status == 1
    assert said.startswith("not done: SNS does not take the token carla…: take the newest mail's")


def test_a_team_without_any_confirmed_subscription_is_grave(
    mailing: Deployed, verbs: Verbs
) -> None:
    for telephone in ("+4915100000001", "+4915100000002"):
        sns(mailing).unsubscribe(SubscriptionArn=subscription(mailing, telephone))
    status, doubts, _ = verbs.doubted()
    assert status == 2
    assert ("team security", "nobody can be reached: anna, ben, carla") in doubts
    verbs("confirm", token(mailing, "carla"))
    status, doubts, _ = verbs.doubted()
    assert status == 1
    assert ("team security", "nobody on call can be reached: anna, ben; only backups can") in doubts


def test_a_subscription_that_is_addressed_to_somebody_else_reaches_nobody_of_ours(
    mailing: Deployed, verbs: Verbs
) -> None:
    for person, policy in (("carla", '{"to": ["carlos"]}'), ("ben", "{}")):
        verbs("confirm", token(mailing, person))
        sns(mailing).set_subscription_attributes(
            SubscriptionArn=subscription(mailing, f"{person}@agency.example"),
            AttributeName="FilterPolicy",
            AttributeValue=policy,
        )
    status, doubts, _ = verbs.doubted()
    assert (status, doubts) == (1, {CARLA} | waiting("anna"))


def test_without_contacts_there_are_no_codes_and_the_verb_says_so(verbs: Verbs) -> None:
    status, said = verbs("invite")
    assert status == 1
    assert "the backend is ops-center, which has no codes" in said
