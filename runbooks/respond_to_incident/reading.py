"""Step 1, triage: which finding is this about, and is somebody at work on it already?"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call
from runbooks.respond_to_incident.findings import finding_of, mark_notified
from runbooks.respond_to_incident.items import open_item, write_item
from runbooks.respond_to_incident.messages import quoted, tell
from runbooks.respond_to_incident.oncall import stages_of
from runbooks.respond_to_incident.reporting import reached
from runbooks.respond_to_incident.verdicts import ledger_about

FINDING = (
    r"arn:aws[a-z-]*:guardduty:([a-z0-9-]+):([0-9]{12}):detector/[0-9A-Za-z]{1,64}"
    r"/finding/([0-9A-Za-z-]{1,64})"
)
MARK = "containment-thread:"
"""What an incident of our own making says, so that the run that its plan starts joins."""
CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-eusc": "console.amazonaws-eusc.eu",
}


def read_start(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Read what this run is about, and take it, or join who has.

    What cannot be read is told here: a later step would not know whom to tell.
    """
    case = case_of(event)
    try:
        read = read_case(event, case)
    except (ClientError, RuntimeError) as error:
        tell(case, "A response could not begin", [quoted(error, 500)], ["Respond by hand."])
        reached(case, "failed", f"triage_read: {error}")
        raise
    return {**read, "Case": case}


def case_of(event: dict[str, Any]) -> dict[str, str]:
    """What the start says, before anything is read; all values are text, as StringMap wants it."""
    people, run = event["People"], event["Run"]
    home, partition = people["HomeRegion"], people["Partition"]
    host = f"{home}.{CONSOLES[partition]}"
    unknown = ("finding_arn", "workflow", "title", "type", "severity", "sample", "attended")
    started = ("stage", "account", "region", "route", "resource", "team")
    return {
        **dict.fromkeys(unknown, ""),
        **{name: event[name.title()] for name in started},
        "finding_id": event["FindingId"],
        "member_run": event["RunId"],
        "incident": event["IncidentRecordArn"],
        "execution_id": run,
        "home": home,
        "partition": partition,
        "topic": people["Topic"],
        "log_group": people["LogGroup"],
        "backend": people["Backend"],
        "drill": "false",
        "thread": run,
        "run_url": f"https://{host}/systems-manager/automation/execution/{run}?region={home}",
    }


def read_case(event: dict[str, Any], case: dict[str, str]) -> dict[str, str]:
    """Complete the case, and say how it goes on: respond, joined or skipped."""
    people = event["People"]
    text = "\n".join([event["FindingArn"], *event["InvolvedResources"]])
    if case["incident"] and not re.search(FINDING, text):
        text = said_of_incident(case["incident"], case["home"])
    place_in(text, case)
    records = ledger_about(case, case["finding_id"]) if case["finding_id"] else []
    for each in records:
        if not case["finding_arn"]:
            place_in(str(each.get("finding_arn") or ""), case)
        for name in ("route", "resource"):
            case[name] = case[name] or str(each.get(name) or "")
        if each.get("drill") is True:
            case["drill"] = "true"
    if event["FindingArn"] and not (case["finding_arn"] or case["stage"]):
        return skipped(case, "it names no GuardDuty finding: posture engages nobody (trap 5.1)")
    if case["finding_arn"]:
        case |= finding_of(case)
        if case["sample"] == "true":
            case["drill"] = "true"
    choose_people(case, people)
    told = re.search(f"{MARK}([0-9A-Za-z-]+)", text)
    case["thread"] = told[1] if told else thread_of(case)
    if case["route"] in people["Quiet"] and not (case["stage"] or case["incident"]):
        return skipped(case, f"the route {case['route']} engages nobody")
    holder = open_item(case)
    if holder:
        return joined(case, holder)
    if case["sample"] == "true":
        way = "close"  # nothing is contained for a sample (trap 1.4)
    else:
        way = "follow" if case["finding_arn"] and case["contain"] else "manual"
    return {"Verdict": "respond", "Decision": way}


def place_in(text: str, case: dict[str, str]) -> None:
    """The finding that a text names; its ARN says where it is, whatever the start says.

    But a stage is the word of the account that reported it, about its own findings (trap 6.1).
    """
    named = re.search(FINDING, text)
    if named and not (case["stage"] and case["account"] not in ("", named[2])):
        case |= {"finding_arn": named[0], "finding_id": named[3]}
        case |= {"region": named[1], "account": named[2]}


def said_of_incident(incident: str, home: str) -> str:
    """What an incident's timeline says of the event that started it, which may come late.

    Its parts are read where the event has them: a title is whoever's, and may name other findings.
    Where AWS puts the event is UNVERIFIED, so at last a finding is looked for anywhere.
    """
    anywhere, of = "", {"incidentRecordArn": incident}
    for wait in (0, 5, 10):
        time.sleep(wait)
        for each in call("ssm-incidents", "list_timeline_events", home, **of)["eventSummaries"]:
            one = {**of, "eventId": each["eventId"]}
            data = call("ssm-incidents", "get_timeline_event", home, **one)["event"]["eventData"]
            anywhere += data.replace("\\", "").replace(MARK, "")
            try:
                raw = json.loads(json.loads(data)["rawData"])
                text = "\n".join([*raw.get("ours", []), *raw.get("resources", [])])
            except (AttributeError, KeyError, TypeError, ValueError):
                continue
            if re.search(f"{FINDING}|{MARK}", text):
                return text
    return anywhere


def choose_people(case: dict[str, str], people: dict[str, Any]) -> None:
    """Which team answers, in which order it is paged, and with which documents."""
    team = case["team"] or people["Routes"].get(case["route"], "")
    case["team"] = team if team in people["Teams"] else people["DefaultTeam"]
    answers = people["Teams"][case["team"]]
    case["plan"] = answers["Plan"]
    case["order"] = ";".join(",".join(names) for names in stages_of(answers, time.time()))
    documents = people["Documents"].get(people["Runbooks"].get(case["route"], ""), {})
    case |= {"contain": documents.get("Contain", ""), "release": documents.get("Release", "")}


def thread_of(case: dict[str, str]) -> str:
    """What this response is known by: its finding; a brake; else the incident that people began.

    A stage whose finding is not known is its account's: it must not stand for another's finding.
    """
    if case["stage"] == "braked":
        return f"brake-{case['account']}-{case['route']}"
    if case["stage"] and not case["finding_arn"]:
        return f"{case['account']}-{case['finding_id'] or case['execution_id']}"
    return case["finding_id"] or case["incident"].split("/")[-1] or case["execution_id"]


def skipped(case: dict[str, str], why: str) -> dict[str, str]:
    """Nobody is engaged, and it is said why."""
    reached(case, "skipped", why)
    return {"Verdict": "skipped", "Decision": ""}


def joined(case: dict[str, str], holder: dict[str, str]) -> dict[str, str]:
    """Another run responds. It gets the incident that this one was started with, if it has none.

    One that is about what is over, or has another incident, is closed: it would call people twice.
    """
    incident, summary = case["incident"], holder.get("page") or "see the chat"
    if incident and holder.get("incident") != incident:
        about = {"arn": incident, "summary": summary}
        missing: dict[str, str | None] = {"stage": "open", "incident": ""}
        if write_item(case, missing, incident=incident):
            reached({**case, "execution_id": holder["holder"]}, "engaged")
        else:
            about["status"] = "RESOLVED"
        call("ssm-incidents", "update_incident_record", case["home"], **about)
    mark_notified(case)
    reached(case, "joined", f"{holder['stage']} by run {holder['holder']}")
    return {"Verdict": "joined", "Decision": ""}
