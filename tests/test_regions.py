"""The table of regions against botocore's own: nothing wrong in it, nothing missing unnoticed."""

from __future__ import annotations

from typing import Any

import botocore.args
import botocore.session
import pytest

from regions import OPT_IN, PARTITIONS

LATER = {"me-west-1", "sa-west-1"}
"""Listed by botocore, but no service has an endpoint there: not open to anybody yet."""


@pytest.fixture(scope="module")
def partitions() -> dict[str, str]:
    """Region → partition, as botocore knows them, without those that stand for global services."""
    data = botocore.session.get_session().get_data("partitions")
    return {
        region: partition["id"]
        for partition in data["partitions"]
        for region in partition["regions"]
        if not region.endswith("-global")
    }


@pytest.fixture(scope="module")
def endpoints() -> dict[str, Any]:
    """Region → how botocore describes it, for every region in which a service has an endpoint."""
    data = botocore.session.get_session().get_data("endpoints")
    return {name: region for each in data["partitions"] for name, region in each["regions"].items()}


def _public(partition: str) -> bool:
    """Whether anybody may have an account there: the isolated partitions are not for us."""
    return not partition.startswith("aws-iso")


def test_every_region_lies_in_the_partition_that_botocore_says(partitions: dict[str, str]) -> None:
    assert {region: partitions.get(region) for region in PARTITIONS} == PARTITIONS


def test_a_region_that_botocore_newly_knows_is_told(partitions: dict[str, str]) -> None:
    known = {region for region, partition in partitions.items() if _public(partition)}
    new = known - PARTITIONS.keys() - LATER
    assert new == set(), (
        f"put {sorted(new)} into regions.py, or into LATER while it has no endpoint"
    )


def test_a_region_that_has_opened_meanwhile_is_told(endpoints: dict[str, Any]) -> None:
    opened = LATER & endpoints.keys()
    assert opened == set(), f"take {sorted(opened)} from LATER and put it into regions.py"


def test_every_region_of_ours_is_open(endpoints: dict[str, Any]) -> None:
    assert PARTITIONS.keys() - endpoints.keys() == set()


def test_a_partition_that_botocore_newly_knows_is_told(partitions: dict[str, str]) -> None:
    public = {partition for partition in partitions.values() if _public(partition)}
    assert public == set(PARTITIONS.values())


def test_regions_older_than_opting_in_are_not_opt_in() -> None:
    # Regions are opt-in since March 2019; those for which STS had a global endpoint are older.
    older = set(botocore.args.LEGACY_GLOBAL_STS_REGIONS) - {"aws-global"}
    assert len(older) > 10
    assert older & OPT_IN == set()
    assert older <= PARTITIONS.keys()


def test_opting_in_exists_in_the_main_partition_only() -> None:
    assert {PARTITIONS[region] for region in OPT_IN} == {"aws"}


@pytest.mark.parametrize(
    ("region", "opt_in"),
    [("eu-central-1", False), ("eu-central-2", True), ("ap-south-1", False), ("ap-south-2", True)],
)
def test_a_second_region_of_the_same_place_may_be_opt_in(region: str, *, opt_in: bool) -> None:
    assert (region in OPT_IN) is opt_in
