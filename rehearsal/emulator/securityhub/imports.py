"""What BatchImportFindings takes: findings in ASFF, of the account's own product.

(AWS docs: finding-update-batchimportfindings; botocore: securityhub model.) The codes are AWS's as
far as they are known, the sentences ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rehearsal.emulator.securityhub.asff import NORMALIZED, SCHEMA, completed
from rehearsal.emulator.wire import Caller

Finding = dict[str, Any]

LARGEST = 240 * 1024
LONGEST = {"Id": 512, "ProductArn": 2048, "GeneratorId": 512, "Title": 256, "Description": 1024}
REQUIRED = (*LONGEST, "SchemaVersion", "AwsAccountId", "CreatedAt", "UpdatedAt", "Resources")
NAMESPACES = (
    "Software and Configuration Checks",
    "TTPs",
    "Effects",
    "Unusual Behaviors",
    "Sensitive Data Identifications",
)


def own_product(caller: Caller) -> str:
    """The product that every account has for findings of its own."""
    return caller.arn("securityhub", f"product/{caller.account}/default")


def complaint(caller: Caller, finding: Finding) -> tuple[str, str] | None:
    """Code and sentence for what is wrong with a finding; None if it may be imported."""
    if len(json.dumps(finding, default=str).encode()) > LARGEST:
        return "InvalidInput", f"Finding size exceeded {LARGEST // 1024} KB"
    if missing := [name for name in REQUIRED if not finding.get(name)]:
        return "InvalidInput", f"Finding does not adhere to ASFF: {missing[0]} is required"
    if finding["ProductArn"] != own_product(caller) or finding["AwsAccountId"] != caller.account:
        return "InvalidAccess", "Only the account's own product may import its findings"
    if wrong := next(_wrong(finding), None):
        return "InvalidInput", f"Finding does not adhere to ASFF: {wrong}"
    return None


def _wrong(finding: Finding) -> Iterator[str]:
    if finding["SchemaVersion"] != SCHEMA:
        yield f"SchemaVersion is {SCHEMA}"
    for name, longest in LONGEST.items():
        if len(finding[name]) > longest:
            yield f"{name} has at most {longest} characters"
    for name in ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"):
        if finding.get(name) and not _is_moment(finding[name]):
            yield f"{name} is no timestamp"
    resources = finding["Resources"]
    if len(resources) > 32 or not all(one.get("Type") and one.get("Id") for one in resources):
        yield "Resources are 1 to 32, each with Type and Id"
    severity = _severity(finding)
    if severity.get("Label") not in NORMALIZED and severity.get("Normalized") is None:
        yield "Severity needs a Label"
    types = _provider(finding).get("Types") or finding.get("Types") or ()
    if not types or any(one.split("/")[0] not in NAMESPACES for one in types):
        yield "Types are namespace/category/classifier"


def as_taken(caller: Caller, finding: Finding) -> Finding:
    """A finding without complaint, with what Security Hub fills in."""
    given = {key: value for key, value in finding.items() if value is not None}
    severity = completed(_severity(finding))
    types = _provider(finding).get("Types") or finding.get("Types")
    return {
        "RecordState": "ACTIVE",
        "WorkflowState": "NEW",
        "Workflow": {"Status": "NEW"},
        "ProductName": "Default",
        "CompanyName": "Personal",
        **given,
        "Region": caller.region,
        "Severity": severity,
        "Types": types,
        "FindingProviderFields": {
            "Severity": {"Label": severity["Label"]},
            "Types": types,
            **_provider(finding),
        },
        "ProductFields": {
            **(given.get("ProductFields") or {}),
            "aws/securityhub/FindingId": f"{finding['ProductArn']}/{finding['Id']}",
            "aws/securityhub/ProductName": given.get("ProductName") or "Default",
            "aws/securityhub/CompanyName": given.get("CompanyName") or "Personal",
        },
    }


def _provider(finding: Finding) -> Finding:
    given: Finding = finding.get("FindingProviderFields") or {}
    return {key: value for key, value in given.items() if value is not None}


def _severity(finding: Finding) -> Finding:
    return {**(finding.get("Severity") or {}), **(_provider(finding).get("Severity") or {})}


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
