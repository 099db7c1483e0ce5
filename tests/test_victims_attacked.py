"""The pipeline meets the drills' newer victims: of whatever they are made, all is isolated."""

from __future__ import annotations

from operations.expectations import isolated, untouched
from operations.victims import Network
from tests.organization import Deployed


def test_an_instance_in_two_vpcs_is_isolated_in_both(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(elsewhere=True)
    found = organization.attack(network, target)
    assert "contained" in organization.stages(found)
    isolated(network, target)
    for interface in target.interfaces:
        assert network.ground.resolves(network.account, network.region, interface, "example.org")
    organization.release(network, target)
    untouched(network, target)
    assert network.groups_made() == []


def test_an_instance_with_a_role_behind_nat_is_isolated_and_its_path_is_named(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(profile=network.add_role())
    network.through_nat()
    found = organization.attack(network, target)
    [said] = [one for one in organization.records(found) if one.stage == "contained"]
    assert "nat_gateway" in str(said.why)
    isolated(network, target)
    assert organization.failures() == []
