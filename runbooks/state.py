"""For the scripts of every runbook: the account's table, written only under a condition.

One item for each resource and action: who holds the lock and until when, how far it got, what was
found before and left after. Standard library and boto3 only, as in ``runbooks/ledger.py``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call, code_of

TABLE = "containment-state"
LEASE = (
    900  # seconds, longer than a run may take: only a dead holder's lock is taken over (trap 4.1)
)
OPEN = ("blocked", "contained")
HELD = ("begun", "releasing", *OPEN)
BRAKES = "brakes"  # id of the one item that holds every brake of the account
WHOLE_ACCOUNT = "account"  # its attribute for all routes; the others are named like their route
UNTIL_RELEASED = "9999999999"  # a lease without an end: what was judged waits for its release
# What stays in an item when a new occurrence begins; the rest was the last one's.
LASTING = ("id", "holder", "lease_until", "occurrence", "first_seen", "released_at", "stage")


def key_of(case: dict[str, Any]) -> str:
    """The lock is on resource and action, never on the finding: two findings join (trap 1.2)."""
    return f"{case['runbook']}#{case['resource']}"


def state_of(case: dict[str, Any], home: str) -> dict[str, str]:
    """What the table holds about this resource and action; empty when nothing."""
    return item_of(key_of(case), home)


def item_of(key: str, home: str) -> dict[str, str]:
    """One item of the table, read as it is now; empty when there is none."""
    answer = call(
        "dynamodb",
        "get_item",
        home,
        TableName=TABLE,
        Key={"id": {"S": key}},
        ConsistentRead=True,
    )
    return {name: str(value["S"]) for name, value in answer.get("Item", {}).items()}


def write_state(
    case: dict[str, Any],
    home: str,
    was: Mapping[str, str | None] | None = None,
    forget: Iterable[str] = (),
    **attributes: str,
) -> bool:
    """Write attributes if the item is still what it was; False when somebody else was quicker.

    ``was`` is what has to be there still, None for what must not be; left out, this run must hold
    the lock.
    """
    expected = {"holder": case["execution_id"]} if was is None else was
    conditions = [
        f"attribute_not_exists(#{name})" if value is None else f"#{name} = :was_{name}"
        for name, value in expected.items()
    ]
    gone = sorted(set(forget) - attributes.keys())
    sets = "SET " + ", ".join(f"#{name} = :{name}" for name in attributes)
    values = {f":{name}": {"S": value} for name, value in attributes.items()}
    values |= {f":was_{name}": {"S": value} for name, value in expected.items() if value}
    try:
        call(
            "dynamodb",
            "update_item",
            home,
            TableName=TABLE,
            Key={"id": {"S": key_of(case)}},
            UpdateExpression=sets + (" REMOVE #" + ", #".join(gone) if gone else ""),
            ConditionExpression=" AND ".join(conditions),
            ExpressionAttributeNames={f"#{n}": n for n in (*attributes, *gone, *expected)},
            ExpressionAttributeValues=values,
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def as_it_was(item: Mapping[str, str]) -> dict[str, str | None]:
    """What a write compares: nobody took the lock since, and nobody went on with it."""
    return {name: item.get(name) for name in ("holder", "stage")}


def take(case: dict[str, Any], home: str) -> tuple[str, dict[str, str]]:
    """Take the lock: why it was not taken (empty if it was), and what a dead run left unfinished.

    The case gets the occurrence that it belongs to, and that one's first sign.
    """
    was = state_of(case, home)
    now = int(time.time())
    if was.get("stage") in HELD and int(was["lease_until"]) > now:
        return f"{was['stage']} by run {was['holder']}", {}
    if "released_at" in was and moment(case["last_seen"]) <= moment(was["released_at"]):
        return f"nothing seen since the release at {was['released_at']}", {}
    case |= occurrence_of(case, was)
    begun = {
        "stage": "begun",
        "holder": case["execution_id"],
        "lease_until": str(now + LEASE),
        "occurrence": case["occurrence"],
        "first_seen": case["first_seen"],
        # Whoever finds a dead run's lock says which finding it was about.
        "finding_id": case["finding_id"],
        "route": case["route"],
    }
    # What a dead run left is still there to be finished; what was released is over.
    over = was.get("stage") not in (*HELD, "failed")
    forgotten = was.keys() - LASTING if over else set()
    if write_state(case, home, as_it_was(was), forgotten, **begun):
        return "", {name: value for name, value in was.items() if name not in forgotten}
    return "another run was quicker", {}


def occurrence_of(case: dict[str, Any], was: dict[str, str]) -> dict[str, str]:
    """Which occurrence this is, and when it began: an update after a release begins one (trap 1.5).

    A finding keeps its first sign for ever, so a new occurrence of it begins at its last one.
    """
    if "released_at" not in was:
        return {"occurrence": "1", "first_seen": case["first_seen"]}
    number = int(was.get("occurrence", "1"))
    if was["stage"] != "released":  # this occurrence was begun before, and came to nothing
        return {"occurrence": str(number), "first_seen": was["first_seen"]}
    old = moment(case["first_seen"]) <= moment(was["released_at"])
    first_seen = case["last_seen"] if old else case["first_seen"]
    return {"occurrence": str(number + 1), "first_seen": first_seen}


def moment(text: str) -> datetime:
    """A time as AWS and we write it, with its zone."""
    return datetime.fromisoformat(text)


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


def brakes_on(case: dict[str, Any], home: str) -> str:
    """Why this route may not act now, empty when it may; a brake of the account stops every route.

    Raises what AWS answers: a brake that cannot be read is not a brake that is off (trap 4.6).
    """
    on = item_of(BRAKES, home)
    stops = [name for name in (WHOLE_ACCOUNT, case["route"]) if name in on]
    return "; ".join(f"the brake of {name} is on: {on[name]}" for name in stops)


def engage_brake(case: dict[str, Any], home: str, why: str) -> None:
    """Stop this route, and no other, until a person lets it go; the first reason stays."""
    call(
        "dynamodb",
        "update_item",
        home,
        TableName=TABLE,
        Key={"id": {"S": BRAKES}},
        UpdateExpression="SET #route = if_not_exists(#route, :why)",
        ExpressionAttributeNames={"#route": case["route"]},
        ExpressionAttributeValues={":why": {"S": why}},
    )
