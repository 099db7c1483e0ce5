"""A GuardDuty finding as the V2 hub sends it: OCSF's detection finding.

(The envelope from AWS docs: securityhub-v2-cwe-event-formats; the body from Sumo Logic's
documentation and OCSF's schema, third party.)
"""

from __future__ import annotations

import hashlib
from typing import Any

DETECTION_FINDING = 2004
SEVERITIES = {
    "LOW": ("Low", 2),
    "MEDIUM": ("Medium", 3),
    "HIGH": ("High", 4),
    "CRITICAL": ("Critical", 5),
}
KINDS = {
    "AwsEc2Instance": "AWS::EC2::Instance",
    "AwsIamAccessKey": "AWS::IAM::AccessKey",
    "AwsS3Bucket": "AWS::S3::Bucket",
    "AwsLambdaFunction": "AWS::Lambda::Function",
    "AwsEksCluster": "AWS::EKS::Cluster",
    "AwsEcsCluster": "AWS::ECS::Cluster",
    "AwsRdsDbInstance": "AWS::RDS::DBInstance",
    "AwsAccount": "AWS::Account",
}


def of_guardduty(finding: dict[str, Any], asff: dict[str, Any], *, new: bool) -> dict[str, Any]:
    """A finding in EventBridge's camel case, whose ASFF is at hand, in OCSF."""
    region = finding["region"]
    severity, severity_id = SEVERITIES[asff["Severity"]["Label"]]
    activity, activity_id = ("Create", 1) if new else ("Update", 2)
    return {
        "activity_id": activity_id,
        "activity_name": activity,
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Detection Finding",
        "class_uid": DETECTION_FINDING,
        "type_uid": DETECTION_FINDING * 100 + activity_id,
        "cloud": {"account": {"uid": finding["accountId"]}, "provider": "AWS", "region": region},
        "finding_info": {
            "uid": finding["arn"],
            "title": asff["Title"],
            "desc": asff["Description"],
            "types": [finding["type"]],
            "created_time_dt": asff["CreatedAt"],
            "modified_time_dt": asff["UpdatedAt"],
            "first_seen_time_dt": asff["FirstObservedAt"],
            "last_seen_time_dt": asff["LastObservedAt"],
        },
        "metadata": {
            "product": {
                "name": "GuardDuty",
                "uid": f"arn:aws:securityhub:{region}::productv2/aws/guardduty",
                "vendor_name": "Amazon",
            },
            "uid": hashlib.sha256(finding["arn"].encode()).hexdigest(),
        },
        "resources": [
            {
                "type": KINDS[resource["Type"]],
                "uid": resource["Id"],
                "region": resource["Region"],
                "tags": [
                    {"name": key, "value": value} for key, value in resource.get("Tags", {}).items()
                ],
            }
            for resource in asff["Resources"]
        ],
        "severity": severity,
        "severity_id": severity_id,
        "status": "New",
        "status_id": 1,
        "time_dt": asff["UpdatedAt"],
    }
