"""Canaries of Security Hub's traps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import MANAGEMENT, SECURITY, TAX, Bus, client, file
from tests.hubs import aggregating, findings, identifier, own


@canary("1.18")
def test_a_hub_that_is_there_already_is_not_made_again(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    hub = client(running, SECURITY, "securityhub")
    hub.enable_security_hub(EnableDefaultStandards=False)
    with pytest.raises(ClientError, match="already subscribed"):
        hub.enable_security_hub(EnableDefaultStandards=False)


@canary("1.18")
def test_naming_an_administrator_makes_its_hub(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    client(running, MANAGEMENT, "securityhub").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    with pytest.raises(ClientError, match="already subscribed"):
        client(running, SECURITY, "securityhub").enable_security_hub(EnableDefaultStandards=False)


def updated(running: Emulator, account: str) -> tuple[Bus, Any]:
    """One finding of the tax account, set to NOTIFIED by an account; all that was sent."""
    bus = aggregating(running)
    file(running)
    running.world.clock.sleep(running.world.timing.security_hub + 10)
    [found] = findings(bus)
    answer = client(running, account, "securityhub").batch_update_findings(
        FindingIdentifiers=[identifier(found)], Workflow={"Status": "NOTIFIED"}
    )
    return bus, answer


@canary("5.7")
def test_an_update_of_ours_is_told_as_an_import(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    bus, _ = updated(running, SECURITY)
    running.world.clock.sleep(running.world.timing.security_hub_update + 10)
    assert [one["Workflow"]["Status"] for one in findings(bus, SECURITY)] == ["NEW", "NOTIFIED"]


@canary("5.7")
def test_an_update_of_ours_does_not_show_at_once(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    updated(running, SECURITY)
    [read] = client(running, SECURITY, "securityhub").get_findings()["Findings"]
    assert read["Workflow"]["Status"] == "NEW"


@canary("5.7")
def test_another_sighting_is_told_again(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    bus = aggregating(running)
    for _ in range(2):
        file(running)
        running.world.clock.sleep(running.world.timing.security_hub + 10)
    assert len(findings(bus, SECURITY)) == 2


@canary("4.3")
def test_what_cannot_be_updated_is_named_inside_a_success(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    aggregating(running)
    hub = client(running, TAX, "securityhub")
    missing = {"Id": "nothing", "ProductArn": own()["ProductArn"]}
    try:
        answer = hub.batch_update_findings(
            FindingIdentifiers=[missing], Workflow={"Status": "NOTIFIED"}
        )
    except ClientError as error:
        pytest.fail(f"refused: {error}")
    [failed] = answer["UnprocessedFindings"]
    assert (answer["ProcessedFindings"], failed["ErrorCode"]) == ([], "FindingNotFound")


@canary("5.13")
def test_a_member_sets_the_workflow_of_its_own_finding(
    emulator: Callable[..., Emulator],
) -> None:
    _, answer = updated(emulator(), TAX)
    assert len(answer["ProcessedFindings"]) == 1
