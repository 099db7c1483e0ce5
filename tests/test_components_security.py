"""The components of the security and management accounts, each on its own."""

from __future__ import annotations

import pytest

from components.administrator import AdministratorServices, AdministratorServicesArgs
from components.aggregator import SecurityHubAggregator, SecurityHubAggregatorArgs
from components.delegation import Delegation, DelegationArgs
from components.detection import Detection
from components.hub import ResponseHub, ResponseHubArgs
from components.ledger import Ledger, LedgerArgs
from components.metrics import MEASURES
from names import Place
from runbooks import RESPONSE, RUNBOOKS
from tests.agency import OPS
from tests.declared import Graph, made

MEMBER = "333333333333"
CENTRAL = Place(partition="aws", account="222222222222", region="eu-west-1")
BEATS = [
    Place(partition="aws", account=account, region=region)
    for account in (CENTRAL.account, MEMBER)
    for region in ("eu-west-1", "eu-central-1")
]
DETECTION = Detection(
    home_region="eu-west-1",
    regions=["eu-west-1", "eu-central-1"],
    protection_plans=["RUNTIME_MONITORING"],
    publishing_frequency="ONE_HOUR",
)


def ledger(organization: str | None, *, retain: bool) -> Graph:
    """``Ledger`` with these settings."""
    args = LedgerArgs(
        place=CENTRAL,
        organization=organization,
        objective_minutes=7,
        retain_data=retain,
        beats=BEATS,
        watch_minutes=10,
    )
    return made(lambda opts: Ledger("ledger", args, opts), CENTRAL.account)


def test_a_ledger_of_an_organisation_admits_that_organisations_forwarders() -> None:
    (statement,) = (
        ledger("o-exampleorgid", retain=False).one("EventBusPolicy").document("policy")["Statement"]
    )
    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
        "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/containment-ledger-forwarder"},
    }


def test_a_ledger_without_an_organisation_admits_its_own_account_only() -> None:
    (statement,) = ledger(None, retain=False).one("EventBusPolicy").document("policy")["Statement"]
    assert statement["Principal"] == {"AWS": CENTRAL.account}
    forwarder = f"arn:aws:iam::{CENTRAL.account}:role/containment-ledger-forwarder"
    assert statement["Condition"] == {"ArnLike": {"aws:PrincipalArn": forwarder}}


def test_a_ledger_measures_runs_that_are_no_drills_against_its_objective() -> None:
    graph = ledger(None, retain=True)
    filters = {each.inputs["name"]: each.inputs for each in graph.of("LogMetricFilter")}
    assert filters.keys() == {each.name for each in MEASURES}
    for name in ("StageSeconds", "TimeToContain", "Breached", "ClockSkew"):
        assert "$.detail.drill IS FALSE" in filters[name]["pattern"]
        assert "$.detail.dry_run IS FALSE" in filters[name]["pattern"]
    # Stage and route, no finer: each combination is a metric of its own (trap 6.2).
    assert filters["StageSeconds"]["metricTransformation"]["dimensions"].keys() == {
        "Stage",
        "Route",
    }
    assert graph.one("MetricAlarm", name="containment-time-to-contain").inputs["threshold"] == 420
    assert graph.one("LogGroup").retained


def test_a_ledger_misses_every_place_that_falls_silent_for_three_looks() -> None:
    graph = ledger(None, retain=True)
    counted = graph.one("LogMetricFilter", name="OpenContainments").inputs["metricTransformation"]
    # The envelope's account: a detail may name any (trap 6.1).
    assert counted["dimensions"] == {"Account": "$.account", "Region": "$.region"}
    silent = {
        (each.inputs["dimensions"]["Account"], each.inputs["dimensions"]["Region"]): each.inputs
        for each in graph.of("MetricAlarm")
        if each.inputs.get("metricName") == "OpenContainments"
    }
    assert silent.keys() == {(place.account, place.region) for place in BEATS}
    for inputs in silent.values():
        assert inputs["treatMissingData"] == "breaching"
        assert (inputs["threshold"], inputs["comparisonOperator"]) == (1, "LessThanThreshold")
        assert (inputs["period"], inputs["evaluationPeriods"]) == (600, 3)
        # A beat is a datum; a new alarm waits for the first, or each deployment would call people.
        assert inputs["statistic"] == "SampleCount"
        assert inputs["warmUpConfiguration"] == {"warmUpPeriodDurationInMinutes": 40}
        assert inputs["namespace"] == counted["namespace"]
        assert inputs["metricName"] == counted["name"]


def test_the_hub_is_ledger_and_evidence_in_the_security_account() -> None:
    args = ResponseHubArgs(
        place=CENTRAL,
        organization=None,
        objective_minutes=15,
        retain_data=False,
        retention_days=1,
        retention_mode="GOVERNANCE",
        exemptions=[],
        beats=BEATS,
        watch_minutes=15,
        runbooks=RUNBOOKS,
        response=RESPONSE,
        engagement=OPS,
    )
    graph = made(lambda opts: ResponseHub("hub", args, opts), CENTRAL.account)
    hub = graph.one("ResponseHub").urn
    assert {graph.one("Ledger").parent, graph.one("Evidence").parent} == {hub}
    assert not graph.one("LogGroup").retained


def test_services_that_are_there_already_are_imported_and_not_made_again() -> None:
    args = AdministratorServicesArgs(
        detection=DETECTION,
        existing_detectors={"eu-central-1": "d0d0"},
        existing_security_hub=CENTRAL.account,
    )
    graph = made(lambda opts: AdministratorServices("services", args, opts), CENTRAL.account)
    assert {each.region: each.imported for each in graph.of("Detector")} == {
        "eu-west-1": "",
        "eu-central-1": "d0d0@eu-central-1",
    }
    assert graph.one("Account").imported == f"{CENTRAL.account}@eu-west-1"
    assert {each.inputs["findingPublishingFrequency"] for each in graph.of("Detector")} == {
        "ONE_HOUR"
    }
    plans = {(each.region, each.inputs["name"]) for each in graph.of("DetectorFeature")}
    assert plans == {(region, "RUNTIME_MONITORING") for region in DETECTION.regions}


def test_the_management_account_imports_its_own_detectors_and_designates_per_region() -> None:
    args = DelegationArgs(
        administrator=CENTRAL.account,
        detection=DETECTION,
        existing_detectors={"eu-west-1": "d1d1"},
    )
    graph = made(lambda opts: Delegation("delegation", args, opts), "111111111111")
    assert {each.region: each.imported for each in graph.of("Detector")} == {
        "eu-west-1": "d1d1@eu-west-1",
        "eu-central-1": "",
    }
    designated = graph.of("OrganizationAdminAccount")
    assert {each.inputs["adminAccountId"] for each in designated} == {CENTRAL.account}
    assert sorted((each.type.split("/")[0], each.region) for each in designated) == [
        ("aws:guardduty", "eu-central-1"),
        ("aws:guardduty", "eu-west-1"),
        ("aws:securityhub", "eu-west-1"),
    ]


@pytest.mark.parametrize(
    ("regions", "linking"),
    [
        (["eu-west-1"], ("NO_REGIONS", None)),
        (["eu-west-1", "eu-central-1"], ("SPECIFIED_REGIONS", ["eu-central-1"])),
    ],
)
def test_an_aggregator_links_the_other_regions_or_none(
    regions: list[str], linking: tuple[str, list[str] | None]
) -> None:
    detection = Detection(
        home_region="eu-west-1",
        regions=regions,
        protection_plans=[],
        publishing_frequency="ONE_HOUR",
    )
    args = SecurityHubAggregatorArgs(
        detection=detection,
        detectors=dict.fromkeys(regions, "d0d0"),
        covers=["r-root", MEMBER],
        designations=[],
    )
    graph = made(lambda opts: SecurityHubAggregator("aggregator", args, opts), CENTRAL.account)
    inputs = graph.one("FindingAggregator").inputs
    assert (inputs["linkingMode"], inputs.get("specifiedRegions")) == linking
    covered = [each.inputs["targetId"] for each in graph.of("ConfigurationPolicyAssociation")]
    assert sorted(covered) == sorted(["r-root", MEMBER])
    (central,) = [c for c in graph.of("OrganizationConfiguration") if "securityhub" in c.type]
    assert central.inputs["autoEnable"] is False
    assert central.inputs["autoEnableStandards"] == "NONE"
