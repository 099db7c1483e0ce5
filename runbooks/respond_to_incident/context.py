"""Still triage: the one page that a tired person needs, gathered once."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from runbooks.ledger import code_of
from runbooks.respond_to_incident.findings import in_guardduty
from runbooks.respond_to_incident.member import there
from runbooks.respond_to_incident.messages import gist_of, quoted
from runbooks.respond_to_incident.verdicts import ledger_about

OWNERS = ("owner", "team", "contact", "service")
"""Tags, in any case of letters, that say whose a resource is."""
SHOWN = 10  # calls and stages: a page is read at a glance


def gather(case: dict[str, str]) -> list[str]:
    """The page: what, whose, what happened there, what the pipeline did, what is near."""
    lines = gist_of(case)
    for source in (facts, whose, recent_calls, pipeline) if case["account"] else ():
        try:
            lines += source(case)
        except ClientError as error:  # a page with a hole is better than none, and says so
            lines.append(f"{source.__name__}: not readable, {code_of(error)}")
    return lines


def facts(case: dict[str, str]) -> list[str]:
    """How often it was seen, and since when, from GuardDuty itself."""
    seen = in_guardduty(case).get("Service", {}) if case["finding_arn"] else {}
    times = [f"{name}: {quoted(seen[name])}" for name in sorted(seen) if name.startswith("Event")]
    return [f"Severity {quoted(case['severity'])}, count {seen.get('Count', '?')}", *times]


def whose(case: dict[str, str]) -> list[str]:
    """What it is called and whose it is; where nobody says whose, that is said."""
    name = case["resource"].rpartition("/")[2]
    if not name.startswith("i-"):
        return []
    only = [{"Name": "instance-id", "Values": [name]}]
    found = there(case, "ec2", "describe_instances", Filters=only)["Reservations"]
    if not found:
        return ["The instance is gone"]
    [one] = found[0]["Instances"]
    said = [tag for tag in one.get("Tags", []) if tag["Value"].strip()]
    tags = {tag["Key"].lower(): quoted(tag["Value"]) for tag in said}
    owned = ", ".join(f"{key} {tags[key]}" for key in OWNERS if key in tags)
    case["owned"] = "yes" if owned else "no"  # told when it closes: an analysis wants to know
    owned = owned or f"no owner tag: the team {case['team']} answers"
    return [f"It is {one['State']['Name']}, named {tags.get('name', '-')}; {owned}"]


def recent_calls(case: dict[str, str]) -> list[str]:
    """Who called what about the resource in the last day, the latest first."""
    name = case["resource"].rpartition("/")[2]
    asked = [{"AttributeKey": "ResourceName", "AttributeValue": name}]
    if not name:
        return []
    found = there(
        case,
        "cloudtrail",
        "lookup_events",
        LookupAttributes=asked,
        StartTime=datetime.fromtimestamp(time.time() - 86_400, UTC),
        EndTime=datetime.now(UTC),
        MaxResults=SHOWN,
    )["Events"]
    return [
        f"{each['EventTime'].isoformat()[:19]} {quoted(each['EventName'], 40)} by "
        f"{quoted(each.get('Username', '-'), 40)}"
        for each in found
    ]


def pipeline(case: dict[str, str]) -> list[str]:
    """What the pipeline did about the finding, and what else is contained in the account."""
    did, others = [], {}
    for each in ledger_about(case, case["account"]):
        if each.get("finding_id") == case["finding_id"]:
            why = f" ({quoted(each['why'], 120)})" if each.get("why") else ""
            did.append(f"{each['at'][11:19]} {each['stage']}{why}")
        elif each["stage"] in ("contained", "released"):
            others[each.get("resource")] = each["stage"]
    near = [quoted(name, 120) for name in others if others[name] == "contained"][:SHOWN]
    run = quoted(case["member_run"] or "-")
    lines = [f"The pipeline, run {run}: {'; '.join(did[-SHOWN:]) or 'nothing yet'}"]
    return [*lines, f"Contained near it: {', '.join(near)}"] if near else lines
