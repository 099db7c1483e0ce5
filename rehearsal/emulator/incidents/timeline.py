"""The timeline of an incident, and its related items."""

from __future__ import annotations

import json
import uuid
from typing import Any

from rehearsal.emulator.incidents.records import Incident, Records, fits_time
from rehearsal.emulator.wire import Caller, Fault, Parameters, aware, page
from rehearsal.emulator.world import NotEmulatedError, World

BY_HAND = ("Custom Event", "Note")
"""The types that a caller may write (botocore: ssm-incidents model)."""

_UNSUMMED = "eventData"


class Timeline:
    """The operations on timeline events and related items."""

    def __init__(self, world: World, records: Records) -> None:
        self._world = world
        self._records = records
        self._tokens: dict[tuple[str, str], str] = {}

    def write(self, incident: Incident, what: str, data: Any, **more: Any) -> str:
        """Add an event; its data are JSON in a string. The event's id."""
        now = self._world.clock.now()
        event = {
            "eventId": str(uuid.uuid4()),
            "eventType": what,
            "eventTime": more.pop("at", now),
            "eventUpdatedTime": now,
            "eventData": data if isinstance(data, str) else json.dumps(data),
            "incidentRecordArn": incident.arn,
            **more,
        }
        incident.events.append(event)
        return str(event["eventId"])

    def list_timeline_events(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Summaries, without data; by time, of which the order unasked for is UNVERIFIED."""
        found = list(self._records.at(caller, parameters["incidentRecordArn"]).events)
        for wanted in parameters.get("filters") or []:
            found = [one for one in found if _fits(one, wanted["key"], wanted["condition"])]
        found.sort(key=lambda event: event["eventTime"])
        if parameters.get("sortOrder") == "DESCENDING":
            found.reverse()
        summaries = [{k: v for k, v in event.items() if k != _UNSUMMED} for event in found]
        return page("eventSummaries", summaries, parameters)

    def get_timeline_event(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One event with its data."""
        incident = self._records.at(caller, parameters["incidentRecordArn"])
        for event in incident.events:
            if event["eventId"] == parameters["eventId"]:
                return {"event": event}
        raise Fault("ResourceNotFoundException", "There is no such timeline event.")

    def create_timeline_event(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Somebody's own event or note."""
        incident = self._records.at(caller, parameters["incidentRecordArn"])
        what = parameters["eventType"]
        if what not in BY_HAND:
            raise Fault("ValidationException", f"The type of an event is one of {BY_HAND}.")
        token = (incident.arn, parameters.get("clientToken") or str(uuid.uuid4()))
        if token not in self._tokens:
            references = parameters.get("eventReferences")
            more = {"eventReferences": references} if references else {}
            self._tokens[token] = self.write(
                incident, what, parameters["eventData"], at=aware(parameters["eventTime"]), **more
            )
        return {"eventId": self._tokens[token], "incidentRecordArn": incident.arn}

    def list_related_items(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All of an incident."""
        incident = self._records.at(caller, parameters["incidentRecordArn"])
        return page("relatedItems", incident.items, parameters)

    def update_related_items(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add one, or take one away."""
        incident = self._records.at(caller, parameters["incidentRecordArn"])
        change = parameters["relatedItemsUpdate"]
        if added := change.get("itemToAdd"):
            if added.get("generatedId"):
                raise Fault("ValidationException", "The id of an item is not yours to give.")
            relate(incident, added)
            return {}
        left = [one for one in incident.items if one["identifier"] != change["itemToRemove"]]
        if len(left) == len(incident.items):
            raise Fault("ResourceNotFoundException", "There is no such item.")
        incident.items = left
        return {}


def relate(incident: Incident, item: dict[str, Any]) -> None:
    """Add an item that is not there yet."""
    if all(one["identifier"] != item["identifier"] for one in incident.items):
        incident.items.append({**item, "generatedId": str(uuid.uuid4())})


def involved(arn: str) -> dict[str, Any]:
    """The item that stands for a resource."""
    return {"identifier": {"type": "INVOLVED_RESOURCE", "value": {"arn": arn}}, "title": arn}


def _fits(event: dict[str, Any], key: str, condition: Parameters) -> bool:
    values = (condition.get("equals") or {}).get("stringValues") or []
    if key == "eventTime":
        return fits_time(event["eventTime"], condition)
    if key == "eventType":
        return event["eventType"] in values
    if key == "eventReference":
        named = [each for one in event.get("eventReferences", []) for each in one.values()]
        return any(one in values for one in named)
    raise NotEmulatedError(f"The filter {key} of timeline events is not emulated.")
