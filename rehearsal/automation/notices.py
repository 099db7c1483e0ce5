"""The event that SSM sends when an execution's status changes (AWS docs: automation events)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from rehearsal.automation.records import Execution


def status_change(execution: Execution, now: datetime) -> dict[str, Any]:
    """The whole envelope; its times are text as AWS writes them, ``Time`` is in milliseconds."""
    document = execution.document
    detail: dict[str, Any] = {
        "ExecutionId": execution.id,
        "Definition": document.name,
        "DefinitionVersion": float(document.version),
        "Status": execution.status,
        "StartTime": _written(execution.started),
        "ExecutedBy": execution.executed_by,
    }
    if execution.ended:
        detail["EndTime"] = _written(execution.ended)
        detail["Time"] = (execution.ended - execution.started).total_seconds() * 1_000
    definition = f"automation-definition/{document.name}:{document.version}"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "EC2 Automation Execution Status-change Notification",
        "source": "aws.ssm",
        "account": execution.account,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": execution.region,
        "resources": [
            execution.arn,
            f"arn:aws:ssm:{execution.region}:{execution.account}:{definition}",
        ],
        "detail": detail,
    }


def _written(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year} {at.hour % 12 or 12}:{at:%M:%S %p}"
