"""Incident Manager's persons: who can be called, who is on call, and the codes that are missing.

A channel pages nobody before its person has entered a code (trap 5.5). The deployment has none
sent (Terraform: aws_ssmcontacts_contact_channel defers it): ``invite`` does, once people know what
comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from names import PREFIX, Place, response_plan
from operations.doubts import Doubt, Reach

PERSON: Final = f"{PREFIX}person-"
INVITE: Final = "python -m operations invite, then the person enters the code"
DEPLOY: Final = "pulumi up --refresh makes it again"


class InviteError(ValueError):
    """Nobody of that name; the message has those that there are."""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way to a person."""

    arn: str
    person: str
    kind: str
    address: str
    active: bool


def reach(contacts: Any, named: Collection[str]) -> Reach:
    """Who of the persons has a channel that is active; ``named`` are those in teams."""
    ways = channels(contacts)
    doubts = [
        Doubt(
            where=channel.person,
            what=f"the channel {channel.kind} is not activated",
            remedy=INVITE,
        )
        for person in sorted(ways)
        for channel in ways[person]
        if not channel.active
    ]
    for person in sorted({*named, *ways}):
        if not ways.get(person):
            what = "has no channel" if person in ways else "is no contact"
            doubts.append(Doubt(where=person, what=f"{what} in Incident Manager", remedy=DEPLOY))
    active = {person for person, each in ways.items() if any(one.active for one in each)}
    return Reach(reachable=frozenset(active), doubts=doubts)


def channels(contacts: Any) -> dict[str, list[Channel]]:
    """Each person of ours with their channels."""
    asked = contacts.get_paginator("list_contacts").paginate(AliasPrefix=PERSON, Type="PERSONAL")
    arns = [contact["ContactArn"] for page in asked for contact in page["Contacts"]]
    return {_name(arn): [*_of(contacts, arn)] for arn in arns}


def _of(contacts: Any, arn: str) -> Iterator[Channel]:
    pages = contacts.get_paginator("list_contact_channels").paginate(ContactId=arn)
    for each in [each for page in pages for each in page["ContactChannels"]]:
        yield Channel(
            arn=each["ContactChannelArn"],
            person=_name(arn),
            kind=each["Name"],
            address=each["DeliveryAddress"]["SimpleAddress"],
            active=each["ActivationStatus"] == "ACTIVATED",
        )


def on_call(contacts: Any, place: Place, team: str) -> tuple[list[str], list[Doubt]]:
    """Who takes turns in a team, by its schedule as it is; what is wrong with the schedule."""
    members: list[str] = []
    doubts: list[Doubt] = []
    schedule = place.arn("ssm-contacts", f"contact/{response_plan(team)}-on-call")
    plan = _there(contacts.get_contact, ContactId=schedule).get("Plan", {})
    for arn in plan.get("RotationIds", []):
        rotation = _there(contacts.get_rotation, RotationId=arn)
        members += [_name(contact) for contact in rotation.get("ContactIds", [])]
        begins = rotation.get("StartTime")
        if begins and begins > datetime.now(UTC):
            what = f"nobody is on call before {begins.isoformat()[:16]}, when the rotation begins"
            doubts.append(
                Doubt(where=f"team {team}", what=what, remedy="let on_call.starts lie in the past")
            )
    return members, doubts


def _there(call: Any, **asked: str) -> dict[str, Any]:
    """What is told of something; nothing where it is gone."""
    try:
        found: dict[str, Any] = call(**asked)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return {}
    return found


def invite(contacts: Any, persons: Collection[str]) -> Iterator[Channel]:
    """Send a code to each channel that is not active, of these persons or of all; each as sent."""
    ways = channels(contacts)
    if strangers := sorted(set(persons) - ways.keys()):
        raise InviteError(
            f"there is no {', '.join(strangers)}; there are {', '.join(sorted(ways))}"
        )
    for person in sorted(persons or ways):
        for channel in ways[person]:
            if not channel.active:
                contacts.send_activation_code(ContactChannelId=channel.arn)
                yield channel


def _name(arn: str) -> str:
    return arn.rpartition("/")[2].removeprefix(PERSON)
