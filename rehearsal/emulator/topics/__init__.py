"""SNS, where moto is kinder than AWS: encrypted topics, confirmations, filters, what is delivered.

moto keeps the topics, and delivers to queues; a queue's own policy is not asked for that.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import ensure_boolean
from moto.sns.models import SNSBackend, Topic, sns_backends
from moto.sns.responses import SNSResponse

from rehearsal.emulator.authorization import caller
from rehearsal.emulator.topics import encryption, filters, publishing, subscriptions
from rehearsal.emulator.topics.outbox import Mail
from rehearsal.emulator.topics.subscriptions import find, of_topic, pending, topic_of
from rehearsal.emulator.world import NotEmulatedError, World

PENDING = "PendingConfirmation"
_OWN = ("subscribe", "confirm_subscription", "unsubscribe", "list_subscriptions",
    "list_subscriptions_by_topic", "get_subscription_attributes",
    "set_subscription_attributes", "get_topic_attributes", "publish", "publish_batch")  # fmt: skip


class Operations:
    """One method per operation of SNS that is ours; each takes moto's response object."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._moto = {name: getattr(SNSResponse, name) for name in _OWN}

    def subscribe(self, at: Any) -> ActionResult:
        """Subscribe: the ARN of a pending one is told only to who asks for it."""
        one = subscriptions.subscribe(
            self._world,
            topic_of(at._get_param("TopicArn")),
            owner=at.current_account,
            protocol=at._get_param("Protocol"),
            endpoint=at._get_param("Endpoint") or "",
            attributes=at._get_attributes(),
        )
        told = ensure_boolean(at._get_param("ReturnSubscriptionArn") or False)
        arn = one.arn if told or not pending(one) else "pending confirmation"
        return ActionResult({"SubscriptionArn": arn})

    def confirm_subscription(self, at: Any) -> ActionResult:
        """ConfirmSubscription, signed."""
        one = subscriptions.confirm(
            self._world,
            topic_of(at._get_param("TopicArn")),
            at._get_param("Token"),
            signed=True,
            authenticate=ensure_boolean(at._get_param("AuthenticateOnUnsubscribe") or False),
        )
        return ActionResult({"SubscriptionArn": one.arn})

    def unsubscribe(self, at: Any) -> ActionResult:
        """Unsubscribe, signed."""
        arn = at._get_param("SubscriptionArn")
        subscriptions.unsubscribe(self._world, arn, at.current_account)
        return EmptyResult()

    def list_subscriptions(self, at: Any) -> ActionResult:
        """ListSubscriptions: the caller's own, whosever the topic is."""
        topics = [
            topic
            for regions in list(sns_backends.values())
            for topic in (list(regions[at.region].topics.values()) if at.region in regions else [])
        ]
        found = [one for topic in topics for one in of_topic(self._world, topic)]
        own = [_listed(one) for one in found if one.owner == at.current_account]
        return ActionResult({"Subscriptions": own})

    def list_subscriptions_by_topic(self, at: Any) -> ActionResult:
        """ListSubscriptionsByTopic, in one page."""
        found = of_topic(self._world, topic_of(at._get_param("TopicArn")))
        return ActionResult({"Subscriptions": [_listed(one) for one in found]})

    def get_subscription_attributes(self, at: Any) -> ActionResult:
        """GetSubscriptionAttributes, also of a pending one."""
        one = find(self._world, at._get_param("SubscriptionArn"))
        told = one.topic.sns_backend.get_subscription_attributes(one.arn)
        return ActionResult({"Attributes": {name: _text(told[name]) for name in told}})

    def set_subscription_attributes(self, at: Any) -> ActionResult:
        """SetSubscriptionAttributes."""
        one = find(self._world, at._get_param("SubscriptionArn"))
        name, value = at._get_param("AttributeName"), at._get_param("AttributeValue")
        scope = value if name == "FilterPolicyScope" else None
        filters.check(subscriptions.filter_policy({name: value}), scope)
        value = ensure_boolean(value) if name == "RawMessageDelivery" else value
        one.topic.sns_backend.set_subscription_attributes(one.arn, name, value)
        return EmptyResult()

    def get_topic_attributes(self, at: Any) -> Any:
        """GetTopicAttributes, with its subscriptions counted."""
        of_topic(self._world, topic_of(at._get_param("TopicArn")))
        return self._moto["get_topic_attributes"](at)

    def publish(self, at: Any) -> Any:
        """Publish, if the caller may use the topic's key as well; or an SMS to a telephone."""
        arn = at._get_param("TopicArn") or at._get_param("TargetArn")
        if arn:
            encryption.check_principal(self._world, topic_of(arn), caller(self._world, at))
        answered = self._moto["publish"](at)
        if telephone := at._get_param("PhoneNumber"):
            text, now = at._get_param("Message"), self._world.clock.now()
            mail = Mail(at=now, protocol="sms", endpoint=telephone, text=text)
            self._world.outbox.append(mail)
        return answered

    def publish_batch(self, at: Any) -> Any:
        """PublishBatch, likewise."""
        if any("MessageStructure" in e for e in at._get_param("PublishBatchRequestEntries", [])):
            raise NotEmulatedError("PublishBatch with a MessageStructure is not emulated")
        topic = topic_of(at._get_param("TopicArn"))
        encryption.check_principal(self._world, topic, caller(self._world, at))
        return self._moto["publish_batch"](at)


def install(world: World) -> Callable[[], None]:
    """Put the patches in; returns what takes them out."""
    world.emulated["sns"] = "moto, with subscriptions, keys and delivery of our own"
    ours = Operations(world)

    def publish(self: Any, message: str, **given: Any) -> str:
        return publishing.publish(world, self, message, **given)

    undo = ExitStack()
    undo.enter_context(mock.patch.object(Topic, "publish", publish))
    undo.enter_context(mock.patch.object(SNSBackend, "delete_topic", _deleting()))
    for name in _OWN:
        undo.enter_context(mock.patch.object(SNSResponse, name, _answering(getattr(ours, name))))
    return undo.close


def _answering(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def answer(self: Any) -> Any:
        return operation(self)

    return answer


def _deleting() -> Callable[..., None]:
    """moto looks for subscriptions with who deletes the topic, not with the topic."""
    original = SNSBackend.delete_topic

    def delete_topic(self: Any, arn: str) -> None:
        _, _, _, region, account, _ = arn.split(":", 5)
        original(sns_backends[account][region], arn)

    return delete_topic


def _listed(one: Any) -> dict[str, str]:
    return {
        "SubscriptionArn": PENDING if pending(one) else one.arn,
        "Owner": one.owner,
        "Protocol": one.protocol,
        "Endpoint": one.endpoint,
        "TopicArn": one.topic.arn,
    }


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
