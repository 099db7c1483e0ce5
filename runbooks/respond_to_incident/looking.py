"""Still mitigation: a look whether anything is left to do, before a person is asked to look.

Two ends are settled. GuardDuty's administrator has archived the finding, which no member can (trap
1.15). Or the instance has ended, by somebody whom CloudTrail names and who is no machine, and had
no role whose keys go on without it. The whole team is told, with who did it: an attacker who ends
what he has used must not do so unseen. Whoever stopped an instance can start it again, so that is
for people, as is whatever cannot be read.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from runbooks.respond_to_incident.context import calls_about, instance_of, owned
from runbooks.respond_to_incident.findings import in_guardduty
from runbooks.respond_to_incident.messages import HAND, quoted, tell
from runbooks.respond_to_incident.reporting import reached

DEEDS = {
    "shutting-down": "TerminateInstances",
    "terminated": "TerminateInstances",
    "stopping": "StopInstances",
    "stopped": "StopInstances",
}
"""By what call an instance comes into such a state."""


def look(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Settle what needs nobody, else say what there is to see. ``Next``: settled or by-hand.

    What cannot be read is answered and not raised: a script that fails ends the response.
    """
    case, to = event["Case"], ""
    try:
        settled, why, lines = what_is_left(case)
    except (BotoCoreError, ClientError) as error:
        settled, why, lines = "", f"not readable: {error}", []
    title, steps = "By hand: what a look found", [HAND]
    if settled:
        reached(case, "answered", why, outcome=settled)
        title, steps, to = f"Settled, no turn of yours: {settled}", [], case["order"].split(";")[-1]
    tell(case, title, [quoted(case["resource"] or "-", 120), *lines, quoted(why, 400)], steps, to)
    return {"Next": "settled" if settled else "by-hand"}


def what_is_left(case: dict[str, str]) -> tuple[str, str, list[str]]:
    """What settles it, or empty; why; and a line about the instance, if it is about one.

    A brake, a breach or a failed run is more than its instance: nothing settles it but people.
    """
    asked_for = case["finding_arn"] and case["stage"] in ("", "approval-wanted")
    finding = in_guardduty(case) if asked_for else {}
    if not finding:
        return "", "nothing that a look can settle", []
    if finding["Service"].get("Archived") is True:
        return "archived", "archived in GuardDuty, as only its administrator can", []
    resource = finding["Resource"]
    details = resource.get("InstanceDetails", {})
    if resource["ResourceType"] != "Instance" or "InstanceId" not in details:
        return "", f"it is about a resource of the type {resource['ResourceType']}", []
    name = details["InstanceId"]
    instance = instance_of(case, name)
    state = instance.get("State", {}).get("Name", "terminated")
    role = "IamInstanceProfile" in {**details, **instance}
    return *judged(state, calls_about(case, name), role=role), owned(case, instance)


def judged(state: str, calls: list[dict[str, Any]], *, role: bool) -> tuple[str, str]:
    """What settles an instance in a state, or empty; and why, with the last who did it.

    A refused call did nothing; what machines call, whoever holds their keys does. CloudTrail has a
    call after minutes only. (AWS docs: cloudtrail-event-reference-record-contents.)
    """
    deed, who = DEEDS.get(state, ""), ""
    said = "nobody is known to have touched it in a day"
    for event in (json.loads(each["CloudTrailEvent"]) for each in calls):
        if deed in ("", event["eventName"]) and "errorCode" not in event:
            identity = event["userIdentity"]
            who = identity.get("arn") or identity.get("invokedBy") or ""
            said = f"{event['eventName']} by {who or '-'} at {event['eventTime']}"
            break
    if deed != "TerminateInstances":
        return "", f"it is {state}; {said}"
    if not who or who.split("/")[-1].startswith("i-"):
        return "", f"gone, by nobody who could be asked: {said}"
    if role:
        return "", f"gone, but its role's keys go on for hours: {said}"
    return "gone", f"gone, and it had no role: {said}"
