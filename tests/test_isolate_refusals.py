"""What isolate_instance must not answer: it reads the finding itself, and says why it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from operations.expectations import untouched
from operations.findings import finding
from operations.victims import Network
from tests.organization import MINING, Deployed

CLAIMS = {"blocked", "severed", "contained"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"type": "Recon:EC2/Portscan"}, "is not answered by the route"),
        ({"resource": {"resourceType": "Instance"}}, "it names no instance"),
    ],
)
def test_a_finding_that_is_not_what_the_route_answers_is_refused(
    organization: Deployed, network: Network, change: dict[str, Any], why: str
) -> None:
    target = network.add_instance()
    arn = organization.file(network, {**finding(MINING, network, target), **change})
    organization.contain(network, arn)
    untouched(network, target)
    last = organization.records(arn.split("/")[-1])[-1]
    assert (last.stage, why in str(last.why)) == ("skipped", True), last.why


def test_an_archived_finding_is_refused(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    arn = organization.file(network, finding(MINING, network, target))
    identifier = arn.split("/")[-1]
    # Only the administrator archives, with its own detector (trap 1.15).
    security = organization.ground.accounts["security"]
    guardduty = organization.ground.client(security, "guardduty", network.region)
    own = guardduty.list_detectors()["DetectorIds"][0]
    guardduty.archive_findings(DetectorId=own, FindingIds=[identifier])
    organization.contain(network, arn)
    untouched(network, target)
    assert organization.records(identifier)[-1].why == "it is archived"


def test_a_sample_is_refused_by_what_guardduty_says_not_by_its_title(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = finding(MINING, network, target)
    found["service"]["additionalInfo"] = {"sample": True}
    arn = organization.file(network, found)
    organization.contain(network, arn)
    untouched(network, target)
    assert organization.records(found["id"])[-1].why == "it is a sample"


@pytest.mark.parametrize("place", ["444444444444", "eu-west-1"])
def test_a_finding_of_another_account_or_region_is_refused_unread(
    organization: Deployed, network: Network, place: str
) -> None:
    target = network.add_instance()
    found = finding(MINING, network, target)
    arn = organization.file(network, found)
    foreign = arn.replace(network.account if place.isdigit() else network.region, place, 1)
    run = organization.contain(network, foreign)
    untouched(network, target)
    assert "GetFindings" not in {call.operation for call in run.calls}
    assert organization.stages(found["id"]) == ["received", "skipped"]


def test_an_unknown_finding_is_refused(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    arn = organization.file(network, finding(MINING, network, target))
    unknown = arn.rsplit("/", 1)[0] + "/" + "0" * 32
    organization.contain(network, unknown)
    untouched(network, target)
    assert organization.records("0" * 32)[-1].why == "this account and region have no such finding"
