"""The role with which the security account's rules engage people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pulumi
import pulumi_aws as aws

from components.incident import may_start
from names import CENTRAL_BUS, ENGAGER, ESCALATE, PREFIX, RESPOND, Place


def engager(
    name: str, place: Place, engages: Iterable[str], opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Starts the response and the plans among ``engages``, and writes to the ledger's bus."""
    allowed: list[dict[str, Any]] = [
        *may_start(place, RESPOND, ESCALATE),
        {"Effect": "Allow", "Action": "events:PutEvents", "Resource": place.bus(CENTRAL_BUS)},
    ]
    if plans := sorted({arn for arn in engages if "response-plan/" in arn}):
        allowed.append(
            {"Effect": "Allow", "Action": "ssm-incidents:StartIncident", "Resource": plans}
        )
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": place.account},
            "ArnLike": {"aws:SourceArn": place.arn("events", f"rule/{PREFIX}*")},
        },
    }
    role = aws.iam.Role(
        f"{name}-engager",
        name=ENGAGER,
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        opts=opts,
    )
    may = aws.iam.RolePolicy(
        f"{name}-engager-may",
        name="may",
        role=role.name,
        policy=json.dumps({"Version": "2012-10-17", "Statement": allowed}),
        opts=opts,
    )
    return [role, may]
