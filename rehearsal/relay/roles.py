"""Documents, response plans and other buses, which EventBridge reaches under the target's role."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError
from moto.events.models import events_backends

from rehearsal.emulator import authorization, identity, principals, refusal
from rehearsal.relay.delivery import Delivery
from rehearsal.relay.failures import (
    CLIENT_ERROR,
    NO_PERMISSIONS,
    NO_RESOURCE,
    THIRD_HOP,
    DeliveryError,
    from_answer,
)

if TYPE_CHECKING:
    from rehearsal.emulator.clients import Session
    from rehearsal.emulator.world import World


def to_automation(world: World, delivery: Delivery, text: str) -> None:
    """Start a document with the input's fields as parameters, each of them a list."""
    _, _, _, region, _, resource = delivery.target_arn.split(":", 5)
    document, _, version = resource.removeprefix("automation-definition/").partition(":")
    try:
        parameters = json.loads(text)
    except ValueError as wrong:
        raise DeliveryError(CLIENT_ERROR, f"The input is not JSON: {text[:200]}") from wrong
    client = _session(world, delivery).client("ssm", region)
    request: dict[str, Any] = {"DocumentName": document, "Parameters": parameters}
    if version:
        request["DocumentVersion"] = version
    try:
        client.start_automation_execution(**request)
    except ParamValidationError as wrong:
        raise DeliveryError(CLIENT_ERROR, str(wrong)) from wrong
    except ClientError as refused:
        raise from_answer(refused) from refused


def to_response_plan(world: World, delivery: Delivery, text: str) -> None:
    """Start an incident, in the rule's region; the event is what triggered it.

    (AWS docs: incident-creation.) What is longer than a trigger may be is cut: UNVERIFIED.
    """
    client = _session(world, delivery).client("ssm-incidents", delivery.region)
    trigger = {
        "source": "aws.events",
        "triggerArn": delivery.rule_arn,
        "timestamp": world.clock.now(),
        "rawData": text,
    }
    try:
        client.start_incident(responsePlanArn=delivery.target_arn, triggerDetails=trigger)
    except ParamValidationError as wrong:
        raise DeliveryError(CLIENT_ERROR, str(wrong)) from wrong
    except ClientError as refused:
        raise from_answer(refused) from refused


def to_bus(world: World, delivery: Delivery) -> tuple[str, str, str]:
    """The account, region and name of the bus that may take the event, unchanged.

    An event that came from another bus already goes no further (trap 6.1).
    """
    if delivery.forwarded and world.bites("6.1"):
        raise DeliveryError(THIRD_HOP, "The event came from another event bus already.")
    arn = delivery.target_arn
    _, _, _, region, account, resource = arn.split(":", 5)
    key = _session(world, delivery).credentials
    principal = principals.by_key(world, key.access_key_id, key.session_token)
    context = {
        "events:source": (delivery.event["source"],),
        "events:detail-type": (delivery.event["detail-type"],),
    }
    try:
        authorization.require(world, principal, "events:PutEvents", arn, context, region=region)
    except refusal.RefusedError as refused:
        raise DeliveryError(NO_PERMISSIONS, refused.message) from refused
    name = resource.removeprefix("event-bus/")
    if name not in events_backends[account][region].event_buses:
        raise DeliveryError(NO_RESOURCE, f"The event bus {arn} does not exist.")
    return account, region, name


def _session(world: World, delivery: Delivery) -> Session:
    rule = delivery.rule_arn.rsplit("/", 1)[-1]
    try:
        return identity.session_for_service(
            world,
            service="events.amazonaws.com",
            role_arn=str(delivery.target["RoleArn"]),
            source_arn=delivery.rule_arn,
            source_account=delivery.account,
            session_name=re.sub(r"[^\w+=,.@-]", "-", rule)[:64].ljust(2, "-"),
        )
    except identity.AccessDeniedError as denied:
        raise DeliveryError(NO_PERMISSIONS, str(denied)) from denied
