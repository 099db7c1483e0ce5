"""The response to an incident as documents, in the one place that waits for people (trap 5.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.engagement import Engagement
from names import LOG_GROUP, PREFIX, TOPIC, Place, response_plan
from routes import ROUTES
from runbooks import Action, Runbook


@dataclass(frozen=True, kw_only=True)
class ResponseArgs:
    """What ``Response`` needs; ``place`` is the security account in the home region."""

    place: Place
    engagement: Engagement
    response: Runbook
    runbooks: Mapping[str, Runbook]
    """What it may start in the members: their documents' names."""
    ready: list[pulumi.Resource] = field(default_factory=list)


class Response(pulumi.ComponentResource):
    """Documents and their roles."""

    ready: list[pulumi.Resource]

    def __init__(
        self, name: str, args: ResponseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Response", name, None, opts)
        self.ready = []
        for action in args.response.actions:
            self._document(name, args, action)
        self.register_outputs({})

    def _document(self, name: str, args: ResponseArgs, action: Action) -> None:
        physical = args.response.document_name(action)
        part = physical.removeprefix(PREFIX)
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{name}-{part}",
            name=physical,
            assume_role_policy=json.dumps(_trust(args.place)),
            opts=child,
        )
        may = aws.iam.RolePolicy(
            f"{name}-{part}-may",
            name="may",
            role=role.name,
            policy=json.dumps(args.response.policy(action, _granted(args))),
            opts=child,
        )
        document = args.response.document(action, written_in(args, physical))
        self.ready += [
            role,
            may,
            aws.ssm.Document(
                f"{name}-{part}-document",
                name=physical,
                document_type="Automation",
                document_format="JSON",
                content=json.dumps(document, separators=(",", ":")),
                region=args.place.region,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[role, may, *args.ready]),
            ),
        ]


def _trust(place: Place) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ssm.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": place.account},
            "ArnLike": {"aws:SourceArn": place.arn("ssm", "automation-execution/*")},
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _granted(args: ResponseArgs) -> dict[str, str | list[str]]:
    """What ``permissions.json`` leaves open."""
    place = args.place
    return {
        "partition": place.partition,
        "account": place.account,
        "home_region": place.region,
        "security_account": place.account,
        "topic": place.arn("sns", TOPIC),
        # Which entries are for this backend: those ``Where`` its name is not empty.
        "incident_manager": "yes" if args.engagement.backend == "incident-manager" else "",
        "ops_center": "yes" if args.engagement.backend == "ops-center" else "",
    }


def written_in(args: ResponseArgs, role: str) -> dict[str, Any]:
    """What the documents hold as literals: nothing that a starter could choose."""
    engagement, place = args.engagement, args.place
    return {
        "role": place.role(role),
        "people": {
            "Backend": engagement.backend,
            "Account": place.account,
            "Partition": place.partition,
            "HomeRegion": place.region,
            "Topic": place.arn("sns", TOPIC),
            "LogGroup": LOG_GROUP,
            "DefaultTeam": engagement.default_team,
            "Routes": {
                route.name: engagement.team_of(route.name) for route in ROUTES if route.engages
            },
            "Quiet": [route.name for route in ROUTES if not route.engages],
            "Runbooks": {route.name: route.runbook for route in ROUTES if route.runbook},
            "Documents": {
                runbook.name: {
                    "Contain": runbook.document_name("Contain"),
                    "Release": runbook.document_name("Release"),
                }
                for runbook in args.runbooks.values()
            },
            "ApprovalMinutes": engagement.approval_minutes,
            "ReleaseHours": engagement.release_hours,
            "SilenceMinutes": engagement.silence_minutes,
            "Approvers": engagement.deciding(place),
            "Teams": {name: _team(args, name) for name in engagement.teams},
        },
        "approvers": engagement.deciding(place),
        "approval_minutes": str(engagement.approval_minutes),
        "release_hours": str(engagement.release_hours),
        "approval_seconds": engagement.approval_minutes * 60,
        "release_seconds": engagement.release_hours * 3_600,
        "topic": place.arn("sns", TOPIC),
    }


def _team(args: ResponseArgs, name: str) -> dict[str, Any]:
    team = args.engagement.teams[name]
    plan = args.place.arn("ssm-incidents", f"response-plan/{response_plan(name)}", region="")
    return {
        "Plan": plan if args.engagement.backend == "incident-manager" else "",
        "OnCall": {
            "Members": list(team.members),
            "TimeZone": team.time_zone,
            "Starts": team.starts,
            "Days": team.days,
        },
        "Backups": list(team.backups),
        "WaitMinutes": team.wait_minutes,
    }
