"""GuardDuty's filters as the emulator has them, and the trust that a designation brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    LAND_REGISTRY,
    MANAGEMENT,
    SECURITY,
    TAX,
    client,
    delegated,
    file,
    finding,
    listening,
)

Start = Callable[..., Emulator]
MINING = "CryptoCurrency:EC2/BitcoinTool.B!DNS"


class Suppressing:
    """The administrator's filters of a region."""

    def __init__(self, running: Emulator, account: str = SECURITY) -> None:
        self.api = client(running, account, "guardduty")
        [self.detector] = self.api.list_detectors()["DetectorIds"]

    def add(self, name: str, criterion: dict[str, Any], action: str = "ARCHIVE") -> None:
        self.api.create_filter(
            DetectorId=self.detector,
            Name=name,
            Action=action,
            FindingCriteria={"Criterion": criterion},
        )


@pytest.fixture
def running(emulator: Start) -> Emulator:
    made = emulator()
    delegated(made)
    return made


def heard(running: Emulator, account: str = TAX, **more: Any) -> bool:
    """Whether anybody is told of a finding."""
    bus = listening(running)
    file(running, account, what=finding(**more))
    return bool(bus.events)


def test_a_filter_says_what_it_was_made_with_and_goes_when_it_is_deleted(
    running: Emulator,
) -> None:
    filters = Suppressing(running)
    filters.add("mining", {"type": {"Eq": [MINING]}})
    api, of = filters.api, {"DetectorId": filters.detector}
    assert api.list_filters(**of)["FilterNames"] == ["mining"]
    told = api.get_filter(**of, FilterName="mining")
    assert told["Action"] == "ARCHIVE"
    assert told["FindingCriteria"] == {"Criterion": {"type": {"Equals": [MINING]}}}
    with pytest.raises(ClientError, match="already exists"):
        filters.add("mining", {})
    api.update_filter(**of, FilterName="mining", Action="NOOP")
    assert api.get_filter(**of, FilterName="mining")["Action"] == "NOOP"
    assert heard(running)
    api.delete_filter(**of, FilterName="mining")
    assert api.list_filters(**of)["FilterNames"] == []
    with pytest.raises(ClientError, match="there is no filter with the name mining"):
        api.get_filter(**of, FilterName="mining")


@pytest.mark.parametrize(
    ("criterion", "hidden"),
    [
        ({}, True),
        ({"type": {"Equals": [MINING]}}, True),
        ({"type": {"NotEquals": [MINING]}}, False),
        ({"severity": {"GreaterThanOrEqual": 8}}, True),
        ({"severity": {"LessThan": 8}}, False),
        ({"type": {"Equals": [MINING]}, "accountId": {"Equals": [LAND_REGISTRY]}}, False),
        ({"resource.instanceDetails.instanceId": {"Equals": ["i-0123456789abcdef0"]}}, True),
    ],
)
def test_a_suppression_rule_hides_what_all_of_its_criteria_match(
    running: Emulator, criterion: dict[str, Any], hidden: bool
) -> None:
    Suppressing(running).add("quiet", criterion)
    assert heard(running) is not hidden


def test_a_filter_to_look_with_suppresses_nothing(running: Emulator) -> None:
    Suppressing(running).add("look", {"type": {"Equals": [MINING]}}, action="NOOP")
    assert heard(running)


def test_a_member_has_no_filters_of_its_own(running: Emulator) -> None:
    with pytest.raises(ClientError, match="a member account has no filters"):
        Suppressing(running, TAX).add("mine", {})


def test_criteria_that_are_not_emulated_are_refused_when_the_filter_is_made(
    running: Emulator,
) -> None:
    filters = Suppressing(running)
    with pytest.raises(ClientError, match=r"criteria on service\.action\.dns"):
        filters.add("dns", {"service.action.dnsRequestAction.domain": {"Equals": ["a.example"]}})
    with pytest.raises(ClientError, match="Matches on type is not emulated"):
        filters.add("like", {"type": {"Matches": ["CryptoCurrency*"]}})


def test_designating_lets_the_service_into_the_organisation(running: Emulator) -> None:
    organizations = client(running, MANAGEMENT, "organizations")

    def trusted() -> set[str]:
        told = organizations.list_aws_service_access_for_organization()
        return {each["ServicePrincipal"] for each in told["EnabledServicePrincipals"]}

    assert trusted() == {"guardduty.amazonaws.com"}
    hub = client(running, MANAGEMENT, "securityhub")
    hub.enable_organization_admin_account(AdminAccountId=SECURITY)
    assert trusted() == {"guardduty.amazonaws.com", "securityhub.amazonaws.com"}
