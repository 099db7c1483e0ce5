"""The chat channel as it is: whether it listens, and what whoever writes in it may do.

Read through Cloud Control, by which it was made. A configuration has no region in its ARN; where
else than in the region that made it a list shows it is UNVERIFIED, so all that have it are asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from names import CHAT_CHANNEL, CHAT_ROLE, Place
from operations.doubts import Client, Doubt
from regions import CHAT_REGIONS

KINDS: Final = (
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
)
DEPLOY: Final = "pulumi up --refresh puts it right"
NONE: Final = "There is no chat channel: people read by mail or message and decide in the console."


def chat(client: Client, place: Place, topic: str) -> tuple[list[Doubt], list[str]]:
    """What is doubtful about the channels on the topic, and what else is to be known."""
    if place.partition != "aws":
        return [], [NONE]
    found, notes = _configurations(client)
    ours = {
        arn: state
        for arn, state in found.items()
        if topic in state.get("SnsTopicArns", ()) or state["ConfigurationName"] == CHAT_CHANNEL
    }
    doubts = [doubt for state in ours.values() for doubt in _doubts(state, place.partition, topic)]
    if not ours and _declared(client("iam")):
        doubts.append(
            Doubt(
                where="chat",
                what="the channel is declared and not there",
                remedy="authorise the workspace in the console of Amazon Q Developer in chat "
                "applications, then pulumi up --refresh",
            )
        )
    elif not ours:
        notes.append(NONE)
    return doubts, notes


def _configurations(client: Client) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """ARN → state, of all channels of the account; where nobody may ask is a note."""
    found: dict[str, dict[str, Any]] = {}
    refused: dict[str, ClientError] = {}
    for region in CHAT_REGIONS:
        control = client("cloudcontrol", region)
        try:
            for kind in KINDS:
                found.update(_listed(control, kind))
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDeniedException":
                raise
            refused[region] = error
    if len(refused) == len(CHAT_REGIONS):
        raise refused[CHAT_REGIONS[0]]
    return found, [f"Chat could not be asked for in {', '.join(refused)}."] if refused else []


def _listed(control: Any, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A list need not have all properties (AWS docs: resource-operations-list)."""
    pages = control.get_paginator("list_resources").paginate(TypeName=kind)
    for arn in [each["Identifier"] for page in pages for each in page["ResourceDescriptions"]]:
        whole = control.get_resource(TypeName=kind, Identifier=arn)["ResourceDescription"]
        yield arn, json.loads(whole["Properties"])


def _doubts(state: Mapping[str, Any], partition: str, topic: str) -> Iterator[Doubt]:
    where = f"chat {state['ConfigurationName']}"
    if topic not in state.get("SnsTopicArns", ()):
        yield Doubt(where=where, what="the channel does not listen to the topic", remedy=DEPLOY)
    administrator = f"arn:{partition}:iam::aws:policy/AdministratorAccess"  # the default, trap 5.12
    if administrator in (state.get("GuardrailPolicies") or [administrator]):
        what = "the guardrail of the channel is AdministratorAccess, the default"
        yield Doubt(where=where, what=what, remedy=DEPLOY)
    if not state.get("UserRoleRequired"):
        what = "whoever is in the channel acts with the channel's role: no approval has a name"
        yield Doubt(where=where, what=what, remedy=DEPLOY)


def _declared(iam: Any) -> bool:
    """Whether the stack wants a channel: its role is made before it, and without one never."""
    try:
        iam.get_role(RoleName=CHAT_ROLE)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        return False
    return True
