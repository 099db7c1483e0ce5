"""What a stack's settings change about an answer: modes, thresholds and caps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from operations.expectations import isolated, untouched
from operations.scenarios.bounds import brakes_of
from tests.organization import Deployed, deployed


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


def test_a_full_cap_engages_the_brake_of_its_route_and_an_hour_does_not_let_it_go(
    staging: Deployed,
) -> None:
    into_the_hour = staging.ground.now().timestamp() % 3600
    staging.settle(3600 - into_the_hour)  # a cap is for an hour by the clock
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
