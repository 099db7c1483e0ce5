"""Bounds of one route are not another's; exemptions are read where they are kept, at use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from operations.brakes import Brakes
from operations.expectations import isolated, untouched
from tests.drilling import played
from tests.organization import ALONE, Deployed, deployed

CHEAP, GRAVE = "UnauthorizedAccess:EC2/SSHBruteForce", "CryptoCurrency:EC2/BitcoinTool.B"


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """A stack in which the cheap route may contain two an hour, and the grave one one."""
    caps = {"attacking-instance": {"per_hour": 2}, "compromised-instance": {"per_hour": 1}}
    with deployed(settings={**ALONE, "caps": caps}) as running:
        yield running


def test_what_is_contained_under_one_route_does_not_count_against_anothers_cap(
    organization: Deployed,
) -> None:
    with organization.network() as network:
        brakes = Brakes(
            dynamodb=organization.ground.client(network.account, "dynamodb", network.region),
            events=organization.ground.client(network.account, "events", network.region),
        )
        first, second, third, grave = (network.add_instance() for _ in range(4))
        for target in (first, second, third):
            sent = {"type": CHEAP, "severity": 8.0}
            organization.attack(network, target, **{**sent, "kind": CHEAP, "role": "ACTOR"})
        isolated(network, first)
        isolated(network, second)
        untouched(network, third)
        assert brakes.status().keys() == {"attacking-instance"}
        organization.attack(network, grave, GRAVE)
        isolated(network, grave)


@pytest.mark.parametrize("name", ["exempt", "exemption-expired"])
def test_an_exemption_counts_while_it_is_there_and_has_not_expired(
    alone: Deployed, name: str
) -> None:
    organization_caps = alone.ground.client(
        alone.ground.security, "dynamodb", alone.ground.regions[0]
    )
    for each in organization_caps.scan(TableName="containment-state")["Items"]:
        organization_caps.delete_item(TableName="containment-state", Key={"id": each["id"]})
    assert played(alone, name).why is None
