"""Subscriptions in moto's state, as AWS has them: whose they are, and which wait to be confirmed.

moto confirms every subscription at once, and keeps it with who asked for it instead of with the
topic. Here a mail address is pending until its token comes back (trap 5.10), for two days (AWS
docs: sns-delete-subscription-topic; botocore: sns model). A telephone and a queue need no word of
theirs; that a queue of another account would have to confirm is not emulated.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from moto.sns.models import sns_backends

from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.topics import filters
from rehearsal.emulator.topics.outbox import Mail
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

MAILS = frozenset({"email", "email-json"})
PROTOCOLS = MAILS | {"sms", "sqs", "lambda"}
CHAT = "https://global.sns-api.chatbot.amazonaws.com"
"""The endpoint that chat subscribes to a topic, and confirms itself."""
PENDING_FOR = timedelta(hours=48)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def invalid(why: str) -> RefusedError:
    """How SNS refuses a parameter."""
    return RefusedError("InvalidParameter", f"Invalid parameter: {why}")


def topic_of(arn: str) -> Any:
    """moto's topic. Raises RefusedError."""
    parts = str(arn).split(":")
    if len(parts) != 6 or parts[2] != "sns":
        raise invalid("TopicArn Reason: An ARN must have at least 6 elements")
    topic = sns_backends[parts[4]][parts[3]].topics.get(arn)
    if topic is None:
        raise RefusedError("NotFound", "Topic does not exist", 404)
    return topic


def of_topic(world: World, topic: Any) -> list[Any]:
    """The topic's subscriptions, oldest first; those that waited for too long are gone."""
    held = topic.sns_backend.subscriptions
    for arn, one in list(held.items()):
        if pending(one) and world.clock.now() - one.rehearsal_made >= PENDING_FOR:
            held.pop(arn, None)
    own = [one for one in list(held.values()) if one.topic is topic]
    topic.subscriptions_pending = sum(map(pending, own))
    topic.subscriptions_confimed = len(own) - topic.subscriptions_pending
    return own


def find(world: World, arn: str) -> Any:
    """A subscription by its ARN. Raises RefusedError."""
    if str(arn).count(":") != 6:
        raise invalid("SubscriptionArn Reason: An ARN must have at least 6 elements")
    topic = topic_of(arn.rpartition(":")[0])
    found = next((one for one in of_topic(world, topic) if one.arn == arn), None)
    if found is None:
        raise RefusedError("NotFound", "Subscription does not exist", 404)
    return found


def pending(subscription: Any) -> bool:
    """Whether nobody has confirmed it yet."""
    return bool(subscription.attributes["PendingConfirmation"])


def subscribe(
    world: World, topic: Any, *, owner: str, protocol: str, endpoint: str, attributes: Any
) -> Any:
    """Make a subscription, or find the one that is there; a mail address is asked to confirm."""
    if protocol not in PROTOCOLS and endpoint != CHAT:
        raise NotEmulatedError(f"subscriptions of {protocol} are not emulated")
    if protocol in MAILS and not _ADDRESS.fullmatch(endpoint):
        raise invalid("Email address")
    filters.check(filter_policy(attributes), attributes.get("FilterPolicyScope"))
    known = {one.arn for one in of_topic(world, topic)}
    one = topic.sns_backend.subscribe(topic.arn, endpoint, protocol)
    if one.arn in known:
        for name, value in attributes.items():
            if one.attributes.get(name) != value:
                raise invalid(
                    "Attributes Reason: Subscription already exists with different attributes"
                )
    else:
        one.owner = one.attributes["Owner"] = owner
        if protocol == "sqs":
            one.account_id = endpoint.split(":")[4]
        one.rehearsal_made = world.clock.now()
        one.attributes["PendingConfirmation"] = protocol in MAILS and world.bites("5.10")
        one.attributes["ConfirmationWasAuthenticated"] = not pending(one)
        one.rehearsal_authenticates = not pending(one) and protocol == "sqs"
        _set(topic, one, attributes)
    if pending(one):
        _ask(world, topic, one)
    of_topic(world, topic)
    return one


def filter_policy(attributes: Any) -> Any:
    """The filter policy among the attributes of a request, read."""
    text = attributes.get("FilterPolicy")
    try:
        policy = json.loads(text) if text else {}
    except ValueError as broken:
        raise invalid(f"FilterPolicy: failed to parse JSON. {broken}") from broken
    if not isinstance(policy, dict) or not all(isinstance(r, list) for r in policy.values()):
        raise invalid("FilterPolicy: each key must have an array of values")
    return policy


def _set(topic: Any, one: Any, attributes: Any) -> None:
    for name in sorted(attributes, key=lambda name: name != "FilterPolicyScope"):
        topic.sns_backend.set_subscription_attributes(one.arn, name, attributes[name])


def _ask(world: World, topic: Any, one: Any) -> None:
    """The mail that asks to confirm; the token of an earlier one is void from now on."""
    one.rehearsal_token = uuid.uuid4().hex + uuid.uuid4().hex
    text = (
        f"You have chosen to subscribe to the topic: {topic.arn}. To confirm this subscription, "
        f"visit the link with the token {one.rehearsal_token}."
    )
    world.outbox.append(
        Mail(
            at=world.clock.now(),
            protocol=one.protocol,
            endpoint=one.endpoint,
            text=text,
            topic=topic.arn,
            subject="AWS Notification - Subscription Confirmation",
            token=one.rehearsal_token,
        )
    )


def confirm(
    world: World, topic: Any, token: str, *, signed: bool, authenticate: bool = False
) -> Any:
    """Confirm by the token from the mail; only who signs can ask for a protected subscription."""
    for one in of_topic(world, topic):
        if getattr(one, "rehearsal_token", None) == token:
            if pending(one):
                one.attributes["PendingConfirmation"] = False
                one.attributes["ConfirmationWasAuthenticated"] = signed
                one.rehearsal_authenticates = signed and authenticate
            of_topic(world, topic)
            return one
    raise invalid("Token")


def unsubscribe(world: World, arn: str, account: str | None) -> None:
    """End a subscription; without account nobody has signed, as behind the link in a mail."""
    one = find(world, arn)
    owners = (one.owner, one.topic.account_id)
    if pending(one):
        why = "Cannot unsubscribe a subscription that is pending confirmation"
        raise invalid(f"SubscriptionArn Reason: {why}")
    if one.rehearsal_authenticates and account not in owners:
        raise RefusedError("AuthorizationError", "The subscription asks for a signature", 403)
    one.topic.sns_backend.subscriptions.pop(arn, None)
    one.topic.subscriptions_deleted += 1
    of_topic(world, one.topic)
    if account not in owners and one.protocol in MAILS:
        text = f"Your subscription to the topic {one.topic.arn} has been deactivated."
        world.outbox.append(
            Mail(
                at=world.clock.now(),
                protocol=one.protocol,
                endpoint=one.endpoint,
                text=text,
                topic=one.topic.arn,
                subject="AWS Notification - Unsubscribe Confirmation",
            )
        )
