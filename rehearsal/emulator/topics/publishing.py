"""From a topic to its subscribers: mails and SMS to the outbox, chat to its channels.

A message of the structure ``json`` has a text for each protocol, and one by default (botocore: sns
model). Delivery takes no time. A queue that is gone loses the message, as it
does without a redrive policy; that one is not emulated.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.sns.models import Subscription

from rehearsal.emulator import identity
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.topics import encryption, filters
from rehearsal.emulator.topics.outbox import Mail
from rehearsal.emulator.topics.subscriptions import CHAT, invalid, of_topic, pending, topic_of
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

DELIVER = Subscription.publish
"""moto's own delivery, to queues and functions."""


def publish(world: World, topic: Any, message: str, **given: Any) -> str:
    """Deliver to everybody whose filter lets the message pass; its id."""
    texts = _texts(message) if given.get("message_structure") == "json" else {"default": message}
    number = str(uuid.uuid4())
    for one in of_topic(world, topic):
        attributes = given.get("message_attributes")
        if pending(one) or not filters.lets_pass(one._filter_policy, attributes):
            continue
        protocol = one.protocol
        text = texts.get(protocol, texts["default"])
        if one.endpoint == CHAT:
            world.chat.receive(topic.arn, one.owner, text)
        elif protocol in ("email", "email-json", "sms"):
            subject = given.get("subject") or ""
            body = _notification(world, topic, number, text, subject)
            world.outbox.append(
                Mail(
                    at=world.clock.now(),
                    protocol=protocol,
                    endpoint=one.endpoint,
                    text=json.dumps(body) if protocol == "email-json" else text,
                    topic=topic.arn,
                    subject=subject or ("" if protocol == "sms" else "AWS Notification Message"),
                    subscription="" if protocol == "sms" else one.arn,
                )
            )
        else:
            _elsewhere(one, text, number, given)
    topic.sent_notifications.append(
        (number, message, given.get("subject"), given.get("message_attributes"), None)
    )
    return number


def _elsewhere(one: Any, text: str, number: str, given: dict[str, Any]) -> None:
    """moto's delivery, without its filter; what does not take the message loses it."""
    matcher, one._filter_policy_matcher = one._filter_policy_matcher, None
    try:
        DELIVER(one, text, number, **{**given, "message_structure": None})
    except ServiceException as refused:
        if one.attributes.get("RedrivePolicy"):
            raise NotEmulatedError(f"the redrive policy of {one.arn} is not emulated") from refused
    finally:
        one._filter_policy_matcher = matcher


def publish_as_service(
    world: World,
    topic_arn: str,
    message: str,
    *,
    service: str,
    source_arn: str,
    source_account: str,
    **given: Any,
) -> str:
    """Publish as a service does for a resource of an account; the message's id.

    Raises RefusedError, in SNS's words: NotFound, AuthorizationError where the topic's policy does
    not admit the service, KMSAccessDenied where the key's does not. ``given`` may be
    ``message_structure``, ``subject``, and ``message_attributes`` as moto has them.
    """
    topic = topic_of(topic_arn)
    decision = identity.service_may(
        world,
        service=service,
        action="sns:Publish",
        resource=topic_arn,
        resource_policy=topic.policy,
        source_arn=source_arn,
        source_account=source_account,
    )
    if not decision.allowed:
        sentence = f"{service}: sns:Publish on {topic_arn}: {decision.reason}"
        raise RefusedError("AuthorizationError", sentence, 403)
    encryption.check_service(
        world, topic, service, source_arn=source_arn, source_account=source_account
    )
    return publish(world, topic, message, **given)


def _texts(message: str) -> dict[str, str]:
    try:
        texts = json.loads(message)
    except ValueError as broken:
        raise invalid("Message Structure - JSON message body failed to parse") from broken
    if not isinstance(texts, dict) or not isinstance(texts.get("default"), str):
        raise invalid("Message Structure - No default entry in JSON message body")
    return {protocol: text for protocol, text in texts.items() if isinstance(text, str)}


def _notification(world: World, topic: Any, number: str, text: str, subject: str) -> dict[str, str]:
    """What ``email-json`` gets, without the signature."""
    return {
        "Type": "Notification",
        "MessageId": number,
        "TopicArn": topic.arn,
        **({"Subject": subject} if subject else {}),
        "Message": text,
        "Timestamp": f"{world.clock.now():%Y-%m-%dT%H:%M:%S.000Z}",
    }
