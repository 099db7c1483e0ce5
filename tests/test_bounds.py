"""What bounds an answer, in the smallest stack: exemptions, notify-only, what may be claimed."""

from __future__ import annotations

import pytest

from operations.expectations import isolated, untouched
from tests.organization import ALONE, deployed

PROVEN = {**ALONE, "contained": {"suffices": "severed", "two_swaps_proven": True}}
EXEMPTION = {
    "resource": "arn:aws:ec2:eu-central-1:333333333333:instance/i-*",
    "owner": "tax-platform@example.org",
    "reason": "a load test that looks like mining",
}


def test_where_routes_only_notify_nothing_is_touched() -> None:
    with deployed("prod", ALONE) as prod, prod.network() as network:
        target = network.add_instance()
        found = prod.attack(network, target)
        untouched(network, target)
        assert [record.action for record in prod.records(found)] == ["Notify"]


@pytest.mark.parametrize(("expires", "stays"), [("2999-12-31", True), ("2026-01-01", False)])
def test_an_exemption_counts_until_it_expires(expires: str, *, stays: bool) -> None:
    exemptions = [{**EXEMPTION, "expires": expires}]
    with (
        deployed(settings={**ALONE, "exemptions": exemptions}) as organization,
        organization.network() as network,
    ):
        target = network.add_instance()
        found = organization.attack(network, target)
        last = organization.records(found)[-1]
        if stays:
            untouched(network, target)
            assert last.stage == "skipped"
            assert "tax-platform@example.org" in str(last.why)
        else:
            isolated(network, target)


def test_an_exemption_of_another_region_does_not_count() -> None:
    elsewhere = EXEMPTION["resource"].replace("eu-central-1", "eu-west-1")
    exemptions = [{**EXEMPTION, "resource": elsewhere, "expires": "2999-12-31"}]
    with (
        deployed(settings={**ALONE, "exemptions": exemptions}) as organization,
        organization.network() as network,
    ):
        target = network.add_instance()
        organization.attack(network, target)
        isolated(network, target)


def test_severed_is_said_where_it_was_proven_and_the_network_has_no_tracked_path() -> None:
    with (
        deployed(settings=PROVEN) as organization,
        organization.network() as network,
    ):
        found = organization.attack(network, network.add_instance())
        expected = ["received", "blocked", "severed", "contained", "preserved"]
        assert organization.stages(found) == expected


def test_severed_is_withheld_where_a_connection_may_be_tracked_all_the_same() -> None:
    with (
        deployed(settings=PROVEN) as organization,
        organization.network() as network,
    ):
        address = network.ec2.allocate_address(Domain="vpc")["AllocationId"]
        network.addresses.append(address)
        network.ec2.create_nat_gateway(SubnetId=network.subnet, AllocationId=address)
        found = organization.attack(network, network.add_instance())
        last = [r for r in organization.records(found) if r.stage == "approval-wanted"]
        assert organization.stages(found) == ["received", "blocked", "approval-wanted", "preserved"]
        assert "nat_gateway" in str(last[0].why)
