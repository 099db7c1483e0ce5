"""GuardDuty's samples, and the V2 hub's doubles of what Security Hub imports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.securityhub.finding_types import DOCUMENTED
from rehearsal.emulator.server import Emulator
from tests.emulated import (
    REGION,
    SECURITY,
    TAX,
    client,
    delegated,
    file,
    listening,
)
from tests.hubs import (
    IMPORTED_V2,
    aggregating,
    arrive,
    findings,
    own,
    sent,
)

Start = Callable[..., Emulator]


def test_samples_are_marked_and_titled_like_any_finding(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    guardduty = client(running, TAX, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    wanted = ["Backdoor:EC2/C&CActivity.B", "Execution:Runtime/ReverseShell"]
    guardduty.create_sample_findings(DetectorId=detector, FindingTypes=wanted)
    details = [event["detail"] for account, *_, event in bus.events if account == TAX]
    assert [detail["type"] for detail in details] == wanted
    assert [detail["service"]["additionalInfo"]["sample"] for detail in details] == [True, True]
    assert not any("[SAMPLE]" in detail["title"] for detail in details)
    arrive(running)
    first, second = findings(bus)
    assert (first["Sample"], second["Sample"]) == (True, True)
    assert first["Resources"][0]["Id"].endswith(f"{TAX}:instance/i-99999999")
    assert first["ProductFields"]["aws/guardduty/service/additionalInfo/sample"] == "true"
    value = first["ProductFields"]["aws/guardduty/service/additionalInfo/value"]
    assert value == '{"sample":true}'
    assert "aws/guardduty/service/resourceRole" not in second["ProductFields"]


def test_samples_of_no_type_in_particular_are_of_all_types_known_here(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    guardduty = client(running, TAX, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    guardduty.create_sample_findings(DetectorId=detector)
    details = [event["detail"] for account, *_, event in bus.events if account == TAX]
    assert {detail["type"] for detail in details} == set(DOCUMENTED)
    assert {detail["severity"] for detail in details} == {2, 5, 8}


@pytest.mark.parametrize(
    ("types", "why"),
    [
        (["Policy:S3/BucketAnonymousAccessGranted"], "not emulated"),
        (["Backdoor:EC2/Nonsense"], "there is no finding type"),
        (51 * ["Backdoor:EC2/Spambot"], "more than 50"),
    ],
)
def test_samples_that_cannot_be_made_are_refused(
    emulator: Start, types: list[str], why: str
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    guardduty = client(running, TAX, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    with pytest.raises(ClientError, match=why):
        guardduty.create_sample_findings(DetectorId=detector, FindingTypes=types)
    assert bus.events == []


def test_the_v2_hub_tells_each_import_once_more_in_ocsf(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    hub = client(running, TAX, "securityhub")
    made = hub.enable_security_hub_v2(Tags={"a": "b"})["HubV2Arn"]
    assert hub.enable_security_hub_v2()["HubV2Arn"] == made
    assert hub.describe_security_hub_v2()["HubV2Arn"] == made
    _, filed = file(running)
    arrive(running)
    assert sent(bus) == sent(bus, IMPORTED_V2) == [(TAX, REGION), (SECURITY, REGION)]
    [told] = findings(bus, kind=IMPORTED_V2)
    assert (told["class_uid"], told["activity_name"]) == (2004, "Create")
    assert told["finding_info"]["uid"] == filed["arn"]
    assert told["finding_info"]["types"] == ["CryptoCurrency:EC2/BitcoinTool.B!DNS"]
    assert told["metadata"]["product"]["uid"].endswith("::productv2/aws/guardduty")
    assert (told["severity"], told["severity_id"], told["status"]) == ("High", 4, "New")
    assert told["resources"][0]["type"] == "AWS::EC2::Instance"
    file(running)
    arrive(running)
    assert findings(bus, kind=IMPORTED_V2)[1]["activity_name"] == "Update"


def test_without_the_v2_hub_nothing_is_told_twice(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    hub = client(running, TAX, "securityhub")
    hub.enable_security_hub_v2()
    hub.disable_security_hub_v2()
    file(running)
    arrive(running)
    assert sent(bus, IMPORTED_V2) == []
    with pytest.raises(ClientError, match="V2 is not on"):
        hub.describe_security_hub_v2()


def test_an_accounts_own_findings_are_not_the_v2_hubs(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    hub = client(running, TAX, "securityhub")
    hub.enable_security_hub_v2()
    hub.batch_import_findings(Findings=[own()])
    arrive(running)
    assert (len(findings(bus)), sent(bus, IMPORTED_V2)) == (1, [])
