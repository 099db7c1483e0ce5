"""What the response itself puts into the ledger: how far it came, and what each step took.

Straight onto the central bus, in the account of which this document runs: no local bus has to be
there, and no hop is lost (trap 6.1).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from runbooks.ledger import call, gist

BUS = "containment-ledger"
OF_CASE = (
    "finding_id",
    "finding_arn",
    "route",
    "team",
    "account",
    "region",
    "resource",
    "incident",
)
MANUAL = ("aws:approve", "aws:pause")
ENDED = ("Success", "Failed", "TimedOut", "Cancelled")


def note(case: dict[str, Any], kind: str, said: dict[str, Any]) -> None:
    """One event; raises RuntimeError where PutEvents fails inside a success (trap 4.3)."""
    detail = {
        **said,
        "finding_id": case["finding_id"],
        "execution_id": case["execution_id"],
        "drill": case["drill"] == "true",
        "at": datetime.now(UTC).isoformat(),
    }
    entry = {
        "Source": "containment.response",
        "DetailType": kind,
        "Detail": json.dumps(detail),
        "EventBusName": BUS,
    }
    answer = call("events", "put_events", case["home"], Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the ledger refused {answer['Entries']}")


def reached(case: dict[str, Any], stage: str, why: str = "", who: str = "", **more: Any) -> None:
    """A stage of the response."""
    about = {name: case[name] for name in OF_CASE} | more
    about |= {"stage": stage, "why": why or None, "who": who or None, "action": "Respond"}
    note(case, "Response Stage", about)


def steps_ended(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of this run that are over, in order of time."""
    run = case["execution_id"]
    answer = call("ssm", "describe_automation_step_executions", AutomationExecutionId=run)
    over = [step for step in answer["StepExecutions"] if step["StepStatus"] in ENDED]
    return sorted(over, key=lambda step: step["ExecutionStartTime"].timestamp())


def decided(case: dict[str, Any]) -> dict[str, str]:
    """The last step that waited for a person, how it ended, and who decided; empty before one.

    The outputs of an approval name the approvers (AWS docs: automation-action-approve); how they
    are nested is UNVERIFIED, so they are looked for in the text.
    """
    last = {"StepName": "", "StepStatus": ""}
    for step in steps_ended(case):
        last = step if step["Action"] in MANUAL else last
    text = json.dumps(last, default=str).replace("\\", "")
    who = ", ".join(sorted(set(re.findall('"Approver": ?"([^"]+)"', text))))
    status = last["StepStatus"]
    if status == "Failed" and '"reject' in text.lower():
        status = "Rejected"
    return {"Step": last["StepName"], "Status": status, "Who": who}


def report_steps(case: dict[str, Any]) -> str:
    """Each step into the ledger: done by whom, how it ended, how long it took; why any failed.

    An approval that was not given has not failed: a person decided, or nobody did.
    """
    failed = []
    for step in steps_ended(case):
        status, action = step["StepStatus"], step["Action"]
        took = step["ExecutionEndTime"].timestamp() - step["ExecutionStartTime"].timestamp()
        kind = "manual" if action in MANUAL else "automatic"
        about = {"step": step["StepName"], "kind": kind, "outcome": status.lower()}
        note(case, "Response Step", {**about, "seconds": round(took, 1)})
        if status != "Success" and action != "aws:approve":
            failed.append(f"{step['StepName']}: {gist(step.get('FailureMessage', status))}")
    return "; ".join(failed)
