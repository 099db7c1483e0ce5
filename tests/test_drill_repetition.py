"""That the scenarios about repetition fail when nobody remembers what was begun or released."""

from __future__ import annotations

from typing import Any

import pytest

from runbooks.state import TABLE
from tests.drilling import played, why
from tests.organization import Deployed
from tests.sabotage import ACCOUNT, REGION, before, move, named, victims


@pytest.mark.parametrize("name", ["twice-and-updated", "update-after-release"])
def test_repetition_fails_where_the_table_forgets(alone: Deployed, name: str) -> None:
    dynamodb = alone.ground.client(ACCOUNT, "dynamodb", REGION)
    forgotten: list[str] = []

    def forget(call: Any) -> None:
        if (call.step, call.operation) != ("triage_read_finding", "GetFindings"):
            return
        for item in dynamodb.scan(TableName=TABLE)["Items"]:
            forgotten.append(item["id"]["S"])
            dynamodb.delete_item(TableName=TABLE, Key={"id": item["id"]})

    alone.emulator.world.automation.before_call = forget
    assert "no joined in the ledger" in why(played(alone, name))
    assert forgotten


def test_update_after_release_fails_where_the_second_occurrence_keeps_the_first_clock(
    alone: Deployed,
) -> None:
    dynamodb = alone.ground.client(ACCOUNT, "dynamodb", REGION)
    contained: list[str] = []

    def as_if_failed(call: Any) -> None:
        """Once it is released: a stage that makes the next run go on with the old occurrence."""
        if (call.step, call.operation) != ("triage_read_finding", "GetFindings"):
            return
        for item in dynamodb.scan(TableName=TABLE)["Items"]:
            if item.get("stage", {}).get("S") == "released":
                contained.append(item["id"]["S"])
                item["stage"] = {"S": "failed"}
                dynamodb.put_item(TableName=TABLE, Item=item)

    alone.emulator.world.automation.before_call = as_if_failed
    assert "recorded as occurrence 1" in why(played(alone, "update-after-release"))
    assert contained


def test_killed_halfway_passes_and_fails_where_a_stopped_run_cleans_nothing_up(
    alone: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = played(alone, "killed-halfway")
    assert (result.verdict, result.why) == ("passed", None)
    # An instance whose runs end at once, onCancel or not.
    monkeypatch.setattr("rehearsal.automation.run.CLEAN_UP", 0.0)
    assert "nobody was told how the run ended" in why(played(alone, "killed-halfway"))


def test_killed_halfway_fails_where_the_instance_is_left_open_to_all(alone: Deployed) -> None:
    done = before(alone, "mitigate_judge", "PutEvents", lambda _: reopen(alone))
    assert "left open to all" in why(played(alone, "killed-halfway"))
    assert done


def reopen(alone: Deployed) -> None:
    """Put the victim back into the group that its run had opened."""
    [victim] = victims(alone)
    move(alone, victim["NetworkInterfaces"][0], [named(alone, "containment-transitional")])
