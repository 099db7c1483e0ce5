"""GuardDuty as the emulator has it: delegation, members' detectors, plans, findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    LAND_REGISTRY,
    MANAGEMENT,
    REGION,
    SECURITY,
    TAX,
    client,
    control,
    delegated,
    file,
    finding,
    listening,
)

Start = Callable[..., Emulator]


def detector_of(running: Emulator, account: str, region: str = REGION) -> str:
    [detector] = client(running, account, "guardduty", region).list_detectors()["DetectorIds"]
    return str(detector)


def plans(running: Emulator, account: str) -> dict[str, str]:
    detector = client(running, account, "guardduty").get_detector(
        DetectorId=detector_of(running, account)
    )
    return {plan["Name"]: plan["Status"] for plan in detector["Features"]}


def test_auto_enable_makes_a_detector_for_every_member_of_that_region(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    for account in (TAX, LAND_REGISTRY):
        assert detector_of(running, account)
        elsewhere = client(running, account, "guardduty", "eu-central-1")
        assert elsewhere.list_detectors()["DetectorIds"] == []


def test_members_get_the_administrators_frequency(emulator: Start) -> None:
    running = emulator()
    guardduty = client(running, SECURITY, "guardduty")
    own = guardduty.create_detector(Enable=True, FindingPublishingFrequency="FIFTEEN_MINUTES")
    client(running, MANAGEMENT, "guardduty").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    guardduty.update_organization_configuration(
        DetectorId=own["DetectorId"], AutoEnableOrganizationMembers="ALL"
    )
    seen = client(running, TAX, "guardduty").get_detector(DetectorId=detector_of(running, TAX))
    assert seen["FindingPublishingFrequency"] == "FIFTEEN_MINUTES"


def test_a_management_account_with_a_detector_of_its_own_becomes_a_member(emulator: Start) -> None:
    running = emulator()
    client(running, MANAGEMENT, "guardduty").create_detector(Enable=True)
    delegated(running)
    bus = listening(running)
    status, _ = file(running, account=MANAGEMENT)
    assert status == 200
    assert [account for account, *_ in bus.events] == [MANAGEMENT, SECURITY]


def test_an_organisations_feature_reaches_the_members_detectors(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    client(running, SECURITY, "guardduty").update_organization_configuration(
        DetectorId=detector_of(running, SECURITY),
        AutoEnableOrganizationMembers="ALL",
        Features=[
            {
                "Name": "RUNTIME_MONITORING",
                "AutoEnable": "ALL",
                "AdditionalConfiguration": [{"Name": "EC2_AGENT_MANAGEMENT", "AutoEnable": "ALL"}],
            }
        ],
    )
    assert plans(running, TAX)["RUNTIME_MONITORING"] == "ENABLED"
    assert plans(running, TAX)["EKS_RUNTIME_MONITORING"] == "DISABLED"


def test_both_kinds_of_runtime_monitoring_at_once_are_refused(emulator: Start) -> None:
    guardduty = client(emulator(), TAX, "guardduty")
    both = ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")
    with pytest.raises(ClientError, match="cannot both be enabled"):
        guardduty.create_detector(
            Enable=True, Features=[{"Name": name, "Status": "ENABLED"} for name in both]
        )


def test_only_the_administrator_configures_the_organisation(emulator: Start) -> None:
    running = emulator()
    own = client(running, TAX, "guardduty").create_detector(Enable=True)["DetectorId"]
    with pytest.raises(ClientError, match="not the organization's delegated administrator"):
        client(running, TAX, "guardduty").update_organization_configuration(
            DetectorId=own, AutoEnableOrganizationMembers="ALL"
        )


def test_only_the_management_account_names_the_administrator(emulator: Start) -> None:
    with pytest.raises(ClientError, match="not the organization's management account"):
        client(emulator(), TAX, "guardduty").enable_organization_admin_account(
            AdminAccountId=SECURITY
        )


def test_the_administrator_is_the_same_account_in_every_region(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    with pytest.raises(ClientError, match="the same account in all regions"):
        client(running, MANAGEMENT, "guardduty", "eu-central-1").enable_organization_admin_account(
            AdminAccountId=TAX
        )


def test_a_detector_with_members_is_deleted_after_the_designation_is_gone(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    own = detector_of(running, SECURITY)
    guardduty = client(running, SECURITY, "guardduty")
    with pytest.raises(ClientError, match="while it has associated members"):
        guardduty.delete_detector(DetectorId=own)
    client(running, MANAGEMENT, "guardduty").disable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    guardduty.delete_detector(DetectorId=own)
    assert guardduty.list_detectors()["DetectorIds"] == []
    assert detector_of(running, TAX), "members keep theirs"


def test_a_finding_says_of_itself_where_it_is_whatever_was_filed(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    _, filed = file(
        running, what=finding(accountId="999999999999", service={"detectorId": "nobody's"})
    )
    own = detector_of(running, TAX)
    guardduty = client(running, TAX, "guardduty")
    [read] = guardduty.get_findings(DetectorId=own, FindingIds=[filed["id"]])["Findings"]
    assert filed["arn"] == f"arn:aws:guardduty:{REGION}:{TAX}:detector/{own}/finding/{filed['id']}"
    assert (read["AccountId"], read["Region"], read["Arn"]) == (TAX, REGION, filed["arn"])
    assert read["Service"]["DetectorId"] == own
    assert read["Resource"]["InstanceDetails"]["InstanceId"] == "i-0123456789abcdef0"


def test_archived_findings_are_read_too_and_begin_anew_when_seen_again(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    listening(running)
    _, first = file(running, account=SECURITY)
    own = detector_of(running, SECURITY)
    guardduty = client(running, SECURITY, "guardduty")
    guardduty.archive_findings(DetectorId=own, FindingIds=[first["id"]])
    [read] = guardduty.get_findings(DetectorId=own, FindingIds=[first["id"]])["Findings"]
    _, second = file(running, account=SECURITY)
    assert read["Service"]["Archived"] is True
    assert second["id"] != first["id"]


def test_a_member_cannot_archive(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    _, filed = file(running)
    with pytest.raises(ClientError, match="a member account cannot archive"):
        client(running, TAX, "guardduty").archive_findings(
            DetectorId=detector_of(running, TAX), FindingIds=[filed["id"]]
        )


def test_another_accounts_detector_is_not_owned(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    with pytest.raises(ClientError, match="not owned by the current account"):
        client(running, LAND_REGISTRY, "guardduty").get_findings(
            DetectorId=detector_of(running, TAX), FindingIds=["0" * 32]
        )


def test_an_unknown_finding_is_left_out(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    answer = client(running, TAX, "guardduty").get_findings(
        DetectorId=detector_of(running, TAX), FindingIds=["0" * 32]
    )
    assert answer["Findings"] == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"account": "999999999999"}, "account '999999999999' is not in the organisation"),
        ({"region": "mars-1"}, "region 'mars-1' is no region"),
        ({"region": "eu-west-2"}, "has no active GuardDuty detector in eu-west-2"),
        ({"finding": ["not", "an", "object"]}, "a finding is a JSON object"),
        ({"finding": {}}, "it needs a type"),
        ({"finding": finding(severity="high")}, "the finding.severity must be a double, not str"),
        ({"finding": finding(resource="i-1")}, "the finding.resource must be an object"),
        ({"finding": finding(description="x" * 262144)}, "an event has at most 262144"),
    ],
)
def test_what_guardduty_could_not_have_found_is_refused_with_a_sentence(
    emulator: Start, body: dict[str, Any], sentence: str
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    whole = {"account": TAX, "region": REGION, "finding": finding(), **body}
    status, answer = control(running, "POST", "findings", whole)
    assert status == 400
    assert sentence in answer["error"]
    assert bus.events == []


@pytest.mark.parametrize("raw", [b"{", b"[]", b'"text"', b"\xff"])
def test_what_is_no_json_object_is_refused(emulator: Start, raw: bytes) -> None:
    status, answer = control(emulator(), "POST", "findings", raw)
    assert status == 400
    assert "JSON" in answer["error"]
