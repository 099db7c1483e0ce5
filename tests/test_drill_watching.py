"""That the scenario about a breach fails when nobody looks again, and when somebody fights."""

from __future__ import annotations

import json
from typing import Any

from runbooks.state import TABLE
from tests.drilling import played, why
from tests.organization import Deployed
from tests.sabotage import ACCOUNT, REGION, ec2
from tests.watched import SCHEDULE


def test_breached_passes_where_nothing_is_spoilt(alone: Deployed) -> None:
    result = played(alone, "breached")
    assert (result.verdict, result.why) == ("passed", None)


def test_breached_fails_where_the_schedule_is_off(alone: Deployed) -> None:
    events = alone.ground.client(ACCOUNT, "events", REGION)
    events.disable_rule(Name=SCHEDULE)
    try:
        assert "no breached in the ledger" in why(played(alone, "breached"))
    finally:
        events.enable_rule(Name=SCHEDULE)


def test_breached_fails_where_watch_fights(alone: Deployed) -> None:
    fought: list[str] = []

    def fights(call: Any) -> None:
        """Before it tells, it puts every interface back where Contain left it."""
        if (call.step, call.operation) == ("triage_watch", "UpdateItem"):
            for interface, groups in _left(alone).items():
                fought.append(interface)
                ec2(alone).modify_network_interface_attribute(
                    NetworkInterfaceId=interface, Groups=groups
                )

    alone.emulator.world.automation.before_call = fights
    assert "somebody fought over" in why(played(alone, "breached"))
    assert fought


def test_breached_fails_where_every_look_tells_again(alone: Deployed) -> None:
    dynamodb = alone.ground.client(ACCOUNT, "dynamodb", REGION)
    forgotten: list[str] = []

    def forgets(call: Any) -> None:
        """What people were told of is gone from the table."""
        if (call.step, call.operation) == ("triage_watch", "Scan"):
            for item in dynamodb.scan(TableName=TABLE)["Items"]:
                if item.pop("breach", None):
                    forgotten.append(item["id"]["S"])
                    dynamodb.put_item(TableName=TABLE, Item=item)

    alone.emulator.world.automation.before_call = forgets
    assert "told 2 times, not 1" in why(played(alone, "breached"))
    assert forgotten


def _left(alone: Deployed) -> dict[str, list[str]]:
    """Every contained interface that is still there, and the group in which it was left."""
    there = {
        each["NetworkInterfaceId"]
        for each in ec2(alone).describe_network_interfaces()["NetworkInterfaces"]
    }
    dynamodb = alone.ground.client(ACCOUNT, "dynamodb", REGION)
    items = dynamodb.scan(TableName=TABLE)["Items"]
    opened = [item for item in items if item.get("stage", {}).get("S") == "contained"]
    return {
        name: groups
        for item in opened
        for name, groups in json.loads(item["left"]["S"]).items()
        if name in there
    }
