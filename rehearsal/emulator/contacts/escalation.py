"""Engaging somebody, on the world's clock: stage after stage, until somebody answers.

A person's own plan goes through channels, an escalation plan through persons and schedules; each
stage takes its minutes before the next one begins. The answer of an essential target ends the
stages, that of another one does not (botocore: ssm-contacts model, IsEssential). A person without
an activated channel gets nothing (trap 5.5), nor does a schedule on which nobody is.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from rehearsal.emulator.contacts.channels import Channels, code
from rehearsal.emulator.contacts.directory import PERSONAL, SCHEDULE, Contact, Directory
from rehearsal.emulator.contacts.records import Engagement, Page
from rehearsal.emulator.contacts.rotations import Rotations
from rehearsal.emulator.world import World

PAGED = "SSM Contacts Page for Incident"
ACKNOWLEDGED = "SSM Contacts Page Acknowledgement for Incident"
"""Types of an incident's timeline events, with contactArn and engagementArn (third party, two)."""
NOT_ENGAGED = "SSM Contacts Engagement Failure for Incident"
"""Ours: what AWS writes when nobody is reached is UNVERIFIED."""

Path = list[dict[str, Any]]


class Escalation:
    """Every engagement and page of a world."""

    def __init__(
        self, world: World, directory: Directory, channels: Channels, rotations: Rotations
    ) -> None:
        self._world = world
        self._directory = directory
        self._channels = channels
        self._rotations = rotations
        self.engagements: dict[str, Engagement] = {}
        self.pages: dict[str, Page] = {}
        self.told: Callable[[str, str, dict[str, Any]], None] = lambda incident, what, data: None
        """Hears of an incident's ARN, the type of a timeline event, and its data."""

    def engage(
        self,
        contact: Contact,
        *,
        sender: str,
        subject: str,
        content: str,
        public_subject: str = "",
        public_content: str = "",
        incident: str = "",
    ) -> Engagement:
        """Begin to reach out to a contact."""
        engagement = Engagement(
            arn=_arn("engagement", contact),
            contact=contact.arn,
            sender=sender,
            subject=subject,
            content=content,
            public_subject=public_subject,
            public_content=public_content,
            incident=incident,
            start=self._world.clock.now(),
        )
        self.engagements[engagement.arn] = engagement
        self._world.clock.later(0.0, lambda: self._begin(engagement, contact))
        return engagement

    def stop(self, engagement: Engagement) -> None:
        """Nobody else is paged by it."""
        engagement.stop = engagement.stop or self._world.clock.now()

    def accept(self, page: Page, *, read: bool = True) -> None:
        """A person's answer. That ``DELIVERED`` ends nothing is UNVERIFIED."""
        now = self._world.clock.now()
        page.delivered = page.delivered or now
        if not read or page.read:
            return
        page.read = now
        self._tell(page.engagement, ACKNOWLEDGED, page.contact)
        if page.essential:
            self.stop(page.engagement)

    def _begin(self, engagement: Engagement, contact: Contact) -> None:
        if contact.kind in (PERSONAL, SCHEDULE):
            self._reach(engagement, contact, [_step(contact)], essential=True)
        else:
            self._stage(engagement, contact, 0)

    def _stage(self, engagement: Engagement, plan: Contact, number: int) -> None:
        if engagement.stop:
            return
        if number == len(plan.stages):
            self._fail(engagement, plan.arn, "everybody of the plan was engaged, nobody answered")
            self.stop(engagement)
            return
        stage = plan.stages[number]
        for target in stage.get("Targets") or []:
            info = target["ContactTargetInfo"]
            contact = self._directory.find(info["ContactId"])
            if contact is None:
                self._fail(engagement, info["ContactId"], "the contact does not exist")
                continue
            path = [_step(plan) | {"StageIndex": number}, _step(contact)]
            self._reach(engagement, contact, path, essential=info["IsEssential"])
        self._world.clock.later(
            60.0 * stage["DurationInMinutes"], lambda: self._stage(engagement, plan, number + 1)
        )

    def _reach(
        self, engagement: Engagement, contact: Contact, path: Path, *, essential: bool
    ) -> None:
        if contact.kind == PERSONAL:
            self._page(engagement, contact, path, essential=essential)
            return
        rotations = [self._rotations.find(arn) for arn in contact.rotations]
        turns = [rotation.turns for rotation in rotations if rotation]
        named = [one.on_call(self._world.clock.now()) for one in turns]
        persons = [person for arn in named if arn and (person := self._directory.find(arn))]
        if not persons:
            self._fail(engagement, contact.arn, "nobody is on call")
        for person in persons:
            self._page(engagement, person, [*path, _step(person)], essential=essential)

    def _page(
        self, engagement: Engagement, person: Contact, path: Path, *, essential: bool
    ) -> None:
        named = [t["ContactChannelId"] for t in person.targets("ChannelTargetInfo")]
        channels = [channel for arn in named if (channel := self._channels.find(arn))]
        if not any(map(self._channels.usable, channels)):
            why = "no channel of the contact's plan is activated" if channels else "no plan"
            self._fail(engagement, person.arn, why)
            return
        page = Page(
            arn=_arn("page", person),
            engagement=engagement,
            contact=person.arn,
            code=code(),
            path=path,
            essential=essential,
            sent=self._world.clock.now(),
        )
        self.pages[page.arn] = page
        self._tell(engagement, PAGED, person.arn)
        self._send(page, person, 0)

    def _send(self, page: Page, person: Contact, number: int) -> None:
        """Through the channels of a stage of the person's plan, and later those of the next."""
        if number == len(person.stages) or not page.wanted:
            return
        stage = person.stages[number]
        for target in stage.get("Targets") or []:
            channel = self._channels.find(target["ChannelTargetInfo"]["ContactChannelId"])
            if channel and self._channels.usable(channel):
                self._channels.send(channel, page.text(channel.kind))
                now = self._world.clock.now()
                page.receipts.append(
                    {
                        "ContactChannelArn": channel.arn,
                        "ReceiptType": "SENT",
                        "ReceiptTime": now,
                    }
                )
        self._world.clock.later(
            60.0 * stage["DurationInMinutes"], lambda: self._send(page, person, number + 1)
        )

    def _fail(self, engagement: Engagement, contact: str, why: str) -> None:
        engagement.failures.append(f"{contact}: {why}")
        self._tell(engagement, NOT_ENGAGED, contact, reason=why)

    def _tell(self, engagement: Engagement, what: str, contact: str, **more: str) -> None:
        if engagement.incident:
            data = {"contactArn": contact, "engagementArn": engagement.arn, **more}
            self.told(engagement.incident, what, data)


def _arn(kind: str, contact: Contact) -> str:
    place = contact.arn.rpartition(":contact/")[0]
    return f"{place}:{kind}/{contact.alias}/{uuid.uuid4()}"


def _step(contact: Contact) -> dict[str, Any]:
    return {"ContactArn": contact.arn, "Type": contact.kind}
