"""What Watch says, and how it says it once: by claim, record and confirmation; and its beat."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from runbooks.isolate_instance.triage import OURS
from runbooks.ledger import LOCAL_BUS, call, code_of, record
from runbooks.state import LEASE, TABLE

COMPARED = ("stage", "holder", "left")
"""Attributes that a release, or the next containment, changes: then there is nothing to tell."""


def named_case(item: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """What can be said of any item of the table, readable or not; ``Record`` is for the ledger."""
    resource = item["id"]["S"].partition("#")[2]
    kept = ("finding_id", "route", "drill")
    said = {name: item[name]["S"] for name in kept if "S" in item.get(name, {})}
    return {
        "Item": item,
        "Stage": item["stage"]["S"],
        "Instance": resource.rpartition("/")[2],
        "Record": {
            **said,
            "runbook": OURS,
            "action": "Watch",
            "resource": resource,
            "instance_id": resource.rpartition("/")[2],
            "execution_id": event["Run"],
            "event_time": datetime.now(UTC).isoformat(),
            "dry_run": "false",
        },
    }


def fingerprint(case: dict[str, Any], about: str) -> str:
    """Stands for what is told of an item; another run's containment is another matter."""
    whole = [about, *(case["Item"].get(name) for name in ("holder", "left"))]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:16]


def is_told(case: dict[str, Any], name: str, about: str) -> bool:
    """Whether people were told of just this, or another run that may still live is about to."""
    mine = fingerprint(case, about)
    was = str(case["Item"].get(name, {}).get("S", ""))
    until = was.removeprefix(f"{mine} until ")
    return was == f"{mine} told" or (until.isdigit() and int(until) > time.time())


def matter(
    case: dict[str, Any],
    stage: str,
    why: str,
    evidence: dict[str, Any] | None = None,
    mark: str = "breach",
    about: str | None = None,
) -> dict[str, Any]:
    """Something to tell once: ``about`` decides what counts as the same, if not the sentence.

    ``mark`` is the attribute of the item that says whether it was told.
    """
    about = why if about is None else about
    said = {"Stage": stage, "Why": why, "Evidence": evidence or {}}
    return {"Case": case, "Mark": mark, "About": about, **said}


def tell_all(event: dict[str, Any], matters: list[dict[str, Any]]) -> list[str]:
    """Tell each matter once; the sentences that were new.

    One that cannot be told keeps no other from being told, and then ends the run: RuntimeError.
    """
    told, lost = [], []
    for each in matters:
        try:
            if tell_once(each, event):
                told.append(str(each["Why"]))
        except (ClientError, RuntimeError) as error:
            lost.append(f"{each['Case']['Instance']}: {error}")
    if lost:
        raise RuntimeError(f"not told of {len(lost)}: {'; '.join(lost)}")
    return told


def tell_once(each: dict[str, Any], event: dict[str, Any]) -> bool:
    """Record a matter unless just this was told before; whether it was new.

    The item is claimed for a while before the record, and the claim confirmed after it. Of two
    watches that overlap one gets the claim; of one that dies in between the claim runs out and the
    next one tells: rather twice than never.
    """
    case, mark = each["Case"], each["Mark"]
    if is_told(case, mark, each["About"]):
        return False
    if event["DryRun"] == "true":
        return True
    mine = fingerprint(case, each["About"])
    if not mark_item(case, event, mark, f"{mine} until {int(time.time()) + LEASE}"):
        return False
    record(case["Record"], each["Stage"], each["Why"], evidence=each["Evidence"])
    mark_item(case, event, mark, f"{mine} told")
    return True


def mark_item(case: dict[str, Any], event: dict[str, Any], name: str, value: str) -> bool:
    """Set an attribute, or remove it for an empty value, if the item is still as it was read."""
    item = case["Item"]
    compared = (*COMPARED, name)
    conditions = [
        f"#{each} = :was_{each}" if each in item else f"attribute_not_exists(#{each})"
        for each in compared
    ]
    values = {f":was_{each}": item[each] for each in compared if each in item}
    if value:
        values[":value"] = {"S": value}
    try:
        call(
            "dynamodb",
            "update_item",
            event["Stack"]["HomeRegion"],
            TableName=TABLE,
            Key={"id": item["id"]},
            UpdateExpression=f"SET #{name} = :value" if value else f"REMOVE #{name}",
            ConditionExpression=" AND ".join(conditions),
            ExpressionAttributeNames={f"#{each}": each for each in compared},
            ExpressionAttributeValues=values,
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    case["Item"] = {**item, name: {"S": value}} if value else {**item}
    if not value:
        del case["Item"][name]
    return True


def send_beat(event: dict[str, Any], living: list[dict[str, Any]], brakes: list[str]) -> None:
    """Say that this place is watched, what is open in it, and what is stopped (trap 6.3)."""
    since = [case["Record"]["first_seen"] for case in living]
    detail = {
        "stage": "alive",
        "account": event["Stack"]["AccountId"],
        "region": event["Region"],
        "at": datetime.now(UTC).isoformat(),
        "execution_id": event["Run"],
        "open": len(living),
        "brakes": len(brakes),
        "oldest": min(since, key=datetime.fromisoformat) if since else None,
    }
    entry = {
        "Source": "containment.runbook",
        "DetailType": "Containment Heartbeat",
        "Detail": json.dumps(detail),
        "EventBusName": LOCAL_BUS,
    }
    answer = call("events", "put_events", Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the ledger refused the beat: {answer['Entries'][0]['ErrorMessage']}")
