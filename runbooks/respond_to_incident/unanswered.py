"""Incidents for which no run began: their plan's start was refused, as when many come at once.

One start a second is taken (trap 4.5); whether Incident Manager tries again is UNVERIFIED. People
were called, and find no page: so Escalate starts the response for them.
"""

from __future__ import annotations

import time
from typing import Any

from runbooks.ledger import call

SETTLED = 120  # seconds in which a plan has started its run, or has not
STARTS = 60  # starts of one look: one a second, in a script of 600 seconds
RESPONSE = "containment-respond-to-incident"
STILL_OPEN = {"key": "status", "condition": {"equals": {"stringValues": ["OPEN"]}}}


def start_unanswered(home: str, answered: set[str]) -> None:
    """Start the response to each open incident of ours that no response has taken up."""
    for each in unanswered(home, answered)[:STARTS]:
        given = {"IncidentRecordArn": [each]}
        call("ssm", "start_automation_execution", home, DocumentName=RESPONSE, Parameters=given)
        time.sleep(1)


def unanswered(home: str, answered: set[str]) -> list[str]:
    """ARNs of open incidents by our plans that are old enough, the oldest first."""
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        answer = call("ssm-incidents", "list_incident_records", home, filters=[STILL_OPEN], **more)
        found += answer["incidentRecordSummaries"]
        if not answer.get("nextToken"):
            break
        more = {"nextToken": answer["nextToken"]}
    late = time.time() - SETTLED
    ours = [
        (each["creationTime"].timestamp(), str(each["arn"]))
        for each in found
        if ":incident-record/containment-" in each["arn"] and each["arn"] not in answered
    ]
    return [arn for began, arn in sorted(ours) if began < late]
