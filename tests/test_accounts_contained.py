"""What an account's state table says is contained, and what of it is over or none of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from operations.accounts.contained import held_in
from operations.accounts.mistake import AccountsError
from rehearsal.emulator.server import Emulator
from runbooks.state import TABLE, UNTIL_RELEASED
from tests.emulated import TAX, client


def test_where_there_is_no_table_nothing_is_known_and_nothing_is_taken_out(
    emulator: Callable[..., Emulator],
) -> None:
    dynamodb = client(emulator(), TAX, "dynamodb")
    with pytest.raises(AccountsError, match=f"no table {TABLE} in {TAX}, eu-west-1: what is") as e:
        held_in(dynamodb, TAX)
    assert "Was it never deployed, --without-asking takes it out" in str(e.value)


def instance(number: int) -> str:
    return f"arn:aws:ec2:eu-west-1:{TAX}:instance/i-{number:017x}"


def item(number: int, stage: str, **more: str) -> dict[str, Any]:
    """An item as Contain and Release leave it."""
    said = {
        "id": f"isolate_instance#{instance(number)}",
        "stage": stage,
        "holder": f"run-{number}",
        "lease_until": UNTIL_RELEASED if stage == "contained" else "0",
        "occurrence": "1",
        "first_seen": "2026-11-24T12:00:00+00:00",
        "finding_id": f"{number:032x}",
        "route": "compromised-instance",
        **more,
    }
    return {name: {"S": value} for name, value in said.items()}


@pytest.fixture
def table(emulator: Callable[..., Emulator]) -> Any:
    """The state table of the tax account, empty."""
    dynamodb = client(emulator(), TAX, "dynamodb")
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamodb


def test_whatever_a_release_would_take_is_held_and_what_is_over_is_not(table: Any) -> None:
    prior = {"prior": '{"eni-0": ["sg-0"]}'}
    later = str(int(time.time()) + 600)
    for each in (
        item(1, "contained", **prior),
        item(2, "blocked", **prior),
        item(3, "failed", **prior),
        item(4, "begun", **prior),
        item(5, "begun", lease_until=later),
        item(6, "releasing", lease_until=later, **prior),
        item(7, "released", **prior),
        item(8, "begun"),
        item(9, "failed"),
        {"id": {"S": "brakes"}, "account": {"S": "a change is on"}},
        {"id": {"S": "cap#compromised-instance#2026-11-24T12"}, "taken": {"N": "1"}},
        {"id": {"S": f"deny_instance#arn:aws:iam::{TAX}:role/web"}, "slot1": {"S": instance(1)}},
    ):
        table.put_item(TableName=TABLE, Item=each)
    held = {each.resource: each for each in held_in(table, TAX)}
    assert sorted(held) == [instance(number) for number in range(1, 7)]
    release = "aws ssm start-automation-execution --document-name containment-isolate-instance-rel"
    assert all(held[instance(number)].remedy.startswith(release) for number in (1, 2, 3, 4))
    assert held[instance(5)].remedy == "wait for the run run-5, then ask again"
    assert held[instance(6)].remedy == "wait for the run run-6, then ask again"


def test_a_table_of_several_pages_is_read_whole(table: Any) -> None:
    padding = "x" * 300_000  # a page of a scan has a megabyte at most
    for number in range(1, 10):
        table.put_item(TableName=TABLE, Item=item(number, "contained", prior=padding))
    first = table.scan(TableName=TABLE)
    assert "LastEvaluatedKey" in first
    assert len(held_in(table, TAX)) == 9
