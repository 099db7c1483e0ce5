"""The brakes of one account: what people, and full caps, stop and let go again.

All of an account's brakes are attributes of one item in its table: ``account`` stops every route, a
route's name that route. Each change is told to the ledger, with who made it and why. A brake stops
what would begin; what is contained stays so, and can be released.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from names import LOCAL_BUS, RUNBOOK_EVENTS
from routes import ROUTES
from runbooks.state import BRAKES, TABLE, WHOLE_ACCOUNT

KEY: Final = {"id": {"S": BRAKES}}


class BrakeError(ValueError):
    """What was asked for makes no sense; the message says what does."""


@dataclass(frozen=True, kw_only=True)
class Brakes:
    """One account's brakes; ``dynamodb`` and ``events`` are boto3 clients of its home region."""

    dynamodb: Any
    events: Any

    def status(self) -> Mapping[str, str]:
        """What is stopped and why: ``account`` or a route → the reason, who, and when."""
        answer = self.dynamodb.get_item(TableName=TABLE, Key=KEY, ConsistentRead=True)
        held = {name: value["S"] for name, value in answer.get("Item", {}).items()}
        return {name: held[name] for name in sorted(held) if name != "id"}

    def engage(self, what: str, *, reason: str, who: str) -> None:
        """Stop ``what``; a reason already there is replaced. Raises BrakeError without a reason."""
        _check(what)
        if not reason.strip():
            raise BrakeError("say why: whoever finds the brake on at night has to know")
        said = f"{reason.strip()} ({who}, {_now()})"
        self.dynamodb.update_item(
            TableName=TABLE,
            Key=KEY,
            UpdateExpression="SET #what = :said",
            ExpressionAttributeNames={"#what": what},
            ExpressionAttributeValues={":said": {"S": said}},
        )
        self._tell("braked", what, said)

    def let_go(self, what: str, *, reason: str, who: str) -> None:
        """Let ``what`` act again; raises BrakeError where its brake is not on."""
        _check(what)
        if what not in self.status():
            on = ", ".join(self.status()) or "none"
            raise BrakeError(f"the brake of {what} is not on; on are: {on}")
        self.dynamodb.update_item(
            TableName=TABLE,
            Key=KEY,
            UpdateExpression="REMOVE #what",
            ExpressionAttributeNames={"#what": what},
        )
        self._tell("unbraked", what, f"{reason.strip() or 'no reason given'} ({who}, {_now()})")

    def _tell(self, stage: str, what: str, why: str) -> None:
        detail = {"stage": stage, "action": "Brake", "route": what, "why": why, "at": _now()}
        entry = {
            "Source": RUNBOOK_EVENTS,
            "DetailType": "Containment Stage",
            "Detail": json.dumps(detail),
            "EventBusName": LOCAL_BUS,
        }
        answer = self.events.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            refused = answer["Entries"][0]["ErrorMessage"]
            raise RuntimeError(f"done, but the ledger was not told that it is {stage}: {refused}")


def _check(what: str) -> None:
    known = [WHOLE_ACCOUNT, *(route.name for route in ROUTES if route.runbook)]
    if what not in known:
        raise BrakeError(f"there is no brake of {what!r}; there are {', '.join(known)}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
