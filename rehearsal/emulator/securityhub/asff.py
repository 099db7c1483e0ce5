"""A GuardDuty finding as Security Hub has it: the AWS Security Finding Format.

(AWS docs: securityhub-integration, "Typical finding"; botocore: securityhub model.)
"""

from __future__ import annotations

from typing import Any

from rehearsal.emulator.securityhub.asff_resources import resources
from rehearsal.emulator.securityhub.finding_types import asff_type
from rehearsal.emulator.securityhub.product_fields import flattened

Finding = dict[str, Any]

SCHEMA = "2018-10-08"
NORMALIZED = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}
"""What a label means as a number, where only it is given (botocore: securityhub model)."""


def of_guardduty(finding: Finding) -> Finding:
    """A finding in EventBridge's camel case, in Security Hub's format."""
    region, service = finding["region"], finding["service"]
    detector, _, identifier = finding["arn"].rpartition("/finding/")
    product = f"arn:aws:securityhub:{region}::product/aws/guardduty"
    types = [asff_type(finding["type"])]
    number = finding.get("severity") or 0
    label = label_of(number)
    own = {"Label": label, "Original": str(number)}
    created = finding.get("createdAt") or service.get("eventFirstSeen")
    return {
        "SchemaVersion": SCHEMA,
        "Id": finding["arn"],
        "ProductArn": product,
        "ProductName": "GuardDuty",
        "CompanyName": "Amazon",
        "Region": region,
        "GeneratorId": detector,
        "AwsAccountId": finding["accountId"],
        "Types": types,
        "FirstObservedAt": service.get("eventFirstSeen"),
        "LastObservedAt": service.get("eventLastSeen"),
        "CreatedAt": created,
        "UpdatedAt": finding.get("updatedAt") or created,
        "Severity": {"Product": number, "Normalized": NORMALIZED[label], **own},
        "Title": (finding.get("title") or finding["type"])[:256],
        "Description": (finding.get("description") or finding["type"])[:1024],
        "SourceUrl": f"https://{region}.console.aws.amazon.com/guardduty/home?region={region}"
        f"#/findings?macros=current&fId={identifier}",
        "ProductFields": {
            **flattened(service, "aws/guardduty/service"),
            "aws/securityhub/FindingId": f"{product}/{finding['arn']}",
            "aws/securityhub/ProductName": "GuardDuty",
            "aws/securityhub/CompanyName": "Amazon",
        },
        "Resources": resources(finding),
        "WorkflowState": "NEW",
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "FindingProviderFields": {"Severity": own, "Types": types},
        **({"Sample": True} if is_sample(finding) else {}),
    }


def is_sample(finding: Finding) -> bool:
    """Whether GuardDuty made a finding up (trap 1.4)."""
    additional = finding["service"].get("additionalInfo")
    return isinstance(additional, dict) and additional.get("sample") is True


def label_of(severity: float) -> str:
    """GuardDuty's number as a word (AWS docs: guardduty_findings-severity)."""
    for least, label in ((9, "CRITICAL"), (7, "HIGH"), (4, "MEDIUM")):
        if severity >= least:
            return label
    return "LOW"


def completed(severity: dict[str, Any]) -> dict[str, Any]:
    """A severity with its label and its number, of which one may be missing."""
    given = {key: value for key, value in severity.items() if value is not None}
    if "Label" in given:
        return {"Normalized": NORMALIZED[given["Label"]], **given}
    if "Normalized" in given:
        fitting = [word for word, least in NORMALIZED.items() if given["Normalized"] >= least]
        return {**given, "Label": fitting[-1]}
    return given
