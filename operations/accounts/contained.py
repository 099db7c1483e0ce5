"""What is contained in an account now, by its own state table: what a removal would orphan.

The table says it, not the ledger: a record may be late, and the lock is what a release needs (trap
4.11). It is read in the account's home region, whole and consistently.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from names import PREFIX
from operations.accounts.mistake import AccountsError
from runbooks.ledger import code_of
from runbooks.state import HELD, OPEN, TABLE

LEFT: Final = (*HELD, "failed")
"""Stages of an item in which something of ours may be on a resource; a release takes these."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A resource that is contained, or on which a run is at work or has left something."""

    runbook: str
    resource: str
    stage: str
    finding: str
    remedy: str
    """The command that releases it, or what to wait for."""


def held_in(dynamodb: Any, account: str) -> list[Held]:
    """What is contained in an account; ``dynamodb`` is a client of it in the home region.

    Raises AccountsError where there is no table: nothing is known then, and nothing is no answer.
    """
    items: list[Mapping[str, Any]] = []
    try:
        pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        for page in pages:
            items += page["Items"]
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        raise AccountsError([
            f"there is no table {TABLE} in {account}, {dynamodb.meta.region_name}: what is "
            "contained there is not known. Was it never deployed, --without-asking takes it out; "
            "was home_region another one, ask with that in the file"
        ]) from error  # fmt: skip
    found = _held(items, time.time(), dynamodb.meta.region_name)
    return sorted(found, key=lambda each: each.resource)


def _held(items: list[Mapping[str, Any]], now: float, home: str) -> Iterator[Held]:
    for item in items:
        said = {name: str(value["S"]) for name, value in item.items() if "S" in value}
        runbook, _, resource = said["id"].partition("#")
        stage = said.get("stage", "")
        if stage not in LEFT or not resource.startswith("arn:"):
            continue  # a brake, a cap, a slot of a denied role; or it is over
        at_work = stage not in (*OPEN, "failed") and int(said.get("lease_until", "0")) > now
        if at_work:
            remedy = f"wait for the run {said.get('holder')}, then ask again"
        elif stage in OPEN or "prior" in said:
            remedy = _release(runbook, resource, home)
        else:
            continue  # its run died before it saved how things were, and so changed nothing
        finding = said.get("finding_id", "")
        yield Held(runbook=runbook, resource=resource, stage=stage, finding=finding, remedy=remedy)


def _release(runbook: str, resource: str, home: str) -> str:
    """The command that releases a resource: in its region, a global one at home (trap 1.2)."""
    document = f"{PREFIX}{runbook.replace('_', '-')}-release"
    return (
        f"aws ssm start-automation-execution --document-name {document} "
        f"--parameters Resource={resource} --region {resource.split(':')[3] or home}"
    )
