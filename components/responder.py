"""In each account, what the response to an incident may do there for a person: look, and start.

Only the response's own role in the security account may take it, named by text, for a role in
``Principal`` must exist (trap 6.4). It contains nothing itself: the member's runbook does, with its
own role, caps and locks (trap 5.2).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from names import PREFIX, RESPOND, RESPONDER, Place
from runbooks import responder_policy


@dataclass(frozen=True, kw_only=True)
class ResponderArgs:
    """What ``responder`` needs; ``place`` is the account, in any region."""

    place: Place
    central: Place
    organization: str | None


def responder(
    name: str, args: ResponderArgs, opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """The role and what it may do."""
    role = aws.iam.Role(
        f"{name}-{RESPONDER.removeprefix(PREFIX)}",
        name=RESPONDER,
        assume_role_policy=json.dumps(_trust(args)),
        opts=opts,
    )
    may = aws.iam.RolePolicy(
        f"{name}-{RESPONDER.removeprefix(PREFIX)}-may",
        name="may",
        role=role.name,
        policy=json.dumps(responder_policy(args.place.partition, args.place.account)),
        opts=opts,
    )
    return [role, may]


def _trust(args: ResponderArgs) -> dict[str, Any]:
    """By the organisation where there is one; the caller's role by its ARN (trap 6.4)."""
    inside = {"aws:PrincipalOrgID": args.organization} if args.organization else {}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": args.central.arn("iam", "root", region="")},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": args.central.role(RESPOND)},
            **({"StringEquals": inside} if inside else {}),
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
