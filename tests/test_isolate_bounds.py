"""Bounds of one route are not another's; exemptions are read where they are kept, at use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from operations.brakes import Brakes
from operations.expectations import isolated, untouched
from operations.findings import finding
from tests.drilling import played
from tests.organization import ALONE, Deployed, deployed

CHEAP, GRAVE = "UnauthorizedAccess:EC2/SSHBruteForce", "CryptoCurrency:EC2/BitcoinTool.B"


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """A stack in which the cheap route may contain two an hour, and the grave one one."""
    caps = {"attacking-instance": {"per_hour": 2}, "compromised-instance": {"per_hour": 1}}
    with deployed(settings={**ALONE, "caps": caps}) as running:
        yield running


@pytest.fixture(autouse=True)
def anew(organization: Deployed) -> None:
    """No cap is used up yet, and no brake is on."""
    table, ground = {"TableName": "containment-state"}, organization.ground
    dynamodb = ground.client(ground.security, "dynamodb", ground.regions[0])
    for each in dynamodb.scan(**table)["Items"]:
        dynamodb.delete_item(**table, Key={"id": each["id"]})


def test_what_is_contained_under_one_route_does_not_count_against_anothers_cap(
    organization: Deployed,
) -> None:
    organization.begin_an_hour()
    with organization.network() as network:
        brakes = Brakes(
            dynamodb=organization.ground.client(network.account, "dynamodb", network.region),
            events=organization.ground.client(network.account, "events", network.region),
        )
        first, second, third, grave = (network.add_instance() for _ in range(4))
        for target in (first, second, third):
            found = finding(CHEAP, network, target, role="ACTOR")
            organization.ground.attack(network.account, network.region, found)
            organization.settle()
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
    assert played(alone, name).why is None
