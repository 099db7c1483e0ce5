"""Still triage: people are engaged, by the incident or the OpsItem, and the finding is marked."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call, code_of
from runbooks.respond_to_incident.context import gather
from runbooks.respond_to_incident.findings import mark_notified
from runbooks.respond_to_incident.items import incident_of, write_item
from runbooks.respond_to_incident.messages import HAND, gist_of, quoted, tell
from runbooks.respond_to_incident.reporting import reached


def open_response(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Engage people, then tell them all that there is.

    First the item says what was engaged, then the finding is marked: if this run dies in between,
    people are engaged twice rather than never.
    """
    case = event["Case"]
    to = case["order"].split(";")[0]
    engage(case, to)
    if case["incident"]:
        write_item(case, incident=case["incident"], paged="1", paged_at=str(int(time.time())))
        reached(case, "engaged")
        reached(case, "paged", who=to)
        mark_notified(case)
    lines = gather(case)
    steps = [HAND] if event["Decision"] == "manual" else ["Read on in this thread."]
    tell(case, quoted(case["type"] or "Incident"), lines, steps)
    keep_page(case, "\n".join([*lines, case["run_url"]]).replace("`", "")[:2000])
    return {}


def engage(case: dict[str, str], to: str) -> None:
    """Open the incident or the OpsItem. What Security Hub is about to do, Escalate looks after."""
    if case["backend"] == "ops-center":
        case["incident"] = case["incident"] or ops_item(case)
        page(case, to)
        return
    # Security Hub starts the plan for what is new to it; nobody does it for anything else.
    is_coming = case["finding_arn"] and case["workflow"] in ("", "NEW")
    if not case["incident"] and (case["stage"] == "braked" or not is_coming):
        case["incident"] = start_incident(case)


def keep_page(case: dict[str, str], text: str) -> None:
    """The page with the incident, and for an incident that is begun later."""
    write_item(case, page=text, owned=case.get("owned", ""))
    incident = incident_of(case)
    if incident.startswith("arn:"):
        about = {"arn": incident, "summary": text}
        call("ssm-incidents", "update_incident_record", case["home"], **about)
    elif incident:
        call("ssm", "update_ops_item", case["home"], OpsItemId=incident, Description=text)


def page(case: dict[str, str], to: str) -> None:
    """Wake somebody: what it is, where, and how to take it up."""
    kind = quoted(case["type"] or case["stage"] or "incident")
    lines = [f"Paged: {quoted(to)} of the team {quoted(case['team'])}", *gist_of(case)]
    steps = ["Acknowledge, or the next one is paged; then follow the thread."]
    tell(case, f"Page: {kind}", lines, steps, to, OpsItem=case["incident"])


def ops_item(case: dict[str, str]) -> str:
    """The OpsItem of this response, made or found.

    While one of this deduplication string is open AWS makes no second one, and answers with its id
    (trap 5.9; botocore: ssm model).
    """
    data = {"/aws/dedup": json.dumps({"dedupString": case["thread"]})}
    if case["resource"].startswith("arn:"):
        data["/aws/resources"] = json.dumps([{"arn": case["resource"]}])
    kind = "SearchableString"
    try:
        made = call(
            "ssm",
            "create_ops_item",
            case["home"],
            Title=f"Containment: {case['type'] or case['thread']}",
            Description="\n".join([*gist_of(case), case["run_url"]]),
            Source="containment",
            Severity="1",
            Category="Security",
            OperationalData={key: {"Type": kind, "Value": data[key]} for key in data},
        )
        return str(made["OpsItemId"])
    except ClientError as error:
        there_is = re.search("oi-[0-9a-f]+", str(error.response))
        if code_of(error) != "OpsItemAlreadyExistsException" or not there_is:
            raise
        return there_is[0]


def start_incident(case: dict[str, str]) -> str:
    """An incident by the team's plan, once for a run (client token).

    Its raw data names the response, so that the run that the plan starts joins it.
    """
    ours = [f"containment-thread:{case['thread']}", case["finding_arn"]]
    answer = call(
        "ssm-incidents",
        "start_incident",
        case["home"],
        clientToken=f"{case['thread']}-{case['execution_id']}"[:128],
        responsePlanArn=case["plan"],
        title=f"{case['stage'] or 'finding'}: {case['type'] or case['thread']}"[:200],
        triggerDetails={
            "source": "containment.response",
            "timestamp": int(time.time()),
            "rawData": json.dumps({"ours": ours}),
        },
    )
    return str(answer["incidentRecordArn"])
