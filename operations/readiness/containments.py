"""``containments``: what is contained now, where, and for how long?

Whoever takes an account away while something is contained there leaves it contained for ever
(trap 4.11). An open containment is no fault; one that nobody has ended for a day is worth a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Question, Told
from runbooks import RUNBOOKS
from runbooks.state import OPEN, TABLE
from settings import Account

NAME = "containments"
ASKS = "nothing has been contained for longer than a day"
LONG: Final = timedelta(days=1)


def questions(environment: Environment) -> Iterator[Question]:
    """One for each account that contains."""
    for account in environment.containing:
        yield Question(
            check=NAME,
            where=where(account),
            ask=partial(_ask, environment, account),
        )


def _ask(environment: Environment, account: Account) -> Told:
    try:
        items = [*open_items(environment.client(account.id, "dynamodb"))]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return Told(
            doubts=(
                Doubt(
                    where=where(account),
                    what=f"the table {TABLE} is missing: no runbook can take a lock, none contains",
                    remedy=environment.deploy(account),
                    grave=True,
                ),
            )
        )
    if not items:
        return Told()
    oldest = min(items, key=_since)
    since, resource = _since(oldest), oldest["id"]["S"].partition("#")[2]
    age = environment.now - since
    count = f"{len(items)} open containment" + ("s" if len(items) > 1 else "")
    said = f"{count}, the oldest of {resource}, first seen {since:%Y-%m-%d %H:%M} UTC"
    if age < LONG:
        return Told(notes=(f"{where(account)}: {said}",))
    return Told(
        doubts=(
            Doubt(
                where=where(account),
                what=f"{said}: {age.days} days ago" if age.days > 1 else f"{said}: a day ago",
                remedy="release it when its cause is removed: start "
                "containment-isolate-instance-release there, before the account is taken away",
            ),
        )
    )


def open_items(dynamodb: Any) -> Iterator[dict[str, Any]]:
    """The items of what is contained now, of every runbook and region of an account."""
    stages = {f":{stage}": {"S": stage} for stage in OPEN}
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=TABLE,
        ConsistentRead=True,
        FilterExpression=f"#stage IN ({', '.join(stages)})",
        ExpressionAttributeNames={"#stage": "stage"},
        ExpressionAttributeValues=stages,
    )
    ours = tuple(f"{name}#" for name in RUNBOOKS)
    for page in pages:
        yield from (item for item in page["Items"] if item["id"]["S"].startswith(ours))


def _since(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["first_seen"]["S"])
