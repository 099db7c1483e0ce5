"""What happens when an incident is started: it is recorded once, people are paged, a runbook runs.

A second one for the same reason joins the first while that is open (trap 5.8): the same string of
the plan, or the same event of EventBridge, which is taken to be the same by its id and its rule
(UNVERIFIED). The runbook runs in the region in which the incident was started, under the plan's
role, whose trust names the incident (AWS docs: incident-creation). Not emulated: plans of other
accounts, and the failover of a region, after which no runbook runs.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rehearsal.emulator.incidents import runbooks
from rehearsal.emulator.incidents.plans import Plan, Plans
from rehearsal.emulator.incidents.records import OPEN, Incident, Records
from rehearsal.emulator.incidents.timeline import Timeline, involved, relate
from rehearsal.emulator.wire import Caller, Parameters
from rehearsal.emulator.world import World

if TYPE_CHECKING:
    from rehearsal.emulator.contacts import Contacts

TRIGGER, START = "SSM Incident Trigger", "SSM Incident Start"
"""Of timeline events. The first carries the raw event as text in its data, under ``rawData`` (AWS
docs: tutorials-runbooks); the other fields of both are third party."""
EVENTS = "aws.events"
BY_HAND = "aws.ssm-incidents.custom"
"""What ``source`` says of one that somebody started (AWS CLI's examples)."""
LONGEST_RAW = 10_000
"""Characters of what a trigger passes (botocore: ssm-incidents model); that a longer event of
EventBridge is cut there is UNVERIFIED."""


class Starting:
    """StartIncident."""

    def __init__(
        self, world: World, plans: Plans, records: Records, timeline: Timeline, contacts: Contacts
    ) -> None:
        self._world = world
        self._plans = plans
        self._records = records
        self._timeline = timeline
        self._contacts = contacts
        self._tokens: dict[tuple[str, str], str] = {}
        self.started: Callable[[Incident, dict[str, Any]], None] = lambda incident, data: None
        """Hears of a new incident after its people and its runbook."""

    def start_incident(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Start an incident, or join it to the open one that it duplicates."""
        plan = self._plans.at(caller, parameters["responsePlanArn"])
        token = (caller.account, parameters.get("clientToken") or str(uuid.uuid4()))
        if token not in self._tokens:
            self._tokens[token] = self._start(caller, plan, parameters).arn
        return {"incidentRecordArn": self._tokens[token]}

    def _start(self, caller: Caller, plan: Plan, given: Parameters) -> Incident:
        trigger = given.get("triggerDetails") or {}
        raw = (trigger.get("rawData") or "")[:LONGEST_RAW]
        event = _read(trigger.get("rawData") or "")
        dedupe = _same(plan, trigger, event)
        incident = self._duplicated(caller.account, dedupe)
        new = incident is None
        if incident is None:
            incident = self._record(caller, plan, given, dedupe)
        told = {
            "createdIncident": new,
            "incidentSource": incident.source["source"],
            "triggerArn": trigger.get("triggerArn", ""),
            "rawData": raw,
        }
        self._timeline.write(incident, TRIGGER, told)
        resources = [str(arn) for arn in event.get("resources") or []]
        for item in [*(given.get("relatedItems") or []), *map(involved, resources)]:
            relate(incident, item)
        if new:
            self._respond(caller, plan, incident)
        return incident

    def _duplicated(self, account: str, dedupe: str) -> Incident | None:
        if not self._world.bites("5.8"):
            return None
        same = [one for one in self._records.of(account) if one.dedupe == dedupe]
        return next((one for one in same if one.status == OPEN), None)

    def _record(self, caller: Caller, plan: Plan, given: Parameters, dedupe: str) -> Incident:
        now, template = self._world.clock.now(), plan.template
        trigger = given.get("triggerDetails") or {}
        by_events = trigger.get("source") == EVENTS
        source = {"source": trigger.get("source") or BY_HAND, "createdBy": caller.principal}
        if by_events:
            source["invokedBy"] = "events.amazonaws.com"
        if trigger.get("triggerArn"):
            source["resourceArn"] = trigger["triggerArn"]
        arn = f"arn:aws:ssm-incidents::{caller.account}:incident-record/{plan.name}/{uuid.uuid4()}"
        incident = Incident(
            arn=arn,
            plan=plan.arn,
            title=given.get("title") or template["title"],
            impact=given.get("impact") or template["impact"],
            summary=template.get("summary") or "",
            dedupe=dedupe,
            source=source,
            created=now,
            modified=now,
            modified_by=caller.principal,
            chat=list(plan.chat),
            notified=[one["snsTopicArn"] for one in template.get("notificationTargets") or []],
            tags=dict(template.get("incidentTags") or {}),
        )
        self._records.add(incident)
        return incident

    def _respond(self, caller: Caller, plan: Plan, incident: Incident) -> None:
        """Pages, runbook and topics are each a task of their own: none waits for another."""
        automation = plan.actions[0]["ssmAutomation"] if plan.actions else {}
        told = {
            "incidentTitle": incident.title,
            "contactsEngage": [
                {"contactArn": arn, "contactName": arn.rpartition("/")[2]}
                for arn in plan.engagements
            ],
            "ssmDocumentName": automation.get("documentName", ""),
            "ssmDocumentVersion": automation.get("documentVersion", ""),
            "triggerArn": incident.source.get("resourceArn", ""),
        }
        self._timeline.write(incident, START, told)
        engagements = list(plan.engagements)
        arns = [item["identifier"]["value"].get("arn") for item in incident.items]
        resources = [arn for arn in arns if arn]
        after = self._world.timing.incident
        later = self._world.clock.later
        later(after, lambda: self._page(incident, engagements))
        if automation:
            later(
                after,
                lambda: runbooks.start(
                    self._world, self._timeline, caller, incident, automation, resources
                ),
            )
        later(after, lambda: self.started(incident, told))

    def _page(self, incident: Incident, engagements: list[str]) -> None:
        for arn in engagements:
            contact = self._contacts.directory.find(arn)
            if contact is None:
                self._timeline.write(
                    incident,
                    "SSM Contacts Engagement Failure for Incident",
                    {"contactArn": arn, "reason": "the contact does not exist"},
                )
                continue
            self._contacts.escalation.engage(
                contact,
                sender="Incident Manager",
                subject=f"Incident: {incident.title}",
                content=f"{incident.summary}\n{incident.arn}".strip(),
                public_subject="You are engaged in an incident.",
                incident=incident.arn,
            )


def _read(raw: str) -> dict[str, Any]:
    try:
        event = json.loads(raw)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _same(plan: Plan, trigger: Parameters, event: dict[str, Any]) -> str:
    """What two incidents have in common that are one; nothing has it by chance."""
    if own := plan.template.get("dedupeString"):
        return str(own)
    source, arn = trigger.get("source"), trigger.get("triggerArn")
    if source == EVENTS and event.get("id"):
        return f"{arn} {event['id']}"
    return str(arn) if source == "aws.cloudwatch" and arn else str(uuid.uuid4())
