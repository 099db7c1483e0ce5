"""For the scripts of every runbook: call AWS with patience, and put a stage into the ledger.

Standard library and boto3 only. A step that uses these carries its own copy inside the document.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

LOCAL_BUS = "containment-ledger-local"
BUSY = ("Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException")


def call(service: str, operation: str, region: str | None = None, **parameters: Any) -> Any:
    """One AWS call under the document's own role."""
    return patiently(getattr(boto3.client(service, region_name=region), operation), parameters)


def patiently(method: Any, parameters: dict[str, Any]) -> Any:
    """A call, repeated while AWS is busy: a script's calls are not retried (trap 4.4)."""
    for wait in (1, 2, 4, 8):
        try:
            return method(**parameters)
        except ClientError as error:
            if code_of(error) not in BUSY:
                raise
            time.sleep(wait)
    return method(**parameters)


def code_of(error: ClientError) -> str:
    """AWS's own name of an error."""
    return str(error.response["Error"]["Code"])


def record(case: dict[str, Any], stage: str, why: str = "", **more: Any) -> None:
    """Put a stage into the ledger, in its final form: on its way nothing may change it (trap 6.10).

    A case goes from step to step as a StringMap, so all its values are text; here they get their
    types. Raises RuntimeError where PutEvents fails inside a success (trap 4.3).
    """
    now = datetime.now(UTC)
    began = datetime.fromisoformat(case.get("first_seen") or case["event_time"])
    detail = {
        **case,
        **{name: case[name] == "true" for name in ("drill", "dry_run") if name in case},
        **{name: float(case[name]) for name in ("severity", "count") if name in case},
        **{name: int(case[name]) for name in ("occurrence",) if name in case},
        **more,
        "stage": stage,
        "why": why or None,
        "at": now.isoformat(),
        "elapsed_s": round((now - began).total_seconds(), 3),
    }
    entry = {
        "Source": "containment.runbook",
        "DetailType": "Containment Stage",
        "Detail": json.dumps(detail, default=str),
        "EventBusName": LOCAL_BUS,
    }
    answer = call("events", "put_events", Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the ledger refused {stage}: {answer['Entries'][0]['ErrorMessage']}")


def failure_of(run: str) -> str:
    """Why an earlier step of this run failed; a document cannot hand it on by itself (trap 4.3)."""
    answer = call("ssm", "describe_automation_step_executions", AutomationExecutionId=run)
    failed = [
        f"{step['StepName']}: {gist(step.get('FailureMessage', 'no reason given'))}"
        for step in answer["StepExecutions"]
        if step["StepStatus"] in ("Failed", "TimedOut", "Cancelled")
    ]
    return "; ".join(failed) or "no step says that it failed"


def gist(message: str) -> str:
    """The reason in a step's failure message: its last line, without SSM's closing advice."""
    reason = message.split("Please refer to")[0].strip().splitlines()
    return reason[-1][:1000] if reason else message
