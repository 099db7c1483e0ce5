"""The finding, as Security Hub has it here, or else as GuardDuty has it in the member."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call
from runbooks.respond_to_incident.member import there

ATTENDED = "containment:drill-attended"
"""Tag of what a drill attacks whose end people see to, as they would in earnest."""


def finding_of(case: dict[str, str]) -> dict[str, str]:
    """What people have to know of it, and ``workflow``, which is empty unless the hub has it.

    A hub that cannot be read must not keep people from being engaged: GuardDuty is asked, too.
    """
    wanted = [{"Value": case["finding_arn"], "Comparison": "EQUALS"}]
    try:
        found = call("securityhub", "get_findings", case["home"], Filters={"Id": wanted})
        hub = [each for each in found["Findings"] if "/aws/guardduty" in each["ProductArn"]]
    except ClientError:
        hub = []
    return of_hub(hub[0]) if hub else of_guardduty(in_guardduty(case), case)


def in_guardduty(case: dict[str, str]) -> dict[str, Any]:
    """The finding in its own account and region; empty where it cannot be had."""
    detector = case["finding_arn"].split("/")[1]
    asked = {"DetectorId": detector, "FindingIds": [case["finding_id"]]}
    try:
        found: list[dict[str, Any]] = there(case, "guardduty", "get_findings", **asked)["Findings"]
    except ClientError:  # no such detector, or no responder there: people are engaged all the same
        found = []
    return found[0] if found else {}


def of_hub(hub: dict[str, Any]) -> dict[str, str]:
    """ASFF. Its type has a dash where GuardDuty's has a slash (UNVERIFIED where names have one)."""
    return {
        "workflow": hub.get("Workflow", {}).get("Status", "NEW"),
        "product": hub["ProductArn"],
        "title": hub["Title"],
        "type": (hub.get("Types") or ["/"])[0].split("/")[-1].replace("-", "/", 1),
        "severity": hub.get("Severity", {}).get("Label", ""),
        "resource": next((each["Id"] for each in hub["Resources"]), ""),
        "sample": str(hub.get("Sample") is True).lower(),
        "attended": str(any(ATTENDED in each.get("Tags", {}) for each in hub["Resources"])).lower(),
    }


def of_guardduty(found: dict[str, Any], case: dict[str, str]) -> dict[str, str]:
    """GuardDuty's own answer; a sample says so in ``AdditionalInfo`` only (trap 1.4)."""
    if not found:
        return {}
    more = found["Service"].get("AdditionalInfo", {}).get("Value") or "{}"
    details = found["Resource"].get("InstanceDetails", {})
    instance, tags = details.get("InstanceId", ""), details.get("Tags", [])
    place = f"arn:{case['partition']}:ec2:{case['region']}:{case['account']}"
    return {
        "title": found["Title"],
        "type": found["Type"],
        "severity": str(found["Severity"]),
        "resource": f"{place}:instance/{instance}" if instance else case["resource"],
        "sample": str(bool(json.loads(more).get("sample"))).lower(),
        "attended": str(any(tag.get("Key") == ATTENDED for tag in tags)).lower(),
    }


def mark_notified(case: dict[str, str]) -> None:
    """People are engaged: updates of the finding must not engage them again (trap 5.7).

    Raises RuntimeError where it fails inside a success (trap 4.3).
    """
    if case["workflow"] == "NEW":
        answer = call(
            "securityhub",
            "batch_update_findings",
            case["home"],
            FindingIdentifiers=[{"Id": case["finding_arn"], "ProductArn": case["product"]}],
            Workflow={"Status": "NOTIFIED"},
        )
        if answer["UnprocessedFindings"]:
            raise RuntimeError(f"not marked as notified: {answer['UnprocessedFindings']}")
