"""The open responses: one item each in the security account's table, written conditionally."""

from __future__ import annotations

import json
import time

from botocore.exceptions import ClientError

from runbooks.ledger import call, code_of
from runbooks.respond_to_incident.reporting import ENDED
from runbooks.state import TABLE, item_of

LATE = 900  # seconds in which what engaged people once may come again (trap 1.6)


def item_now(case: dict[str, str]) -> dict[str, str]:
    """A response's item is ``people#<finding id>``; empty where there is none."""
    return item_of(f"people#{case['thread']}", case["home"])


def incident_of(case: dict[str, str]) -> str:
    """What was opened for it, by this run or by one that joined."""
    return case["incident"] or item_now(case)["incident"]


def write_item(case: dict[str, str], was: dict[str, str | None] | None = None, **new: str) -> bool:
    """Write if the item is as it ``was``, else if this run holds it; False where it is not so.

    None stands for an attribute that must not be there.
    """
    expected = was or {"holder": case["execution_id"]}
    conditions = [
        f"attribute_not_exists(#{name})" if value is None else f"#{name} = :was_{name}"
        for name, value in expected.items()
    ]
    values = {f":was_{name}": value for name, value in expected.items() if value is not None}
    values |= {f":{name}": value for name, value in new.items()}
    try:
        call(
            "dynamodb",
            "update_item",
            case["home"],
            TableName=TABLE,
            Key={"id": {"S": f"people#{case['thread']}"}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in new),
            ConditionExpression=" AND ".join(conditions),
            ExpressionAttributeNames={f"#{name}": name for name in [*new, *expected]},
            ExpressionAttributeValues={name: {"S": value} for name, value in values.items()},
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def open_item(case: dict[str, str]) -> dict[str, str]:
    """Take the item; empty where it was taken, else the item of who has it.

    A run that died is taken over, with its incident. What comes again just after the end is no new
    response; what comes later is.
    """
    was, now = item_now(case), int(time.time())
    is_open = was.get("stage") == "open"
    late = now - int(was.get("closed_at", "0")) < LATE and not case["stage"]
    if was and (is_alive(was["holder"]) if is_open else late):
        return was
    new = dict.fromkeys(
        ("incident", "paged_at", "page", "acknowledged", "told", "run", "asked"), ""
    )
    new |= {"opened_at": str(now), "paged": "0"} | (was if is_open else {})
    new |= {"stage": "open", "holder": case["execution_id"]}
    new["incident"] = case["incident"] = case["incident"] or new["incident"]
    new["about"] = json.dumps(case)
    new.pop("id", "")
    compared: dict[str, str | None] = {name: was.get(name) for name in ("holder", "stage")}
    if write_item(case, compared, **new):
        return {}
    return {"stage": "open", "holder": "that was quicker"}


def is_alive(run: str) -> bool:
    """Whether a run may still do something; its history is gone after 30 days (trap 4.13)."""
    try:
        answer = call("ssm", "get_automation_execution", AutomationExecutionId=run)
    except ClientError as error:
        if code_of(error) != "AutomationExecutionNotFoundException":
            raise
        return False
    return answer["AutomationExecution"]["AutomationExecutionStatus"] not in ENDED
