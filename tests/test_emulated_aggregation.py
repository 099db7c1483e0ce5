"""Whom Security Hub tells of a finding: its account, the administrator, the aggregation region."""

from __future__ import annotations

from collections.abc import Callable

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
    delegated,
    file,
    listening,
)
from tests.hubs import (
    LINKED,
    POLICY,
    aggregating,
    arrive,
    everybody,
    sent,
)

Start = Callable[..., Emulator]


def test_an_event_names_its_bus_and_its_finding(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    _, filed = file(running)
    arrive(running)
    events = [event for *_, event in bus.events if event["source"] == "aws.securityhub"]
    assert [event["account"] for event in events] == [TAX, SECURITY]
    assert {event["region"] for event in events} == {REGION}
    assert [event["resources"] for event in events] == 2 * [
        [f"arn:aws:securityhub:{REGION}::product/aws/guardduty/{filed['arn']}"]
    ]
    assert [len(event["detail"]["findings"]) for event in events] == [1, 1]


def test_a_linked_regions_finding_is_told_at_home_once_and_a_little_later(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running, region=LINKED)
    running.world.clock.sleep(running.world.timing.security_hub + 1)
    assert sent(bus) == [(TAX, LINKED), (SECURITY, LINKED)]
    running.world.clock.sleep(running.world.timing.security_hub_aggregation)
    assert sent(bus)[2:] == [(SECURITY, REGION)]
    [told] = [event for account, region, _, event in bus.events if region == REGION]
    assert (told["account"], told["region"]) == (SECURITY, REGION)
    assert told["detail"]["findings"][0]["Region"] == LINKED
    [read] = client(running, SECURITY, "securityhub").get_findings()["Findings"]
    assert read["Region"] == LINKED
    assert client(running, TAX, "securityhub").get_findings()["Findings"] == []


def test_the_administrators_own_finding_at_home_is_told_once(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running, account=SECURITY)
    arrive(running)
    assert sent(bus) == [(SECURITY, REGION)]


def test_the_administrators_own_finding_elsewhere_is_told_there_and_at_home(
    emulator: Start,
) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running, account=SECURITY, region=LINKED)
    arrive(running)
    assert sent(bus) == [(SECURITY, LINKED), (SECURITY, REGION)]


def test_nothing_arrives_where_no_hub_is_on(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    file(running)
    arrive(running)
    assert sent(bus) == []


def test_a_hub_that_is_switched_off_meanwhile_takes_nothing(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running)
    client(running, TAX, "securityhub").disable_security_hub()
    arrive(running)
    assert sent(bus) == []


def test_a_hub_without_an_administrator_tells_its_own_account_only(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    client(running, TAX, "securityhub").enable_security_hub()
    bus = listening(running)
    file(running)
    arrive(running)
    assert sent(bus) == [(TAX, REGION)]


def test_a_policy_switches_the_members_hubs_on_and_off_but_not_the_managements(
    emulator: Start,
) -> None:
    running = emulator()
    aggregating(running)
    for region in (REGION, LINKED):
        assert client(running, LAND_REGISTRY, "securityhub", region).describe_hub()
    with pytest.raises(ClientError, match="not subscribed"):
        client(running, MANAGEMENT, "securityhub").describe_hub()
    off = {"SecurityHub": {**POLICY["SecurityHub"], "ServiceEnabled": False}}
    hub = client(running, SECURITY, "securityhub")
    policy = hub.create_configuration_policy(Name="off", ConfigurationPolicy=off)
    hub.start_configuration_policy_association(
        ConfigurationPolicyIdentifier=policy["Id"], Target={"AccountId": TAX}
    )
    with pytest.raises(ClientError, match="not subscribed"):
        client(running, TAX, "securityhub").describe_hub()
    everybody(running, "again", POLICY)
    with pytest.raises(ClientError, match="not subscribed"):
        client(running, TAX, "securityhub").describe_hub()
    assert client(running, LAND_REGISTRY, "securityhub").describe_hub()


def test_nothing_is_told_after_the_emulator_stopped(emulator: Start) -> None:
    running = emulator()
    bus = aggregating(running)
    file(running)
    running.stop()
    arrive(running)
    assert sent(bus) == []
