"""Security Hub's findings as the emulator has them: what GuardDuty sends arrives as ASFF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.emulator.securityhub.finding_types import DOCUMENTED, asff_type
from rehearsal.emulator.server import Emulator
from tests.emulated import (
    REGION,
    SECURITY,
    TAX,
    client,
    file,
    finding,
)
from tests.hubs import (
    IMPORTED_V2,
    aggregating,
    arrive,
    findings,
    sent,
)

Start = Callable[..., Emulator]

INSTANCE = {
    "resourceType": "Instance",
    "instanceDetails": {
        "instanceId": "i-0123456789abcdef0",
        "tags": [{"key": "team", "value": "payments"}],
        "networkInterfaces": [{"vpcId": "vpc-1", "subnetId": "subnet-1", "publicIp": "192.0.2.1"}],
    },
}


def test_a_finding_arrives_minutes_after_guardduty_sent_it(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running)
    running.world.clock.sleep(running.world.timing.security_hub - 1)
    hub = client(running, TAX, "securityhub")
    assert (sent(bus), hub.get_findings()["Findings"]) == ([], [])
    running.world.clock.sleep(2)
    assert sent(bus) == [(TAX, REGION), (SECURITY, REGION)]
    assert len(hub.get_findings()["Findings"]) == 1


def test_a_finding_has_the_shape_of_asff(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    _, filed = file(running, what=finding(resource=INSTANCE, title="It mines."))
    arrive(running)
    [seen] = findings(bus)
    product = f"arn:aws:securityhub:{REGION}::product/aws/guardduty"
    expected = {
        "SchemaVersion": "2018-10-08",
        "Id": filed["arn"],
        "ProductArn": product,
        "ProductName": "GuardDuty",
        "CompanyName": "Amazon",
        "Region": REGION,
        "GeneratorId": filed["arn"].partition("/finding/")[0],
        "AwsAccountId": TAX,
        "Types": ["TTPs/Command and Control/CryptoCurrency:EC2-BitcoinTool.B!DNS"],
        "Severity": {"Product": 8, "Label": "HIGH", "Normalized": 70, "Original": "8"},
        "Title": "It mines.",
        "Workflow": {"Status": "NEW"},
        "WorkflowState": "NEW",
        "RecordState": "ACTIVE",
    }
    assert {key: seen[key] for key in expected} == expected
    assert "Sample" not in seen
    [resource] = seen["Resources"]
    assert resource["Id"] == f"arn:aws:ec2:{REGION}:{TAX}:instance/i-0123456789abcdef0"
    assert (resource["Type"], resource["Tags"]) == ("AwsEc2Instance", {"team": "payments"})
    assert resource["Details"]["AwsEc2Instance"] == {
        "IpV4Addresses": ["192.0.2.1"],
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
    }
    fields = seen["ProductFields"]
    assert fields["aws/securityhub/FindingId"] == f"{product}/{filed['arn']}"
    assert fields["aws/guardduty/service/resourceRole"] == "TARGET"
    assert fields["aws/guardduty/service/count"] == "1"
    assert fields["aws/guardduty/service/archived"] == "false"
    assert fields["aws/guardduty/service/detectorId"] in filed["arn"]
    assert fields["aws/guardduty/service/eventFirstSeen"] == seen["FirstObservedAt"]


def test_the_api_reads_the_finding_that_the_event_told(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running)
    arrive(running)
    [read] = client(running, TAX, "securityhub").get_findings()["Findings"]
    assert read == findings(bus)[0]


def test_another_sighting_updates_the_finding_and_keeps_its_workflow(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running)
    arrive(running)
    file(running)
    arrive(running)
    first, second = findings(bus)
    assert first["Id"] == second["Id"]
    counts = [one["ProductFields"]["aws/guardduty/service/count"] for one in (first, second)]
    assert counts == ["1", "2"]
    assert first["UpdatedAt"] < second["UpdatedAt"]
    assert first["FirstObservedAt"] == second["FirstObservedAt"]


def test_what_is_not_newer_is_ignored(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    for _ in range(2):
        file(running, what=finding(updatedAt="2026-11-24T10:00:00.000Z"))
        arrive(running)
    assert len(findings(bus)) == 1


def test_archiving_in_guardduty_changes_nothing_here(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    _, filed = file(running)
    arrive(running)
    guardduty = client(running, SECURITY, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    guardduty.archive_findings(DetectorId=detector, FindingIds=[filed["id"]])
    arrive(running)
    [read] = client(running, TAX, "securityhub").get_findings()["Findings"]
    assert (read["RecordState"], len(findings(bus))) == ("ACTIVE", 1)
    assert read["ProductFields"]["aws/guardduty/service/archived"] == "false"


@pytest.mark.parametrize(
    ("severity", "label"),
    [(2, "LOW"), (3.9, "LOW"), (4, "MEDIUM"), (6.9, "MEDIUM"), (7, "HIGH"), (9, "CRITICAL")],
)
def test_severity_has_guarddutys_own_steps(emulator: Start, severity: float, label: str) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running, what=finding(severity=severity))
    arrive(running)
    assert findings(bus)[0]["Severity"]["Label"] == label


@pytest.mark.parametrize(
    ("guardduty", "expected"),
    [
        ("UnauthorizedAccess:EC2/TorClient", "Effects/Resource Consumption/"),
        ("Impact:EC2/MaliciousDomainRequest.Reputation", "TTPs/"),
        ("Impact:EC2/MaliciousDomainRequest.Custom", "TTPs/Impact/"),
        ("PrivilegeEscalation:Runtime/SuspiciousCommand", "Software and Configuration Checks/"),
        ("Backdoor:EC2/NotInTheTable", "TTPs/"),
    ],
)
def test_a_type_gets_the_documented_namespace(guardduty: str, expected: str) -> None:
    assert asff_type(guardduty) == expected + guardduty.replace("/", "-")


def test_all_rows_of_the_table_about_instances_are_there_each_with_a_name_of_its_own() -> None:
    families = [":EC2/" in guardduty for guardduty in DOCUMENTED]
    assert (families.count(True), families.count(False)) == (45, 46)
    assert len(set(DOCUMENTED.values())) == 91


@pytest.mark.parametrize(
    "odd",
    [
        {"resource": None, "title": None, "severity": None, "description": None},
        {"resource": {"instanceDetails": {"instanceId": "i-1", "tags": [None]}}},
        {"updatedAt": "yesterday", "service": {"additionalInfo": {"deep": {"er": [1.0, True]}}}},
        {"resource": {"accessKeyDetails": {"accessKeyId": "AKIA1", "userName": "anna"}}},
        {"resource": {"s3BucketDetails": [None, {"arn": "arn:aws:s3:::b"}]}},
    ],
)
def test_a_finding_with_odd_or_missing_fields_arrives_all_the_same(
    emulator: Start, odd: dict[str, Any]
) -> None:
    running = emulator()
    bus = aggregating(running)
    client(running, TAX, "securityhub").enable_security_hub_v2()
    for _ in range(2):
        file(running, what=finding(**odd))
        running.world.clock.sleep(30)
    arrive(running)
    assert running.world.clock.failures == []  # type: ignore[attr-defined]
    assert findings(bus)
    assert all(resource["Id"] for resource in findings(bus)[0]["Resources"])
    assert len(findings(bus, kind=IMPORTED_V2)) == len(findings(bus))


def test_there_are_never_more_product_fields_than_asff_takes(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    much = {f"field{number}": "x" * 3000 for number in range(60)}
    file(running, what=finding(service={"additionalInfo": much, "count": 7}))
    arrive(running)
    fields = findings(bus)[0]["ProductFields"]
    assert len(fields) == 50
    assert max(len(value) for value in fields.values()) == 2048
    assert fields["aws/guardduty/service/resourceRole"] == "TARGET"
    assert "aws/securityhub/FindingId" in fields
