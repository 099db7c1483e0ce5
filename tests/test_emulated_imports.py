"""Findings that accounts import themselves, and how all are read: filters and pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    LAND_REGISTRY,
    REGION,
    SECURITY,
    TAX,
    client,
    refused,
)
from tests.hubs import (
    NOTIFIED,
    aggregating,
    filed,
    findings,
    identifier,
    own,
    sent,
    update,
)

Start = Callable[..., Emulator]


def test_at_most_a_hundred_findings_are_taken_at_once(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    hub = client(running, TAX, "securityhub")
    many = [own(Id=f"own/{number}") for number in range(101)]
    names = [identifier(one) for one in many]
    assert refused(hub.batch_import_findings, Findings=many) == "InvalidInputException"
    assert (
        refused(hub.batch_update_findings, FindingIdentifiers=names, **NOTIFIED)
        == "InvalidInputException"
    )
    assert hub.batch_import_findings(Findings=many[:100])["SuccessCount"] == 100


def test_an_accounts_own_finding_is_imported_and_told(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    answer = client(running, TAX, "securityhub").batch_import_findings(Findings=[own()])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 0)
    assert sent(bus) == [(TAX, REGION), (SECURITY, REGION)]
    [told] = findings(bus)
    assert (told["Workflow"], told["RecordState"]) == ({"Status": "NEW"}, "ACTIVE")
    assert told["Severity"] == {"Label": "LOW", "Normalized": 1}
    assert told["ProductFields"]["aws/securityhub/FindingId"] == f"{own()['ProductArn']}/own/1"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"AwsAccountId": SECURITY}, "InvalidAccess"),
        ({"ProductArn": f"arn:aws:securityhub:{REGION}::product/aws/guardduty"}, "InvalidAccess"),
        ({"SchemaVersion": "2"}, "InvalidInput"),
        ({"Title": ""}, "InvalidInput"),
        ({"Title": "t" * 257}, "InvalidInput"),
        ({"UpdatedAt": "today"}, "InvalidInput"),
        ({"Severity": {}}, "InvalidInput"),
        ({"Types": ["Mischief/Manifold"]}, "InvalidInput"),
        ({"Resources": []}, "InvalidInput"),
        ({"ProductFields": {"much": "x" * 240 * 1024}}, "InvalidInput"),
    ],
)
def test_what_is_no_finding_of_the_account_fails_alone(
    emulator: Start, wrong: dict[str, Any], code: str
) -> None:
    running = emulator()
    bus = aggregating(running)
    hub = client(running, TAX, "securityhub")
    answer = hub.batch_import_findings(Findings=[own(**wrong), own(Id="own/2")])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 1)
    [failed] = answer["FailedFindings"]
    assert (failed["Id"], failed["ErrorCode"]) == ("own/1", code)
    assert [told["Id"] for told in findings(bus)] == ["own/2"]


def test_anothers_product_is_not_the_accounts_to_use(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    theirs = own(ProductArn=own(SECURITY)["ProductArn"])
    hub = client(running, TAX, "securityhub")
    assert refused(hub.batch_import_findings, Findings=[theirs]) == "AccessDeniedException"
    assert sent(bus) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("NOTIFIED", "NEW"), ("RESOLVED", "NEW"), ("SUPPRESSED", "SUPPRESSED")],
)
def test_an_archived_finding_that_becomes_active_is_new_again(
    emulator: Start, before: str, after: str
) -> None:
    running = emulator()
    bus = aggregating(running)
    hub = client(running, TAX, "securityhub")
    hub.batch_import_findings(Findings=[own()])
    update(running, TAX, own(), Workflow={"Status": before})
    for hour, state in ((11, "ARCHIVED"), (12, "ACTIVE")):
        again = own(UpdatedAt=f"2026-11-24T{hour}:00:00Z", RecordState=state)
        hub.batch_import_findings(Findings=[{**again, "Workflow": {"Status": "NOTIFIED"}}])
    states = [(one["RecordState"], one["Workflow"]["Status"]) for one in findings(bus)]
    assert states[1:] == [("ACTIVE", before), ("ARCHIVED", before), ("ACTIVE", after)]


@pytest.mark.parametrize(
    ("by", "value", "comparison", "count"),
    [
        ("ProductName", "GuardDuty", "EQUALS", 2),
        ("ProductName", "guardduty", "EQUALS", 0),
        ("ProductArn", "arn:aws:securityhub:", "PREFIX", 3),
        ("AwsAccountId", TAX, "NOT_EQUALS", 1),
        ("Region", REGION, "EQUALS", 3),
        ("Type", "TTPs/Command and Control/", "PREFIX", 2),
        ("WorkflowStatus", "NEW", "EQUALS", 3),
        ("RecordState", "ARCHIVED", "EQUALS", 0),
        ("ResourceId", "door", "PREFIX", 1),
        ("Id", "own/1", "NOT_EQUALS", 2),
    ],
)
def test_findings_are_chosen_by_filters(
    emulator: Start, by: str, value: str, comparison: str, count: int
) -> None:
    running = emulator()
    aggregating(running)
    filed(running)
    filed(running, account=LAND_REGISTRY)
    client(running, TAX, "securityhub").batch_import_findings(Findings=[own()])
    answer = client(running, SECURITY, "securityhub").get_findings(
        Filters={by: [{"Value": value, "Comparison": comparison}]}
    )
    assert len(answer["Findings"]) == count


def test_values_are_alternatives_and_filters_must_all_hold(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    hub = client(running, TAX, "securityhub")
    hub.batch_import_findings(Findings=[own(Id=f"own/{number}") for number in range(5)])
    some = [{"Value": f"own/{number}", "Comparison": "EQUALS"} for number in (1, 2, 3)]
    but = {"Value": "own/2", "Comparison": "NOT_EQUALS"}

    def ids(**filters: Any) -> list[str]:
        return [one["Id"] for one in hub.get_findings(Filters=filters)["Findings"]]

    assert ids(Id=some) == ["own/1", "own/2", "own/3"]
    assert ids(Id=[*some, but]) == ["own/1", "own/3"]
    assert ids(Id=some, ProductName=[{"Value": "GuardDuty", "Comparison": "EQUALS"}]) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"Filters": {"Title": [{"Value": "a", "Comparison": "EQUALS"}]}},
        {"Filters": {"Id": [{"Value": "a", "Comparison": "CONTAINS"}]}},
        {"SortCriteria": [{"Field": "UpdatedAt", "SortOrder": "asc"}]},
    ],
)
def test_other_ways_to_choose_are_not_emulated(emulator: Start, asked: dict[str, Any]) -> None:
    running = emulator()
    aggregating(running)
    client(running, TAX, "securityhub").batch_import_findings(Findings=[own()])
    assert refused(client(running, TAX, "securityhub").get_findings, **asked) == "NotEmulated"


def test_findings_come_in_pages(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    hub = client(running, TAX, "securityhub")
    hub.batch_import_findings(Findings=[own(Id=f"own/{number}") for number in range(5)])
    pages = hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["Findings"]) for page in pages] == [2, 2, 1]
