"""Copies of the snapshots for the account that investigates, after all other evidence (trap 2.11).

A snapshot may be on a key with which it is shared with nobody, so the copies are on ours. Where the
stack names no such account, nothing is called. ``kept`` is written by then: no release waits for a
copy. What was copied is in the table, so that a person's run makes up what is missing and repeats
nothing.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from runbooks.isolate_instance.preserve import described
from runbooks.ledger import call, failure_of, record
from runbooks.state import state_of, write_state

WAITED_FOR = ("pending", "not there")
FOR_DISKS = 500  # seconds that a step waits for snapshots, of the 600 that it has (trap 4.4)


def copy_snapshots(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Copy each snapshot to our key once it is completed; why not, for those that were not."""
    case, home, to = event["Case"], event["Stack"]["HomeRegion"], event["Copies"]
    state = state_of(case, home) if to else {}
    copies = json.loads(state.get("copies", "{}"))
    wanted = [each for each in json.loads(state.get("snapshots", "[]")) if each not in copies]
    refused = []
    for source, seen in once_settled(wanted).items():
        if seen["State"] != "completed":
            refused.append(f"{source} is {how(seen)}")
            continue
        try:
            made = call(
                "ec2",
                "copy_snapshot",
                None,
                SourceRegion=case["resource"].split(":")[3],
                SourceSnapshotId=source,
                Encrypted=True,
                KmsKeyId=to["Key"],
                **described(case, **{"copy-of": source}),
            )
        except ClientError as error:
            refused.append(f"{source}: {error}")
            continue
        copies[source] = made["SnapshotId"]
        # At once, for a step that is cut off must not leave a copy that nobody knows of.
        write_state(case, home, same(state), copies=json.dumps(copies))
    return {"Refused": refused}


def share_copies(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Share each copy with the one account once it is completed; tell what is there, and what not.

    A copy that came to nothing is forgotten, so that the next run makes another.
    """
    case, home, to = event["Case"], event["Stack"]["HomeRegion"], event["Copies"]
    state = state_of(case, home) if to else {}
    copies, shared, refused = json.loads(state.get("copies", "{}")), [], [*event["Refused"]]
    sources = {copy: source for source, copy in copies.items()}
    for copy, seen in once_settled(sorted(sources)).items():
        if seen["State"] != "completed":
            refused.append(f"{copy}, a copy of {sources[copy]}, is {how(seen)}")
            if seen["State"] == "error":
                del copies[sources[copy]]
            continue
        added = {"CreateVolumePermission": {"Add": [{"UserId": to["Account"]}]}}
        try:
            call("ec2", "modify_snapshot_attribute", None, SnapshotId=copy, **added)
        except ClientError as error:
            refused.append(f"{copy}: {error}")
            continue
        shared.append(copy)
    if shared:
        record(case, "preserved", evidence={"copies": shared, "shared_with": to["Account"]})
    if refused:
        leave_for_later(case, home, "; ".join(refused), copies=json.dumps(copies))
    return {"Shared": shared}


def once_settled(snapshots: list[str]) -> dict[str, dict[str, Any]]:
    """How each snapshot is, once none is pending any more or the patience is at its end.

    Asked by a filter: EC2 does not know a new one at once, and would refuse its id (trap 2.13).
    """
    deadline = time.time() + FOR_DISKS
    while snapshots:
        named = [{"Name": "snapshot-id", "Values": snapshots}]
        found = call("ec2", "describe_snapshots", OwnerIds=["self"], Filters=named)["Snapshots"]
        by_id = {each["SnapshotId"]: each for each in found}
        seen = {each: by_id.get(each, {"State": "not there"}) for each in snapshots}
        if time.time() > deadline or not any(each["State"] in WAITED_FOR for each in seen.values()):
            return seen
        time.sleep(10)
    return {}


def how(seen: dict[str, Any]) -> str:
    """A snapshot's state, with the reason where EC2 gives one."""
    return " ".join(filter(None, (seen["State"], seen.get("StateMessage"))))


def same(state: dict[str, str]) -> dict[str, str | None]:
    """What a write compares: the snapshots are still those of this occurrence."""
    return {"snapshots": state.get("snapshots")}


def leave_for_later(case: dict[str, Any], home: str, why: str, **more: str) -> None:
    """Tell what is not shared, and how to make it up by hand, once what held it up is over."""
    state = state_of(case, home)
    write_state(case, home, same(state), uncopied=datetime.now(UTC).isoformat(), **more)
    region = case["resource"].split(":")[3]
    by_hand = (
        f"aws ssm start-automation-execution --region {region} --document-name "
        f"containment-isolate-instance-preserve --parameters Resource={case['resource']}"
    )
    record(case, "failed", f"not shared for forensics: {why}. Once that is over: {by_hand}")


def report_uncopied(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Copying came to an end by itself: told, and left for later; the snapshots are there."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    why = failure_of(case["execution_id"])
    leave_for_later(case, home, why)
    raise RuntimeError(why)
