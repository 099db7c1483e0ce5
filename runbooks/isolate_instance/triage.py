"""Step 1, triage: may and must this instance be isolated, and how is it now?"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from runbooks.evidence import exemption_for
from runbooks.ledger import call, code_of, record

TRANSITIONAL = "containment-transitional-"
QUARANTINE = "containment-quarantine-"
OURS = "isolate_instance"
DRILL = "containment:drill"
"""The tag of a drill's instances, which GuardDuty's finding has as it was when it was raised."""


def read_finding(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Read the finding by id, in this account: an event says which one, never what (trap 1.7).

    What cannot be read is told here: a later step would not know which finding it was.
    """
    case = {
        "runbook": OURS,
        "action": "Contain",
        "route": event["Route"],
        "finding_id": event["FindingArn"].split("/")[-1],
        "finding_arn": event["FindingArn"],
        "event_time": event["EventTime"],
        "execution_id": event["Run"],
        "dry_run": event["DryRun"],
        "drill": "false",
        "resource": "",
        "instance_id": "",
    }
    try:
        return {"Verdict": verdict(event, case), "Case": case}
    except (ClientError, RuntimeError) as error:
        record(case, "failed", f"triage_read_finding: {error}")
        raise


def verdict(event: dict[str, Any], case: dict[str, str]) -> str:
    """What the finding says, into the case; and what is to be done about it."""
    stack = event["Stack"]
    _, partition, _, region, account, path = event["FindingArn"].split(":", 5)
    finding: dict[str, Any] = {}
    if (account, region) == (stack["AccountId"], event["Region"]):
        finding = finding_by_id(path.split("/")[1], case["finding_id"])
    if finding:
        service = finding["Service"]
        details = finding["Resource"].get("InstanceDetails", {})
        instance, profile = details.get("InstanceId", ""), details.get("IamInstanceProfile", {})
        case |= {
            "finding_type": finding["Type"],
            "severity": str(finding["Severity"]),
            "first_seen": service.get("EventFirstSeen") or finding["CreatedAt"],
            "last_seen": service.get("EventLastSeen") or finding["UpdatedAt"],
            "updated_at": finding["UpdatedAt"],
            "count": str(service.get("Count", 1)),
            "instance_id": instance,
            "resource": f"arn:{partition}:ec2:{region}:{account}:instance/{instance}",
            "profile": f"{profile.get('Arn', '')} {profile.get('Id', '')}".strip(),
            "drill": str(any(tag["Key"] == DRILL for tag in details.get("Tags", []))).lower(),
        }
    record(case, "received")
    refusal = refused(finding, case, event)
    if refusal:
        record(case, "skipped", refusal)
        return "skip"
    if case["dry_run"] == "true":
        would = {each["Id"]: each["Groups"] for each in interfaces_of(case["instance_id"])}
        record(case, "skipped", f"dry run: would quarantine {would}")
        return "skip"
    if event["Mode"] == "approval":
        record(case, "approval-wanted", "the route asks a person before an instance is isolated")
        return "ask"
    return "contain"


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
    checks = [
        (finding["AccountId"] != account, f"it is about account {finding['AccountId']}"),
        (bool(service.get("Archived")), "it is archived"),
        (bool(sample), "it is a sample"),
        (not answered, f"{finding['Type']} is not answered by the route {case['route']}"),
        (not case["instance_id"].startswith("i-"), "it names no instance"),
    ]
    refusal = next((reason for holds, reason in checks if holds), "")
    exempt = "" if refusal else exemption_for(case["resource"], event["Stack"])
    return refusal or (f"exempt ({exempt})" if exempt else "")


def interfaces_of(instance_id: str) -> list[dict[str, Any]]:
    """Every interface that carries its traffic now, in whichever VPC, with its groups (trap 2.3).

    A trunk's branches are not attached to the instance, and obey their own groups (trap 2.15).
    """
    attached = [{"Name": "attachment.instance-id", "Values": [instance_id]}]
    found = call("ec2", "describe_network_interfaces", Filters=attached)["NetworkInterfaces"]
    trunks = [each["NetworkInterfaceId"] for each in found if each["InterfaceType"] == "trunk"]
    found += [branch for _, branch in branches_of(trunks)]
    return [
        {
            "Id": each["NetworkInterfaceId"],
            "Vpc": each["VpcId"],
            "Groups": sorted(group["GroupId"] for group in each["Groups"]),
            "Names": sorted(group["GroupName"] for group in each["Groups"]),
        }
        for each in found
    ]


def branches_of(trunks: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Every branch of these trunks, with its trunk: pods have them (trap 2.15).

    No filter asks for a trunk (botocore: ec2), so all associations are read, page by page.
    """
    of: dict[str, str] = {}
    more: dict[str, str] = {}
    while trunks:
        answer = call("ec2", "describe_trunk_interface_associations", None, **more)
        for each in answer["InterfaceAssociations"]:
            if each["TrunkInterfaceId"] in trunks:
                of[each["BranchInterfaceId"]] = each["TrunkInterfaceId"]
        if not answer.get("NextToken"):
            break
        more = {"NextToken": answer["NextToken"]}
    if not of:
        return []
    branches = call("ec2", "describe_network_interfaces", NetworkInterfaceIds=sorted(of))
    return [(of[each["NetworkInterfaceId"]], each) for each in branches["NetworkInterfaces"]]
