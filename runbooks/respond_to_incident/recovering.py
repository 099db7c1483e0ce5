"""Step 3, recovery: release what a person lets go, close; or say what went wrong."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call
from runbooks.respond_to_incident.items import incident_of, item_now, write_item
from runbooks.respond_to_incident.member import start_there
from runbooks.respond_to_incident.messages import quoted, tell
from runbooks.respond_to_incident.reporting import decided, reached, report_steps
from runbooks.respond_to_incident.verdicts import awaited


def close(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Release what a person lets go, and close the response; what comes later is a new one.

    If a step failed, it stays open: the whole team is told, and the run fails.
    """
    case, asked = event["Case"], decided(event["Case"])
    why = report_steps(case)
    if not why and (asked["Step"], asked["Status"]) == ("recover_offer", "Success"):
        why = release(case, asked["Who"])
    if why:
        to = case["order"].split(";")[-1]
        steps = ["Go on by hand: the incident is still open. Or start the document again."]
        tell(case, "The response failed", [quoted(why, 600)], steps, to)
        reached(case, "failed", why)
        write_item(case, told=case["execution_id"])
        raise RuntimeError(why)
    incident = incident_of(case)
    if incident.startswith("arn:"):
        closed = {"arn": incident, "status": "RESOLVED"}
        call("ssm-incidents", "update_incident_record", case["home"], **closed)
    elif incident:
        call("ssm", "update_ops_item", case["home"], OpsItemId=incident, Status="Resolved")
    reached(case, "closed", incident=incident, owned=item_now(case).get("owned", ""))
    write_item(case, stage="closed", closed_at=str(int(time.time())))
    return {}


def release(case: dict[str, str], who: str) -> str:
    """Start the member's Release; it undoes only what is as it was left. Why not, or empty."""
    try:
        run = start_there(case, case["release"], Resource=case["resource"])
    except ClientError as error:
        return f"the release did not start: {error}"
    found = awaited(case, run, wait=True)
    if found["outcome"] != "released":
        return f"not released: {found['outcome']} {found['why']}"
    lines = [f"{quoted(case['resource'], 120)}, approved by {quoted(who, 120)}"]
    tell(case, "Released", lines, [])
    return ""
