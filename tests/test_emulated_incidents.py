"""Incidents as the emulator has them: their timeline, their people, and when two are one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.automated import refused
from tests.emulated import TAX, client
from tests.engaged import (
    answer,
    incidents,
    mailed,
    person,
    plan,
    start,
    timeline,
    trigger,
)
from tests.routed import Start, event


def test_an_incident_begins_with_its_trigger_and_its_people(emulator: Start) -> None:
    running = emulator()
    anna = person(running, "anna")
    arn = plan(running, engagements=[anna])
    incident = start(running, arn, title="Look", impact=1, triggerDetails=trigger(event(x=1)))
    assert incident.startswith(f"arn:aws:ssm-incidents::{TAX}:incident-record/team/")
    record = incidents(running).get_incident_record(arn=incident)["incidentRecord"]
    assert (record["title"], record["impact"], record["status"]) == ("Look", 1, "OPEN")
    assert record["incidentRecordSource"]["source"] == "aws.events"
    assert "OrganizationAccountAccessRole" in record["incidentRecordSource"]["createdBy"]
    told = timeline(running, incident)
    assert [what for what, _ in told] == [
        "SSM Incident Trigger",
        "SSM Incident Start",
        "SSM Contacts Page for Incident",
    ]
    assert json.loads(told[0][1]["rawData"]) == event(x=1)
    assert told[0][1]["createdIncident"] is True
    assert told[2][1]["contactArn"] == anna
    [item] = incidents(running).list_related_items(incidentRecordArn=incident)["relatedItems"]
    assert item["identifier"] == {
        "type": "INVOLVED_RESOURCE",
        "value": {"arn": event()["resources"][0]},
    }


def test_an_answer_and_a_resolution_are_on_the_timeline_and_end_the_paging(
    emulator: Start,
) -> None:
    running = emulator()
    anna = person(running, "anna")
    first = start(running, plan(running, engagements=[anna]))
    answer(running, "anna")
    assert timeline(running, first)[-1][0] == "SSM Contacts Page Acknowledgement for Incident"
    second = start(running, plan(running, name="other", engagements=[anna]))
    api = incidents(running)
    api.update_incident_record(arn=second, status="RESOLVED", summary="It was nothing.")
    what, data = timeline(running, second)[-1]
    assert what == "SSM Incident Record Update"
    assert data["modifiedAttributes"] == [
        {"attributeName": "summary", "newValue": "It was nothing."},
        {"attributeName": "status", "newValue": "RESOLVED"},
    ]
    assert "OrganizationAccountAccessRole" in data["modifiedBy"]
    assert api.get_incident_record(arn=second)["incidentRecord"]["resolvedTime"]
    engagements = client(running, TAX, "ssm-contacts").list_engagements(IncidentId=second)
    assert [bool(one.get("StopTime")) for one in engagements["Engagements"]] == [True]


def test_the_same_token_is_the_same_incident(emulator: Start) -> None:
    running = emulator()
    arn = plan(running)
    first = start(running, arn, clientToken="one")
    assert start(running, arn, clientToken="one") == first
    assert start(running, arn, clientToken="two") != first
    assert len(incidents(running).list_incident_records()["incidentRecordSummaries"]) == 2


def test_two_findings_are_two_incidents_where_the_plan_has_no_deduplication_string(
    emulator: Start,
) -> None:
    running = emulator()
    arn = plan(running)
    one = start(running, arn, triggerDetails=trigger(event() | {"id": "1"}))
    other = start(running, arn, triggerDetails=trigger(event() | {"id": "2"}))
    assert one != other


def test_the_same_event_joins_the_open_incident_and_opens_another_after_that(
    emulator: Start,
) -> None:
    running = emulator()
    arn = plan(running, engagements=[person(running, "anna")])
    details = trigger(event())
    first = start(running, arn, triggerDetails=details)
    assert start(running, arn, triggerDetails=details) == first
    triggers = [data for what, data in timeline(running, first) if what == "SSM Incident Trigger"]
    assert [one["createdIncident"] for one in triggers] == [True, False]
    assert mailed(running) == ["anna"]
    incidents(running).update_incident_record(arn=first, status="RESOLVED")
    assert start(running, arn, triggerDetails=details) != first


def test_records_and_events_are_found_by_what_they_are(emulator: Start) -> None:
    running = emulator()
    api = incidents(running)
    arn = plan(running)
    first, second = start(running, arn), start(running, arn, impact=1)
    api.update_incident_record(arn=first, status="RESOLVED")

    def found(key: str, **condition: Any) -> list[str]:
        filters = [{"key": key, "condition": condition}]
        listed = api.list_incident_records(filters=filters)["incidentRecordSummaries"]
        return [one["arn"] for one in listed]

    assert found("status", equals={"stringValues": ["OPEN"]}) == [second]
    assert found("impact", equals={"integerValues": [1, 2]}) == [second, first]
    assert found("creationTime", before=datetime(2020, 1, 1, tzinfo=UTC)) == []
    filters = [
        {"key": "eventType", "condition": {"equals": {"stringValues": ["SSM Incident Trigger"]}}}
    ]
    events = api.list_timeline_events(incidentRecordArn=first, filters=filters)["eventSummaries"]
    assert [one["eventType"] for one in events] == ["SSM Incident Trigger"]
    newest = api.list_timeline_events(incidentRecordArn=first, sortOrder="DESCENDING")
    assert newest["eventSummaries"][0]["eventType"] == "SSM Incident Record Update"


def test_a_person_may_add_notes_and_items_and_nothing_that_aws_writes_itself(
    emulator: Start,
) -> None:
    running = emulator()
    api = incidents(running)
    incident = start(running, plan(running))
    at = datetime(2030, 1, 1, tzinfo=UTC)
    note = {"incidentRecordArn": incident, "eventTime": at, "eventData": "I looked."}
    with refused("ValidationException", "Custom Event"):
        api.create_timeline_event(eventType="SSM Incident Trigger", **note)
    api.create_timeline_event(
        eventType="Note", eventReferences=[{"resource": incident}], clientToken="t", **note
    )
    api.create_timeline_event(eventType="Note", clientToken="t", **note)
    assert [what for what, _ in timeline(running, incident)].count("Note") == 1
    assert timeline(running, incident)[-1] == ("Note", "I looked.")
    url = {"type": "OTHER", "value": {"url": "https://example.org"}}
    add = {"itemToAdd": {"identifier": url, "title": "Read this"}}
    api.update_related_items(incidentRecordArn=incident, relatedItemsUpdate=add)
    [item] = api.list_related_items(incidentRecordArn=incident)["relatedItems"]
    assert (item["identifier"], item["title"]) == (url, "Read this")
    remove = {"itemToRemove": url}
    api.update_related_items(incidentRecordArn=incident, relatedItemsUpdate=remove)
    assert api.list_related_items(incidentRecordArn=incident)["relatedItems"] == []
