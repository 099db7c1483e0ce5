"""Step 1, triage: may and must this instance be isolated, and how is it now?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call, code_of, record
from runbooks.state import brakes_on, engage_brake, state_of, take, within_cap, write_state

TRANSITIONAL = "containment-transitional-"
QUARANTINE = "containment-quarantine-"
OURS = "isolate_instance"


def read_finding(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Read the finding by id, in this account: an event says which one, never what (trap 1.7)."""
    stack = event["Stack"]
    _, partition, _, region, account, path = event["FindingArn"].split(":", 5)
    _, detector, _, finding_id = path.split("/")
    case = {
        "runbook": OURS,
        "action": "Contain",
        "route": event["Route"],
        "finding_id": finding_id,
        "finding_arn": event["FindingArn"],
        "event_time": event["EventTime"],
        "execution_id": event["Run"],
        "dry_run": event["DryRun"],
        "drill": "false",
        "resource": "",
        "instance_id": "",
    }
    finding: dict[str, Any] = {}
    if (account, region) == (stack["AccountId"], event["Region"]):
        finding = finding_by_id(detector, finding_id)
    if finding:
        service = finding["Service"]
        instance = finding["Resource"].get("InstanceDetails", {}).get("InstanceId", "")
        case |= {
            "finding_type": finding["Type"],
            "severity": str(finding["Severity"]),
            "first_seen": service.get("EventFirstSeen") or finding["CreatedAt"],
            "last_seen": service.get("EventLastSeen") or finding["UpdatedAt"],
            "updated_at": finding["UpdatedAt"],
            "count": str(service.get("Count", 1)),
            "instance_id": instance,
            "resource": f"arn:{partition}:ec2:{region}:{account}:instance/{instance}",
        }
    record(case, "received")
    refusal = refused(finding, case, event)
    if refusal:
        record(case, "skipped", refusal)
        return {"Verdict": "skip", "Case": case}
    if case["dry_run"] == "true":
        would = {each["Id"]: each["Groups"] for each in interfaces_of(case["instance_id"])}
        record(case, "skipped", f"dry run: would quarantine {would}")
        return {"Verdict": "skip", "Case": case}
    if event["Mode"] == "approval":
        record(case, "approval-wanted", "the route asks a person before an instance is isolated")
        return {"Verdict": "ask", "Case": case}
    return {"Verdict": "contain", "Case": case}


def finding_by_id(detector: str, finding_id: str) -> dict[str, Any]:
    """The finding as GuardDuty has it; empty where this account's detector knows none."""
    try:
        answer = call("guardduty", "get_findings", DetectorId=detector, FindingIds=[finding_id])
    except ClientError as error:
        if code_of(error) != "BadRequestException":  # a detector of somebody else
            raise
        return {}
    found: list[dict[str, Any]] = answer["Findings"]
    return found[0] if found else {}


def refused(finding: dict[str, Any], case: dict[str, Any], event: dict[str, Any]) -> str:
    """Why this finding must not be answered by this route; empty when it may be."""
    if not finding:
        return "this account and region have no such finding"
    service, account = finding["Service"], event["Stack"]["AccountId"]
    sample = json.loads(service.get("AdditionalInfo", {}).get("Value") or "{}").get("sample")
    answered = any(
        finding["Type"].startswith(tuple(match["Types"]))
        and match["Role"] in ("", service.get("ResourceRole"))
        for match in event["Routes"].get(case["route"], [])
    )
    today = datetime.now(UTC).date().isoformat()
    exempt = [
        f"{exemption['Owner']}, until {exemption['Expires']}: {exemption['Reason']}"
        for exemption in event["Exemptions"]
        if fnmatchcase(case["resource"], exemption["Resource"]) and today <= exemption["Expires"]
    ]
    checks = [
        (finding["AccountId"] != account, f"it is about account {finding['AccountId']}"),
        (bool(service.get("Archived")), "it is archived"),
        (bool(sample), "it is a sample"),
        (not answered, f"{finding['Type']} is not answered by the route {case['route']}"),
        (not case["instance_id"].startswith("i-"), "it names no instance"),
        (bool(exempt), f"exempt ({'; '.join(exempt)})"),
    ]
    return next((reason for holds, reason in checks if holds), "")


def take_lock(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lock the resource; heed the brakes; count against the route's cap. A second finding joins.

    What is over the cap engages the brake of this route alone: a cheap attack must not switch off
    the answer to a grave one (trap 4.2).
    """
    case, stack = event["Case"], event["Stack"]
    why_not, _ = take(case, stack["HomeRegion"])
    if why_not:
        record(case, "joined", why_not)
        return {"Lock": "joined", "Case": case}
    braked = brakes_on(case, stack["HomeRegion"])
    cap = event["Caps"].get(case["route"])
    if not braked and cap is not None and not within_cap(case, stack["HomeRegion"], cap):
        braked = f"over the cap of {cap} an hour for {case['route']}"
        engage_brake(case, stack["HomeRegion"], f"{braked}, run {case['execution_id']}")
        record(case, "braked", braked)
    if braked:
        write_state(case, stack["HomeRegion"], stage="braked")
        record(case, "skipped", braked)
        return {"Lock": "braked", "Case": case}
    return {"Lock": "held", "Case": case}


def save_prior_state(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Assert that the instance is this account's and there; save its groups before any change."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    try:
        answer = call("ec2", "describe_instances", InstanceIds=[case["instance_id"]])
        reservations = answer["Reservations"]
    except ClientError as error:
        if code_of(error) != "InvalidInstanceID.NotFound":
            raise
        reservations = []
    owned = [each for each in reservations if each["OwnerId"] == event["Stack"]["AccountId"]]
    instance = owned[0]["Instances"][0] if owned else {"State": {"Name": "unknown here"}}
    if instance["State"]["Name"] in ("unknown here", "terminated", "shutting-down"):
        write_state(case, home, stage="gone")
        record(case, "skipped", f"the instance is {instance['State']['Name']}: nothing to isolate")
        return {"Verdict": "gone", "Case": case, "Interfaces": []}
    drill = any(tag["Key"] == "containment:drill" for tag in instance.get("Tags", []))
    case["drill"] = str(drill).lower()
    known = json.loads(state_of(case, home).get("prior", "{}"))
    interfaces = interfaces_of(case["instance_id"])
    prior, listed = {}, []
    for each in interfaces:
        # A run that died halfway left our own group there: what it had saved is the prior state.
        moved = any(name.startswith((TRANSITIONAL, QUARANTINE)) for name in each["Names"])
        closed = all(name.startswith(QUARANTINE) for name in each["Names"])
        listed.append({"Id": each["Id"], "Vpc": each["Vpc"], "Quarantined": str(closed).lower()})
        prior[each["Id"]] = known.get(each["Id"], each["Groups"]) if moved else each["Groups"]
    kept = {name: case[name] for name in ("route", "drill", "finding_id")}
    write_state(case, home, prior=json.dumps(prior), **kept)
    return {
        "Verdict": "there",
        "Case": case,
        "Interfaces": listed,
    }


def interfaces_of(instance_id: str) -> list[dict[str, Any]]:
    """Every interface that is attached now, in whichever VPC, with its groups (trap 2.3)."""
    attached = [{"Name": "attachment.instance-id", "Values": [instance_id]}]
    answer = call("ec2", "describe_network_interfaces", Filters=attached)
    return [
        {
            "Id": each["NetworkInterfaceId"],
            "Vpc": each["VpcId"],
            "Groups": sorted(group["GroupId"] for group in each["Groups"]),
            "Names": sorted(group["GroupName"] for group in each["Groups"]),
        }
        for each in answer["NetworkInterfaces"]
    ]
