"""What a stack decides about people, as the tests of the response have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from names import APPROVER, LOG_GROUP, TOPIC, Place
from runbooks import RUNBOOKS

MINUTES, HOURS = 60, 72


def people(home: Place, **changed: Any) -> dict[str, Any]:
    """What a stack decides about people."""
    plan = f"arn:aws:ssm-incidents::{home.account}:response-plan/containment-security"
    decided = {
        "Backend": "ops-center",
        "Account": home.account,
        "Partition": "aws",
        "HomeRegion": home.region,
        "Topic": home.arn("sns", TOPIC),
        "LogGroup": LOG_GROUP,
        "DefaultTeam": "security",
        "Routes": {"compromised-instance": "security"},
        "Quiet": ["reconnaissance"],
        "Runbooks": {
            "compromised-instance": "isolate_instance",
            "attacking-instance": "isolate_instance",
        },
        "Documents": {
            name: {
                "Contain": runbook.document_name("Contain"),
                "Release": runbook.document_name("Release"),
            }
            for name, runbook in RUNBOOKS.items()
        },
        "ApprovalMinutes": MINUTES,
        "ReleaseHours": HOURS,
        "SilenceMinutes": 10,
        "Approvers": [home.role(APPROVER)],
        "Teams": {
            "security": {
                "Plan": plan,
                "OnCall": {
                    "Members": ["anna", "ben"],
                    "TimeZone": "Europe/Berlin",
                    "Starts": "2026-11-23T08:00:00",
                    "Days": 7,
                },
                "Backups": ["cora"],
                "WaitMinutes": 5,
            }
        },
    }
    return {**decided, **changed}


def values(home: Place, role: str, decided: Mapping[str, Any]) -> dict[str, Any]:
    """What the component writes into a document."""
    return {
        "role": home.role(role),
        "people": decided,
        "topic": home.arn("sns", TOPIC),
        "approvers": [home.role(APPROVER)],
        "approval_seconds": decided["ApprovalMinutes"] * 60,
        "approval_minutes": str(decided["ApprovalMinutes"]),
        "release_seconds": decided["ReleaseHours"] * 3600,
        "release_hours": str(decided["ReleaseHours"]),
    }


def granted_values(home: Place, backend: str) -> dict[str, str]:
    """What the permissions of the two roles depend on."""
    return {
        "partition": "aws",
        "account": home.account,
        "home_region": home.region,
        "ops_center": "yes" if backend == "ops-center" else "",
        "incident_manager": "yes" if backend == "incident-manager" else "",
    }
