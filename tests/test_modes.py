"""What a stack's settings change about an answer: modes, thresholds and caps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from operations.expectations import isolated, untouched
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


def test_what_is_over_a_routes_cap_is_left_to_people(staging: Deployed) -> None:
    into_the_hour = staging.ground.now().timestamp() % 3600
    staging.settle(3600 - into_the_hour)  # a cap is for an hour by the clock
    with staging.network("security") as network:
        targets = [network.add_instance() for _ in range(6)]
        found = [staging.attack(network, each) for each in targets]
        for each in targets[:5]:
            isolated(network, each)
        untouched(network, targets[5])
        last = staging.records(found[5])[-1]
        assert last.stage == "skipped"
        assert last.why == "over the cap of 5 an hour for compromised-instance"
