"""Queues, topics and log groups, which admit EventBridge by their own policy and without a role."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.logs.models import logs_backends
from moto.sqs.models import sqs_backends

from rehearsal.emulator import identity
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.topics.publishing import publish_as_service
from rehearsal.emulator.world import NotEmulatedError
from rehearsal.relay.delivery import Delivery
from rehearsal.relay.failures import CLIENT_ERROR, NO_PERMISSIONS, NO_RESOURCE, DeliveryError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

SERVICE = "events.amazonaws.com"


def to_queue(
    world: World,
    delivery: Delivery,
    arn: str,
    text: str,
    attributes: dict[str, str] | None = None,
) -> None:
    """Send a message; also how a dead letter is sent."""
    _, _, _, region, account, name = arn.split(":", 5)
    backend = sqs_backends[account][region]
    queue = backend.queues.get(name)
    if queue is None:
        raise DeliveryError(NO_RESOURCE, f"The queue {arn} does not exist.")
    if queue.kms_master_key_id or queue.fifo_queue:
        raise NotEmulatedError(f"delivery to {arn}: FIFO queues and keys of KMS are not emulated")
    _admitted(world, delivery, "sqs:SendMessage", arn, queue.policy)
    typed = {
        key: {"DataType": "String", "StringValue": value}
        for key, value in (attributes or {}).items()
    }
    try:
        backend.send_message(name, text, message_attributes=typed)
    except ServiceException as refused:
        raise DeliveryError(CLIENT_ERROR, f"{arn} refused the message: {refused}") from refused


def to_topic(world: World, delivery: Delivery, text: str) -> None:
    """Publish on a topic, which may be encrypted (trap 5.6).

    That a key's refusal is ``NO_PERMISSIONS`` in the dead letter is an assumption.
    """
    try:
        publish_as_service(
            world,
            delivery.target_arn,
            text,
            service=SERVICE,
            source_arn=delivery.rule_arn,
            source_account=delivery.account,
        )
    except RefusedError as refused:
        code = NO_RESOURCE if "NotFound" in refused.code else NO_PERMISSIONS
        why = f"{refused.message} (Service: Sns; Error Code: {refused.code})"
        raise DeliveryError(code, why) from refused


def to_log_group(world: World, delivery: Delivery, text: str) -> None:
    """Write one log event, in a stream of its own.

    A template must give ``timestamp`` and ``message`` (AWS docs: eb-targets); otherwise the event
    itself is the message and its time the timestamp. moto's age limits are passed by, since they
    ask the machine's clock.
    """
    _, _, _, region, account, resource = delivery.target_arn.split(":", 5)
    name = resource.removeprefix("log-group:").removesuffix(":*")
    backend = logs_backends[account][region]
    if name not in backend.groups:
        raise DeliveryError(NO_RESOURCE, f"The log group {name} does not exist.")
    stream = str(uuid.uuid4())
    place = f"arn:aws:logs:{region}:{account}:log-group:{name}:log-stream:{stream}"
    policy = _log_policies(backend, place.partition(":log-stream:")[0])
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        _admitted(world, delivery, action, place, policy)
    entry = _log_event(world, delivery, text)
    backend.create_log_stream(name, stream)
    backend.groups[name].put_log_events(stream, [entry])


def _log_policies(backend: Any, group: str) -> str | None:
    """The account's and the group's resource policies as one: any of them may allow or deny."""
    statements: list[Any] = []
    for policy in list(backend.resource_policies.values()):
        if getattr(policy, "resource_arn", group) != group:
            continue
        stated = json.loads(policy.policy_document)["Statement"]
        statements += stated if isinstance(stated, list) else [stated]
    if not statements:
        return None
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _log_event(world: World, delivery: Delivery, text: str) -> dict[str, Any]:
    now = int(world.clock.now().timestamp() * 1000)
    if "InputTransformer" not in delivery.target:
        return {"timestamp": now, "message": text}
    try:
        given = json.loads(text)
        return {"timestamp": int(given["timestamp"]), "message": str(given["message"])}
    except (ValueError, KeyError, TypeError) as wrong:
        raise DeliveryError(
            CLIENT_ERROR, f"A log group takes a timestamp and a message, not {text[:200]}"
        ) from wrong


def _admitted(
    world: World, delivery: Delivery, action: str, resource: str, policy: str | None
) -> None:
    decision = identity.service_may(
        world,
        service=SERVICE,
        action=action,
        resource=resource,
        resource_policy=policy,
        source_arn=delivery.rule_arn,
        source_account=delivery.account,
    )
    if not decision.allowed:
        raise DeliveryError(NO_PERMISSIONS, f"{SERVICE}: {action} on {resource}: {decision.reason}")
