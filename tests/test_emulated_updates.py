"""Updates of Security Hub's findings: who may, when they show, whom they are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from rehearsal.emulator.world import Timing
from tests.emulated import (
    LAND_REGISTRY,
    REGION,
    SECURITY,
    TAX,
    client,
    file,
    finding,
)
from tests.hubs import (
    LINKED,
    NOTIFIED,
    aggregating,
    filed,
    findings,
    identifier,
    sent,
    update,
)

Start = Callable[..., Emulator]


def unprocessed(answer: dict[str, Any]) -> list[str]:
    return [one["ErrorCode"] for one in answer["UnprocessedFindings"]]


def test_an_update_shows_and_is_told_only_later(emulator: Start) -> None:
    running = emulator(timing=Timing(security_hub_update=100))
    bus = aggregating(running)
    before = filed(running)
    hub = client(running, SECURITY, "securityhub")
    answer = hub.batch_update_findings(FindingIdentifiers=[identifier(before)], **NOTIFIED)
    running.world.clock.sleep(99)
    assert answer["ProcessedFindings"] == [identifier(before)]
    assert hub.get_findings()["Findings"] == [before]
    assert len(findings(bus)) == 1
    running.world.clock.sleep(2)
    [read] = hub.get_findings()["Findings"]
    assert read["Workflow"] == {"Status": "NOTIFIED"}
    assert read["UpdatedAt"] == before["UpdatedAt"], "an update is none of the provider's"
    assert sent(bus) == 2 * [(TAX, REGION), (SECURITY, REGION)]
    assert findings(bus, SECURITY)[-1] == read


def test_the_administrator_updates_at_home_what_a_member_found_elsewhere(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    found = filed(running, region=LINKED)
    answer = update(running, SECURITY, found)
    assert answer["ProcessedFindings"] == [identifier(found)]
    [read] = client(running, TAX, "securityhub", LINKED).get_findings()["Findings"]
    assert read["Workflow"]["Status"] == "NOTIFIED"
    assert sent(bus) == 2 * [(TAX, LINKED), (SECURITY, LINKED), (SECURITY, REGION)]


def test_an_account_cannot_update_anothers_finding(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    anothers, mine = filed(running), filed(running, account=LAND_REGISTRY)
    answer = update(running, LAND_REGISTRY, anothers, mine)
    assert unprocessed(answer) == ["FindingNotFound"]
    assert answer["ProcessedFindings"] == [identifier(mine)]


def test_a_member_cannot_update_at_home_what_it_found_elsewhere(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    assert unprocessed(update(running, TAX, filed(running, region=LINKED))) == ["FindingNotFound"]


def test_a_finding_that_is_named_twice_is_not_updated(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    found = filed(running)
    assert unprocessed(update(running, TAX, found, found)) == 2 * ["DuplicatedFindingIdentifier"]
    assert len(findings(bus)) == 1


def test_only_what_is_named_is_updated(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    found = filed(running)
    update(
        running,
        SECURITY,
        found,
        Note={"Text": "looked at", "UpdatedBy": "anna"},
        Severity={"Label": "LOW"},
        UserDefinedFields={"incident": "i-1"},
    )
    update(running, SECURITY, found, Types=["TTPs/Impact"])
    [read] = client(running, SECURITY, "securityhub").get_findings()["Findings"]
    assert (read["Note"]["Text"], read["Note"]["UpdatedBy"]) == ("looked at", "anna")
    assert read["Note"]["UpdatedAt"]
    assert (read["Severity"]["Label"], read["Severity"]["Normalized"]) == ("LOW", 1)
    assert read["FindingProviderFields"]["Severity"]["Label"] == "HIGH"
    assert read["UserDefinedFields"] == {"incident": "i-1"}
    assert (read["Types"], read["Workflow"]["Status"]) == (["TTPs/Impact"], "NEW")


def test_the_workflow_stays_when_guardduty_sees_it_again(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    update(running, SECURITY, filed(running))
    filed(running)
    states = [one["Workflow"]["Status"] for one in findings(bus)]
    assert states == ["NEW", "NOTIFIED", "NOTIFIED"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"Workflow": {"Status": "DONE"}}, "Workflow.Status"),
        ({"Severity": {"Label": "AWFUL"}}, "Severity.Label"),
    ],
)
def test_what_no_finding_can_be_is_refused(
    emulator: Start, given: dict[str, Any], why: str
) -> None:
    running = emulator()
    aggregating(running)
    with pytest.raises(ClientError, match=why):
        update(running, SECURITY, filed(running), **given)


def test_many_findings_are_each_told_once_on_each_bus(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    for number in range(20):
        what = finding(resource={"instanceDetails": {"instanceId": f"i-{number}"}})
        file(running, what=what)
    running.world.clock.sleep(running.world.timing.security_hub + 10)
    assert len(sent(bus)) == 40
