"""Incidents as they are recorded: what each is, and what can be changed by hand.

On AWS each incident also makes a parent OpsItem in OpsCenter (AWS docs: incident-creation); here it
does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.emulator.incidents.replication import Replication
from rehearsal.emulator.wire import Caller, Fault, Parameters, aware, page
from rehearsal.emulator.world import NotEmulatedError, World

OPEN, RESOLVED = "OPEN", "RESOLVED"
UPDATED = "SSM Incident Record Update"
"""Of a timeline event, with modifiedBy and modifiedAttributes (third party)."""


@dataclass(kw_only=True)
class Incident:
    """One incident."""

    arn: str
    plan: str
    title: str
    impact: int
    dedupe: str
    """The plan's string, or what is made of the event: AWS always has one."""
    source: dict[str, str]
    created: datetime
    modified: datetime
    modified_by: str
    summary: str = ""
    status: str = OPEN
    resolved: datetime | None = None
    chat: list[str] = field(default_factory=list)
    notified: list[str] = field(default_factory=list)
    executions: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    """The timeline, oldest first, as GetTimelineEvent has each event."""
    items: list[dict[str, Any]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    unheard: list[str] = field(default_factory=list)
    """Topics that did not take what Incident Manager announced, and why."""

    def summed_up(self) -> Parameters:
        """As a list has it."""
        return {
            "arn": self.arn,
            "title": self.title,
            "status": self.status,
            "impact": self.impact,
            "creationTime": self.created,
            "incidentRecordSource": self.source,
            **({"resolvedTime": self.resolved} if self.resolved else {}),
        }

    def shown(self) -> Parameters:
        """All of it."""
        chat: Parameters = {"chatbotSns": self.chat} if self.chat else {"empty": {}}
        return self.summed_up() | {
            "summary": self.summary,
            "dedupeString": self.dedupe,
            "lastModifiedBy": self.modified_by,
            "lastModifiedTime": self.modified,
            "chatChannel": chat,
            "notificationTargets": [{"snsTopicArn": topic} for topic in self.notified],
            "automationExecutions": [{"ssmExecutionArn": arn} for arn in self.executions],
        }


class Records:
    """The operations on incidents, but for starting one."""

    def __init__(self, world: World, replication: Replication) -> None:
        self._world = world
        self._held: dict[str, Incident] = {}
        self.changed: Callable[[Incident, dict[str, str]], None] = lambda incident, what: None
        """Hears of the attributes that somebody changed."""
        replication.forgetting.append(self._forget)

    def add(self, incident: Incident) -> None:
        """A new incident."""
        self._held[incident.arn] = incident

    def find(self, arn: str) -> Incident | None:
        """An incident, or None."""
        return self._held.get(arn)

    def of(self, account: str) -> list[Incident]:
        """All incidents of an account, oldest first."""
        return [one for arn, one in self._held.items() if arn.split(":")[4] == account]

    def at(self, caller: Caller, arn: str) -> Incident:
        """An incident of the caller's account; a Fault if there is none."""
        held = self._held.get(arn)
        if held is None or arn.split(":")[4] != caller.account:
            raise Fault("ResourceNotFoundException", f"There is no incident {arn}.")
        return held

    def get_incident_record(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One incident."""
        return {"incidentRecord": self.at(caller, parameters["arn"]).shown()}

    def list_incident_records(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Newest first; filters must all hold."""
        found = self.of(caller.account)[::-1]
        for wanted in parameters.get("filters") or []:
            found = [one for one in found if _fits(one, wanted["key"], wanted["condition"])]
        return page("incidentRecordSummaries", [one.summed_up() for one in found], parameters)

    def update_incident_record(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change what is named; one that is resolved may be opened again."""
        incident = self.at(caller, parameters["arn"])
        now = self._world.clock.now()
        if "chatChannel" in parameters:
            incident.chat = list(parameters["chatChannel"].get("chatbotSns") or [])
        if "notificationTargets" in parameters:
            incident.notified = [one["snsTopicArn"] for one in parameters["notificationTargets"]]
        changes = {
            name: parameters[name]
            for name in ("title", "summary", "impact", "status")
            if parameters.get(name) not in (None, getattr(incident, name))
        }
        for name, value in changes.items():
            setattr(incident, name, value)
        if "status" in changes:
            incident.resolved = now if incident.status == RESOLVED else None
        incident.modified, incident.modified_by = now, caller.principal
        if changes:
            self.changed(incident, {name: str(value) for name, value in changes.items()})
        return {}

    def delete_incident_record(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete one; that there is none is no error (the model has no such error)."""
        if parameters["arn"].split(":")[4] == caller.account:
            self._held.pop(parameters["arn"], None)
        return {}

    def _forget(self, account: str) -> None:
        self._held = {a: one for a, one in self._held.items() if a.split(":")[4] != account}


def fits_time(moment: datetime, condition: Parameters) -> bool:
    """Whether a time lies after or before another one, as a filter has it."""
    after, before = condition.get("after"), condition.get("before")
    late = after is None or moment > aware(after)
    return late and (before is None or moment < aware(before))


def _fits(incident: Incident, key: str, condition: Parameters) -> bool:
    equals = condition.get("equals") or {}
    values = equals.get("stringValues") or equals.get("integerValues") or []
    if key == "creationTime":
        return fits_time(incident.created, condition)
    if key == "createdBy":
        return incident.source["createdBy"] in values
    if key not in ("impact", "status"):
        raise NotEmulatedError(f"The filter {key} of incidents is not emulated.")
    return getattr(incident, key) in values
