"""Brakes: people stop what would begin, and a full cap stops its own route."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from operations import records, timeline
from operations.__main__ import app
from operations.brakes import BrakeError, Brakes
from operations.entry import DEPLOYER
from operations.expectations import isolated, untouched
from operations.scenarios.bounds import brakes_of
from operations.victims import Network
from runbooks.state import BRAKES, TABLE, WHOLE_ACCOUNT
from tests.organization import Deployed
from tests.sabotage import ACCOUNT, REGION

ROUTE = "compromised-instance"


@pytest.fixture
def brakes(organization: Deployed) -> Iterator[Brakes]:
    """The account's brakes, all off before and after."""
    made = brakes_of(organization.ground, ACCOUNT)
    yield made
    made.dynamodb.delete_item(TableName=TABLE, Key={"id": {"S": BRAKES}})


def told(organization: Deployed, stage: str) -> list[records.Record]:
    organization.settle(60)
    logs = organization.ground.client(organization.ground.security, "logs", REGION)
    return [record for record in timeline.read(logs) if record.stage == stage]


@pytest.mark.parametrize("what", [ROUTE, WHOLE_ACCOUNT])
def test_a_brake_of_the_route_or_the_account_stops_it_and_the_record_says_why(
    organization: Deployed, network: Network, brakes: Brakes, what: str
) -> None:
    brakes.engage(what, reason="a change is on", who="user/kim")
    target = network.add_instance()
    found = organization.attack(network, target)
    untouched(network, target)
    assert organization.stages(found) == ["received", "skipped"]
    why = str(organization.records(found)[-1].why)
    assert why.startswith(f"the brake of {what} is on: a change is on (user/kim, ")


def test_the_brake_of_another_route_stops_nothing(
    organization: Deployed, network: Network, brakes: Brakes
) -> None:
    brakes.dynamodb.put_item(
        TableName=TABLE, Item={"id": {"S": BRAKES}, "attacked-instance": {"S": "on"}}
    )
    target = network.add_instance()
    organization.attack(network, target)
    isolated(network, target)


def test_what_was_left_alone_is_answered_by_the_next_finding_once_the_brake_is_off(
    organization: Deployed, network: Network, brakes: Brakes
) -> None:
    target = network.add_instance()
    brakes.engage(WHOLE_ACCOUNT, reason="a change is on", who="user/kim")
    organization.attack(network, target)
    brakes.let_go(WHOLE_ACCOUNT, reason="the change is done", who="user/kim")
    organization.attack(network, target)
    isolated(network, target)
    [braked], [unbraked] = told(organization, "braked")[-1:], told(organization, "unbraked")[-1:]
    assert (braked.account, braked.route, braked.action) == (ACCOUNT, WHOLE_ACCOUNT, "Brake")
    assert "the change is done (user/kim" in str(unbraked.why)


def test_what_is_contained_can_be_released_while_the_brake_is_on(
    organization: Deployed, network: Network, brakes: Brakes
) -> None:
    target = network.add_instance()
    organization.attack(network, target)
    isolated(network, target)
    brakes.engage(WHOLE_ACCOUNT, reason="a change is on", who="user/kim")
    organization.release(network, target)
    untouched(network, target)


@pytest.mark.parametrize(
    ("what", "reason", "sentence"),
    [
        ("compromised-instances", "why not", "there is no brake of 'compromised-instances'; there"),
        ("attacked-instance", "why not", "there are account, compromised-instance"),
        (ROUTE, "  ", "say why"),
    ],
)
def test_a_brake_that_makes_no_sense_is_refused(
    brakes: Brakes, what: str, reason: str, sentence: str
) -> None:
    with pytest.raises(BrakeError, match=sentence):
        brakes.engage(what, reason=reason, who="user/kim")
    assert brakes.status() == {}


def test_a_brake_that_is_not_on_cannot_be_let_go(brakes: Brakes) -> None:
    brakes.engage(ROUTE, reason="a change is on", who="user/kim")
    with pytest.raises(BrakeError, match=f"the brake of account is not on; on are: {ROUTE}"):
        brakes.let_go(WHOLE_ACCOUNT, reason="", who="user/kim")


class Command:
    """``python -m operations brake``, by a stranger who may assume the deployer role."""

    def __init__(self, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
            "AWS_SECRET_ACCESS_KEY": "anything",
            "AWS_DEFAULT_REGION": REGION,
        }.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *words: str) -> Any:
        return CliRunner().invoke(app, ["brake", *words, "--account", ACCOUNT, "--role", DEPLOYER])


@pytest.fixture
def command(organization: Deployed, brakes: Brakes, monkeypatch: pytest.MonkeyPatch) -> Command:
    return Command(organization.emulator.endpoint, monkeypatch)


def test_the_command_engages_shows_and_lets_go(command: Command, brakes: Brakes) -> None:
    none = command("status")
    assert (none.exit_code, none.output) == (0, f"no brake is on in {ACCOUNT}\n")
    on = command("on", "--route", ROUTE, "--reason", "elections")
    assert (on.exit_code, on.output) == (0, f"on: the brake of {ROUTE} in {ACCOUNT}\n")
    assert "elections (" in brakes.status()[ROUTE]
    shown = command("status", "--json")
    assert (shown.exit_code, json.loads(shown.output)) == (3, dict(brakes.status()))
    off = command("off", "--route", ROUTE)
    assert (off.exit_code, off.output) == (0, f"off: the brake of {ROUTE} in {ACCOUNT}\n")
    assert brakes.status() == {}


def test_the_command_says_what_was_wrong_and_does_nothing(
    command: Command, brakes: Brakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = command("on", "--route", "everything", "--reason", "elections")
    assert wrong.exit_code == 1
    assert "there is no brake of 'everything'" in wrong.output
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    lost = command("on", "--reason", "elections")
    assert (lost.exit_code, brakes.status()) == (1, {})
    assert "give --region, the home region of the stack" in lost.output
