"""What a stack's settings change about an answer: modes, thresholds and caps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.entry import DEPLOYER
from operations.expectations import isolated, untouched
from operations.routing.answers import answers
from operations.routing.stack_file import decided_by, stack_settings
from operations.scenarios.bounds import brakes_of
from tests.organization import Deployed, deployed

ACCOUNTS = ("security", "tax", "land-registry")


@pytest.fixture(scope="module")
def staging() -> Iterator[Deployed]:
    """Automatic from severity 7 on, five an hour; land-registry asks first."""
    with deployed("staging") as running:
        yield running


def test_below_the_threshold_a_finding_is_for_people(staging: Deployed) -> None:
    with staging.network() as network:
        target = network.add_instance()
        found = staging.attack(network, target, severity=6.9)
        untouched(network, target)
        assert [record.action for record in staging.records(found)] == ["Notify"]


def test_at_the_threshold_a_finding_is_answered(staging: Deployed) -> None:
    with staging.network(region="eu-west-1") as network:
        target = network.add_instance()
        staging.attack(network, target, severity=7)
        isolated(network, target)


def test_a_route_in_approval_mode_asks_and_touches_nothing(staging: Deployed) -> None:
    with staging.network("land-registry") as network:
        target = network.add_instance()
        found = staging.attack(network, target)
        untouched(network, target)
        assert network.groups_made() == []
        assert staging.stages(found) == ["received", "approval-wanted"]
        # A drill, whether or not it comes to a containment: it is in no production figure.
        assert [record.drill for record in staging.records(found)] == [True, True]


def test_a_full_cap_engages_the_brake_of_its_route_and_an_hour_does_not_let_it_go(
    staging: Deployed,
) -> None:
    staging.begin_an_hour()
    with staging.network("security") as network:
        brakes = brakes_of(staging.ground, network.account)
        targets = [network.add_instance() for _ in range(6)]
        found = [staging.attack(network, each) for each in targets[:5]]
        for each in targets[:5]:
            isolated(network, each)
        assert brakes.status() == {}
        found.append(staging.attack(network, targets[5]))
        untouched(network, targets[5])
        assert staging.stages(found[5]) == ["received", "braked", "skipped"]
        last = staging.records(found[5])[-1]
        assert last.why == "over the cap of 5 an hour for compromised-instance"
        assert brakes.status().keys() == {"compromised-instance"}
        staging.settle(3600)
        staging.attack(network, targets[5])
        untouched(network, targets[5])
        brakes.let_go("compromised-instance", reason="looked at all of them", who="user/kim")
        staging.attack(network, targets[5])
        isolated(network, targets[5])


def test_the_deployed_rules_tell_the_modes_that_the_stack_file_tells(
    staging: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _routes(staging, monkeypatch)
    from_file = {each.route: each for each in answers(decided_by(stack_settings("staging")))}
    identity = staging.ground.accounts
    for each in said["routes"]:
        planned = from_file[each["route"]]
        assert each["modes"] == {identity[name]: mode for name, mode in planned.modes.items()}
        assert each["thresholds"] == {identity[n]: s for n, s in planned.thresholds.items()}
        assert each["team"] == planned.team


def test_a_rule_that_somebody_switched_off_is_told(
    staging: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = staging.ground.client(staging.ground.accounts["tax"], "events", "eu-west-1")
    name = "containment-compromised-instance-2"
    events.disable_rule(Name=name)
    try:
        told = {each["route"]: each["modes"] for each in _routes(staging, monkeypatch)["routes"]}
    finally:
        events.enable_rule(Name=name)
    account = staging.ground.accounts["tax"]
    assert told["compromised-instance"][account] == "mixed: automatic, disabled"
    assert told["attacking-instance"][account] == "automatic"


def _routes(staging: Deployed, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the verb reads in every account that contains, in the home region."""
    for name, value in {
        "AWS_ENDPOINT_URL": staging.emulator.endpoint,
        "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
        "AWS_SECRET_ACCESS_KEY": "anything",
    }.items():
        monkeypatch.setenv(name, value)
    named = [f"--account={staging.ground.accounts[name]}" for name in ACCOUNTS]
    words = ["routes", *named, "--role", DEPLOYER, "--region", "eu-west-1", "--json"]
    answered = CliRunner().invoke(app, words)
    assert answered.exit_code == 0, answered.output
    told: dict[str, Any] = json.loads(answered.output)
    return told
