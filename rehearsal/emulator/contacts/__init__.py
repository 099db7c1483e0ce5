"""Incident Manager's contacts: persons, their channels, escalation plans, on-call schedules, pages.

Not emulated, and therefore an error: overrides of shifts, monthly rotations, cover by the hour,
several on call at once, contacts of other accounts, and that an answer comes by SMS or voice.
"""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator import wire
from rehearsal.emulator.cloudcontrol import Handler
from rehearsal.emulator.contacts.channels import Channels
from rehearsal.emulator.contacts.directory import Directory
from rehearsal.emulator.contacts.engagements import Engagements
from rehearsal.emulator.contacts.escalation import Escalation
from rehearsal.emulator.contacts.rotations import Rotations
from rehearsal.emulator.contacts.schedules import Schedules
from rehearsal.emulator.incidents.replication import Replication
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import World

__all__ = ["Contacts"]


class Contacts:
    """One world's contacts, and what a person does with a page or a code."""

    def __init__(self, world: World, replication: Replication) -> None:
        self._world = world
        self.directory = Directory(replication)
        self._channels = Channels(world, replication, self.directory)
        self._rotations = Rotations(world, replication, self.directory)
        self.directory.known = lambda arn: bool(
            self._channels.find(arn) or self._rotations.find(arn)
        )
        self.directory.users = self._rotations.with_contact
        self.escalation = Escalation(world, self.directory, self._channels, self._rotations)
        self._engagements = Engagements(self.directory, self._channels, self.escalation)

    def install(self) -> Callable[[], None]:
        """Answer for ssm-contacts; returns what undoes it."""
        self._world.emulated["ssm-contacts"] = "our own contacts, rotations and escalation"
        parts = (self.directory, self._channels, self._rotations, self._engagements)
        return wire.serve("ssm-contacts", *parts)

    def types(self) -> dict[str, Handler]:
        """The resource type by which Cloud Control makes on-call schedules."""
        return {"AWS::SSMContacts::Contact": Schedules(self.directory)}

    def answer(self, place: Caller, person: str) -> str:
        """The person acknowledges their newest page that is open; its ARN. Raises LookupError."""
        arn = self._person(place, person)
        pages = [one for one in self.escalation.pages.values() if one.contact == arn]
        waiting = [one for one in pages if one.read is None]
        if not waiting:
            raise LookupError(f"{person} has no page to answer")
        self.escalation.accept(waiting[-1])
        return waiting[-1].arn

    def activate(self, place: Caller, person: str) -> list[str]:
        """The person enters the code of each of their channels; whose ARNs. Raises LookupError."""
        caller = Caller(place.account, place.region)
        channels = self._channels.of(self._person(place, person))
        waiting = [one for one in channels if one.status != "ACTIVATED"]
        for channel in waiting:
            if not channel.code:
                self._channels.send_activation_code(caller, {"ContactChannelId": channel.arn})
            self._channels.activate_contact_channel(
                caller, {"ContactChannelId": channel.arn, "ActivationCode": channel.code}
            )
        return [one.arn for one in waiting]

    def _person(self, place: Caller, person: str) -> str:
        arn = place.arn("ssm-contacts", f"contact/{person}")
        if self.directory.find(arn) is None:
            raise LookupError(f"there is no contact {person} in {place}")
        return arn
