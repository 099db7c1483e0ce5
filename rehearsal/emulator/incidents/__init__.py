"""Incident Manager: replication set, response plans, incidents and their timelines.

What it keeps is an account's, not a region's: every region of the replication set shows the same.
Not emulated, and therefore an error: findings, resource policies (shared plans), PagerDuty, updates
and deletions of timeline events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rehearsal.emulator import wire
from rehearsal.emulator.incidents.announcing import announce
from rehearsal.emulator.incidents.plans import Plans
from rehearsal.emulator.incidents.records import RESOLVED, UPDATED, Incident, Records
from rehearsal.emulator.incidents.replication import Replication
from rehearsal.emulator.incidents.starting import START, Starting
from rehearsal.emulator.incidents.timeline import Timeline
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import World

if TYPE_CHECKING:
    from rehearsal.emulator.contacts import Contacts

__all__ = ["IncidentManager", "Replication"]

ANSWERED = "SSM Contacts Page Acknowledgement for Incident"


class IncidentManager:
    """One world's incidents."""

    def __init__(self, world: World, replication: Replication, contacts: Contacts) -> None:
        self._world = world
        self._replication = replication
        self._contacts = contacts
        self._plans = Plans(replication, lambda arn: contacts.directory.find(arn) is not None)
        self.records = Records(world, replication)
        self._timeline = Timeline(world, self.records)
        self._starting = Starting(world, self._plans, self.records, self._timeline, contacts)
        self._starting.started = lambda incident, data: announce(world, incident, START, data)
        self.records.changed = self._changed
        contacts.escalation.told = self._told

    def install(self) -> Callable[[], None]:
        """Answer for ssm-incidents; returns what undoes it."""
        self._world.emulated["ssm-incidents"] = "our own plans, incidents and timelines"
        parts = (
            *(self._replication, self._plans, self.records),
            *(self._timeline, self._starting, self),
        )
        return wire.serve("ssm-incidents", *parts)

    def tag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add tags."""
        self._tags(caller, parameters).update(parameters["tags"])
        return {}

    def untag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take tags off."""
        for key in parameters["tagKeys"]:
            self._tags(caller, parameters).pop(key, None)
        return {}

    def list_tags_for_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All tags."""
        return {"tags": self._tags(caller, parameters)}

    def _tags(self, caller: Caller, parameters: Parameters) -> dict[str, str]:
        arn = parameters["resourceArn"]
        if ":replication-set/" in arn:
            return self._replication.of(caller.account, arn).tags
        held = self._plans.find(arn) or self.records.find(arn)
        if held is None or arn.split(":")[4] != caller.account:
            raise Fault("ResourceNotFoundException", f"There is no {arn}.")
        return held.tags

    def _told(self, incident_arn: str, what: str, data: dict[str, Any]) -> None:
        """What became of an incident's pages."""
        incident = self.records.find(incident_arn)
        if incident is None:
            return
        self._timeline.write(incident, what, data)
        if what == ANSWERED:
            self._announce(incident, what, data)

    def _announce(self, incident: Incident, what: str, data: dict[str, Any]) -> None:
        """In a task of its own, so that a topic's fault is not the caller's."""
        self._world.clock.later(0.0, lambda: announce(self._world, incident, what, data))

    def _changed(self, incident: Incident, changes: dict[str, str]) -> None:
        """That a resolved incident engages nobody any more is UNVERIFIED."""
        data = {
            "modifiedBy": incident.modified_by,
            "modifiedAttributes": [
                {"attributeName": name, "newValue": value} for name, value in changes.items()
            ],
            "incidentTitle": incident.title,
        }
        self._timeline.write(incident, UPDATED, data)
        if incident.status == RESOLVED:
            for engagement in self._contacts.escalation.engagements.values():
                if engagement.incident == incident.arn:
                    self._contacts.escalation.stop(engagement)
        self._announce(incident, UPDATED, data)
