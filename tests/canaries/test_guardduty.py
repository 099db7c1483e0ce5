"""Canaries of GuardDuty's traps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import (
    MANAGEMENT,
    REGION,
    SECURITY,
    TAX,
    client,
    delegated,
    file,
    finding,
    listening,
)


@canary("1.1")
def test_a_members_finding_comes_on_its_own_bus_and_on_the_administrators(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    file(running)
    assert [(account, region, name) for account, region, name, _ in bus.events] == [
        (TAX, REGION, "default"),
        (SECURITY, REGION, "default"),
    ]
    assert [event["account"] for *_, event in bus.events] == [TAX, SECURITY]
    assert {event["detail"]["accountId"] for *_, event in bus.events} == {TAX}


@canary("1.3")
def test_what_is_compromised_is_called_a_target_all_the_same(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    file(running)
    file(running, what=finding(type="CryptoCurrency:Runtime/BitcoinTool.B"))
    roles = [event["detail"]["service"].get("resourceRole") for *_, event in bus.events]
    assert roles == ["TARGET", "TARGET", None, None]


@canary("1.4")
def test_the_api_hides_a_samples_mark_in_a_string_of_json(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    _, filed = file(running, what=finding(service={"additionalInfo": {"sample": True}}))
    guardduty = client(running, TAX, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    [read] = guardduty.get_findings(DetectorId=detector, FindingIds=[filed["id"]])["Findings"]
    assert bus.events[0][3]["detail"]["service"]["additionalInfo"] == {"sample": True}
    assert read["Service"]["AdditionalInfo"] == {"Type": "default", "Value": '{"sample":true}'}


@canary("1.5")
def test_a_second_sighting_updates_the_open_finding(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    _, first = file(running)
    running.world.clock.sleep(900)
    _, second = file(running)
    assert first == second
    details = [event["detail"] for account, _, _, event in bus.events if account == TAX]
    assert [detail["service"]["count"] for detail in details] == [1, 2]
    assert details[0]["service"]["eventFirstSeen"] == details[1]["service"]["eventFirstSeen"]
    assert details[0]["service"]["eventLastSeen"] < details[1]["service"]["eventLastSeen"]
    assert details[0]["updatedAt"] < details[1]["updatedAt"]


@canary("1.14")
def test_the_management_account_gets_no_detector_from_auto_enable(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    delegated(running)
    assert client(running, TAX, "guardduty").list_detectors()["DetectorIds"]
    assert client(running, MANAGEMENT, "guardduty").list_detectors()["DetectorIds"] == []


@canary("1.18")
def test_naming_an_administrator_makes_its_detector_and_a_second_is_refused(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    client(running, MANAGEMENT, "guardduty").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    guardduty = client(running, SECURITY, "guardduty")
    assert len(guardduty.list_detectors()["DetectorIds"]) == 1
    with pytest.raises(ClientError, match="a detector already exists"):
        guardduty.create_detector(Enable=True)


@canary("1.15")
def test_nobody_is_told_of_a_finding_that_a_suppression_rule_archives(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    administrator = client(running, SECURITY, "guardduty")
    [detector] = administrator.list_detectors()["DetectorIds"]
    administrator.create_filter(
        DetectorId=detector,
        Name="quiet",
        Action="ARCHIVE",
        FindingCriteria={"Criterion": {"type": {"Equals": [finding()["type"]]}}},
    )
    _, filed = file(running)
    member = client(running, TAX, "guardduty")
    [own] = member.list_detectors()["DetectorIds"]
    [kept] = member.get_findings(DetectorId=own, FindingIds=[filed["id"]])["Findings"]
    assert (bus.events, kept["Service"]["Archived"]) == ([], True)
    file(running, what=finding(type="Backdoor:EC2/Spambot"))
    assert [event["detail"]["type"] for *_, event in bus.events][:1] == ["Backdoor:EC2/Spambot"]
