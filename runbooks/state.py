"""For the scripts of every runbook: the account's table, written only under a condition.

One item for each resource and action: who holds the lock and until when, how far it got, what was
found before and left after. Standard library and boto3 only, as in ``runbooks/ledger.py``.
"""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call, code_of

TABLE = "containment-state"
LEASE = (
    900  # seconds, longer than a run may take: only a dead holder's lock is taken over (trap 4.1)
)
OPEN = ("blocked", "contained")
UNTIL_RELEASED = "9999999999"  # a lease without an end: what was judged waits for its release


def key_of(case: dict[str, Any]) -> str:
    """The lock is on resource and action, never on the finding: two findings join (trap 1.2)."""
    return f"{case['runbook']}#{case['resource']}"


def state_of(case: dict[str, Any], home: str) -> dict[str, str]:
    """What the table holds about this resource and action; empty when nothing."""
    answer = call(
        "dynamodb",
        "get_item",
        home,
        TableName=TABLE,
        Key={"id": {"S": key_of(case)}},
        ConsistentRead=True,
    )
    return {name: str(value["S"]) for name, value in answer.get("Item", {}).items()}


def write_state(
    case: dict[str, Any], home: str, was: dict[str, str] | None = None, **attributes: str
) -> bool:
    """Write attributes if the item is still what it was; False when somebody else was quicker.

    ``was`` is the item as read before, empty for none; left out, this run must hold the lock.
    """
    expected = {"holder": case["execution_id"]} if was is None else was
    names = {f"#{name}": name for name in ("stage", "holder", *attributes)}
    values = {f":{name}": {"S": value} for name, value in attributes.items()}
    if expected:
        compared = [name for name in ("holder", "stage") if name in expected]
        condition = " AND ".join(f"#{name} = :was_{name}" for name in compared)
        values |= {f":was_{name}": {"S": expected[name]} for name in compared}
    else:
        compared, condition = [], "attribute_not_exists(id)"
    used = {*compared, *attributes}
    try:
        call(
            "dynamodb",
            "update_item",
            home,
            TableName=TABLE,
            Key={"id": {"S": key_of(case)}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
            ConditionExpression=condition,
            ExpressionAttributeNames={a: name for a, name in names.items() if name in used},
            ExpressionAttributeValues=values,
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def take(case: dict[str, Any], home: str) -> tuple[str, dict[str, str]]:
    """Take the lock: why it was not taken (empty if it was), and the item as it was before."""
    was = state_of(case, home)
    now = int(time.time())
    if was.get("stage") in ("begun", "releasing", *OPEN) and int(was["lease_until"]) > now:
        return f"{was['stage']} by run {was['holder']}", was
    begun = {"stage": "begun", "holder": case["execution_id"], "lease_until": str(now + LEASE)}
    if write_state(case, home, was, **begun):
        return "", was
    return "another run was quicker", was


def within_cap(case: dict[str, Any], home: str, per_hour: int) -> bool:
    """Count one more of this route and hour; False when the cap is reached already (trap 4.2)."""
    hour = time.strftime("%Y-%m-%dT%H", time.gmtime(time.time()))
    try:
        call(
            "dynamodb",
            "update_item",
            home,
            TableName=TABLE,
            Key={"id": {"S": f"cap#{case['route']}#{hour}"}},
            UpdateExpression="ADD #taken :one",
            ConditionExpression="attribute_not_exists(#taken) OR #taken < :cap",
            ExpressionAttributeNames={"#taken": "taken"},
            ExpressionAttributeValues={":one": {"N": "1"}, ":cap": {"N": str(per_hour)}},
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
