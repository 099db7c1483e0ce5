"""Persons who are reached by the topic itself: who hears, and whose word is still missing.

A mail address waits for its owner's word (trap 5.10). The list shows such a subscription without
its ARN, so that neither its filter nor whose it is can be read: it is told by its address (AWS
docs: sns-create-subscribe-endpoint-to-topic; botocore: sns model).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ClientError

from operations.doubts import Doubt, Reach

PENDING: Final = "PendingConfirmation"
"""In place of an ARN; a subscription that has ended shows ``Deleted`` for a while."""
AGAIN: Final = "pulumi up --refresh asks again when two days have passed"


class ConfirmError(ValueError):
    """The token is none, or too old; the message says how to get another."""


def reach(sns: Any, topic: str, named: Collection[str]) -> Reach:
    """Who of those named hears what is addressed to them."""
    heard: set[str] = set()
    doubts: list[Doubt] = []
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    for each in [each for page in pages for each in page["Subscriptions"]]:
        if each["Protocol"] not in ("email", "sms"):
            continue
        if each["SubscriptionArn"] == PENDING:
            doubts.append(
                Doubt(
                    where=each["Endpoint"],
                    what="nobody has confirmed this subscription",
                    remedy=f"python -m operations confirm, with the link in the mail; {AGAIN}",
                )
            )
        elif each["SubscriptionArn"].startswith("arn:"):
            told = _attributes(sns, each["SubscriptionArn"])
            addressed = json.loads(told.get("FilterPolicy") or "{}").get("to", [])
            heard.update(name for name in addressed if isinstance(name, str))
            if told and told.get("ConfirmationWasAuthenticated") != "true":
                doubts.append(
                    Doubt(
                        where=each["Endpoint"],
                        what="whoever gets hold of a mail can end this subscription",
                        remedy="end it, pulumi up --refresh, then python -m operations confirm",
                    )
                )
    doubts += [
        Doubt(
            where=person,
            what="no confirmed subscription is addressed to this person",
            remedy="confirm one, or pulumi up --refresh where there is none",
        )
        for person in sorted(set(named) - heard)
    ]
    return Reach(reachable=frozenset(heard), doubts=doubts)


def _attributes(sns: Any, subscription: str) -> dict[str, str]:
    """Of a subscription; none where it ended meanwhile."""
    try:
        found: dict[str, str] = sns.get_subscription_attributes(SubscriptionArn=subscription)[
            "Attributes"
        ]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFound":
            raise
        return {}
    return found


def confirm(sns: Any, topic: str, given: str) -> str:
    """Confirm so that only whoever signs may end the subscription (trap 5.10); its ARN.

    ``given`` is a token, or the link in the mail, which has it. Raises ConfirmError.
    """
    [token] = parse_qs(urlsplit(given).query).get("Token", [given])
    try:
        answer = sns.confirm_subscription(
            TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidParameter":
            raise
        raise ConfirmError(
            f"SNS does not take the token {token[:12]}…: take the newest mail's; {AGAIN}"
        ) from error
    return str(answer["SubscriptionArn"])
