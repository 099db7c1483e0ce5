"""In each account, what lets the security account's dashboards show the metrics of that account.

CloudWatch takes the role of this name in the account that a widget names, in whichever region, by
its own service-linked role in the account of who looks (AWS docs: Cross-Account-Cross-Region,
using-service-linked-roles; decision 0021). It reads metrics and alarms; nobody else may take it.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from names import METRICS_SHARED, METRICS_SHARED_FOR, Place

LOOKS: Final = f"aws-service-role/{METRICS_SHARED_FOR}/AWSServiceRoleForCloudWatchCrossAccount"
"""Path and name of the service-linked role; it is made once by who administers the account."""
READS: Final = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:GetMetricStatistics",
    "cloudwatch:ListMetrics",
)


def shares_metrics(
    name: str, central: Place, organization: str | None, opts: pulumi.ResourceOptions
) -> None:
    """The role and what it may do; ``central`` is the security account."""
    inside = {"StringEquals": {"aws:PrincipalOrgID": organization}} if organization else {}
    looks = {"ArnEquals": {"aws:PrincipalArn": central.role(LOOKS)}}
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": central.arn("iam", "root", region="")},
        "Action": "sts:AssumeRole",
        "Condition": {**looks, **inside},
    }
    role = aws.iam.Role(
        f"{name}-metrics-shared",
        name=METRICS_SHARED,
        description="The dashboards of the security account show this account's metrics",
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        opts=opts,
    )
    # None of these calls can be narrowed to resources (AWS docs: list_amazoncloudwatch).
    may = {"Effect": "Allow", "Action": [*READS], "Resource": "*"}
    aws.iam.RolePolicy(
        f"{name}-metrics-shared-may",
        name="may",
        role=role.name,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
        opts=opts,
    )
