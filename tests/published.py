"""Events that tests put on the default bus of an account themselves, and what became of them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from names import DEAD_LETTERS, LOG_GROUP
from operations.findings import finding
from operations.victims import Network, Target
from tests.organization import MINING, Deployed
from tests.routed import messages

ACCOUNT, REGION = "333333333333", "eu-central-1"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{DEAD_LETTERS}"


def detail_of(network: Network, target: Target, identifier: str = "") -> dict[str, Any]:
    """A finding as the bus brings it, which GuardDuty itself may not have."""
    found = finding(MINING, network, target)
    found["id"] = identifier or found["id"]
    arn = f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{'d' * 32}/finding/{found['id']}"
    return {**found, "arn": arn, "accountId": ACCOUNT, "region": REGION}


def event(detail: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Finding",
        "account": ACCOUNT,
        "region": REGION,
        "time": "2026-11-24T12:00:00Z",
        "resources": [],
        "detail": detail,
    }


def published(organization: Deployed, what: dict[str, Any]) -> None:
    organization.emulator.world.relay.publish(ACCOUNT, REGION, "default", what)
    organization.settle(60)


def dead_letters(organization: Deployed) -> list[dict[str, Any]]:
    return messages(organization.emulator, QUEUE)


def runs(organization: Deployed) -> list[str]:
    """The runs that findings or people started; the watch comes by itself."""
    ssm = organization.ground.client(ACCOUNT, "ssm", REGION)
    found = ssm.describe_automation_executions()["AutomationExecutionMetadataList"]
    return [
        str(run["AutomationExecutionId"])
        for run in found
        if not run["DocumentName"].endswith("-watch")
    ]


def seen(organization: Deployed, what: dict[str, Any]) -> int:
    """How often an event is in the ledger as it came."""
    logs = organization.ground.client(organization.ground.security, "logs", REGION)
    entries = logs.filter_log_events(logGroupName=LOG_GROUP)["events"]
    return sum(json.loads(entry["message"]).get("id") == what["id"] for entry in entries)


def without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(detail: dict[str, Any]) -> None:
        for part in path[:-1]:
            detail = detail[part]
        del detail[path[-1]]

    return change


def having(value: object, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(detail: dict[str, Any]) -> None:
        for part in path[:-1]:
            detail = detail[part]
        detail[path[-1]] = value

    return change
