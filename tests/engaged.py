"""What tests do with Incident Manager: people with channels, plans, incidents, what they did."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, TAX, client, control

DELAY = 2.0
"""From an incident to its pages (``Timing.incident``)."""


def incidents(running: Emulator) -> Any:
    """Incident Manager's client, where it is set up."""
    made = client(running, TAX, "ssm-incidents")
    if not made.list_replication_sets()["replicationSetArns"]:
        made.create_replication_set(regions={REGION: {}})
    return made


def contacts(running: Emulator) -> Any:
    """The client of its contacts, where it is set up."""
    incidents(running)
    return client(running, TAX, "ssm-contacts")


def channel(running: Emulator, contact: str, kind: str, address: str, **more: Any) -> str:
    """A channel of a contact; its ARN."""
    arn: str = contacts(running).create_contact_channel(
        ContactId=contact,
        Name=kind,
        Type=kind,
        DeliveryAddress={"SimpleAddress": address},
        **more,
    )["ContactChannelArn"]
    return arn


def through(minutes: int, *channels: str) -> dict[str, Any]:
    """A stage of a person's plan."""
    targets = [{"ChannelTargetInfo": {"ContactChannelId": one}} for one in channels]
    return {"DurationInMinutes": minutes, "Targets": targets}


def to(minutes: int, *people: str, essential: bool = True) -> dict[str, Any]:
    """A stage of an escalation plan."""
    targets = [
        {"ContactTargetInfo": {"ContactId": one, "IsEssential": essential}} for one in people
    ]
    return {"DurationInMinutes": minutes, "Targets": targets}


def contact(running: Emulator, alias: str, kind: str = "PERSONAL", *stages: Any) -> str:
    """A contact with a plan; its ARN."""
    arn: str = contacts(running).create_contact(
        Alias=alias, Type=kind, Plan={"Stages": list(stages)}
    )["ContactArn"]
    return arn


def person(running: Emulator, alias: str, *, activated: bool = True) -> str:
    """Somebody with an e-mail address, whose code they have entered if it is activated."""
    arn = contact(running, alias)
    mail = channel(running, arn, "EMAIL", f"{alias}@example.org")
    contacts(running).update_contact(ContactId=arn, Plan={"Stages": [through(5, mail)]})
    if activated:
        activate(running, alias)
    return arn


def activate(running: Emulator, alias: str) -> Any:
    """Somebody enters the codes of all their channels; the interface's answer."""
    body = {"account": TAX, "region": REGION, "person": alias}
    return control(running, "POST", "activate-channel", body)


def answer(running: Emulator, alias: str) -> Any:
    """Somebody answers their newest page; the interface's answer."""
    body = {"account": TAX, "region": REGION, "person": alias}
    return control(running, "POST", "page-answer", body)


def weekly(**more: Any) -> dict[str, Any]:
    """Hand-off each Monday at eight."""
    eight = {"HourOfDay": 8, "MinuteOfHour": 0}
    return {
        "NumberOfOnCalls": 1,
        "RecurrenceMultiplier": 1,
        "WeeklySettings": [{"DayOfWeek": "MON", "HandOffTime": eight}],
        **more,
    }


def rotation(running: Emulator, *people: str, start: datetime, **more: Any) -> str:
    """People who take turns by the week, in Berlin; its ARN."""
    arn: str = contacts(running).create_rotation(
        Name="team",
        ContactIds=list(people),
        StartTime=start,
        TimeZoneId=more.pop("zone", "Europe/Berlin"),
        Recurrence=more.pop("recurrence", weekly()),
    )["RotationArn"]
    return arn


def schedule(running: Emulator, *rotations: str) -> str:
    """An on-call schedule; its ARN."""
    arn: str = contacts(running).create_contact(
        Alias="on-call", Type="ONCALL_SCHEDULE", Plan={"RotationIds": list(rotations)}
    )["ContactArn"]
    return arn


def engage(running: Emulator, contact: str, **more: str) -> str:
    """Reach out to somebody by hand; the engagement's ARN."""
    arn: str = contacts(running).start_engagement(
        ContactId=contact, Sender="a test", Subject="Look", Content="At this", **more
    )["EngagementArn"]
    running.world.clock.sleep(0)
    return arn


def mailed(running: Emulator) -> list[str]:
    """Who got a page, in order; activation codes left out."""
    mails = running.world.outbox
    return [mail.contact for mail in mails if "activation code" not in mail.text]


def code_of(running: Emulator) -> str:
    """The code in the newest message."""
    digits = running.world.outbox[-1].text.rstrip(".").rsplit(" ", 1)[-1]
    return str(digits)


def plan(running: Emulator, name: str = "team", **more: Any) -> str:
    """A response plan; its ARN."""
    template = {"title": "A finding", "impact": 2, **more.pop("template", {})}
    arn: str = incidents(running).create_response_plan(
        name=name, incidentTemplate=template, **more
    )["arn"]
    return arn


def trigger(event: dict[str, Any]) -> dict[str, Any]:
    """What EventBridge passes for an event."""
    return {
        "source": "aws.events",
        "triggerArn": f"arn:aws:events:{REGION}:{TAX}:rule/people",
        "timestamp": datetime(2026, 3, 4, tzinfo=UTC),
        "rawData": json.dumps(event),
    }


def start(running: Emulator, plan: str, seconds: float = DELAY, **more: Any) -> str:
    """Start an incident and let time pass; its ARN."""
    arn: str = incidents(running).start_incident(responsePlanArn=plan, **more)["incidentRecordArn"]
    running.world.clock.sleep(seconds)
    assert running.world.clock.failures == []  # type: ignore[attr-defined]  # both clocks have it
    return arn


def timeline(running: Emulator, incident: str) -> list[tuple[str, Any]]:
    """Types and data of an incident's events, oldest first; of its own types the data are JSON."""
    api = incidents(running)
    found = []
    for summary in api.list_timeline_events(incidentRecordArn=incident)["eventSummaries"]:
        event = api.get_timeline_event(incidentRecordArn=incident, eventId=summary["eventId"])
        data = event["event"]["eventData"]
        ours = summary["eventType"].startswith("SSM ")
        found.append((summary["eventType"], json.loads(data) if ours else data))
    return found
