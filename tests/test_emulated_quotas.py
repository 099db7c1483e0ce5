"""Service Quotas as the emulator has it, and the one quota that it keeps: rules of an event bus."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.events.models import events_backends

from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, SECURITY, TAX, client
from tests.routed import Start

RULES = {"ServiceCode": "events", "QuotaCode": "L-244521F2"}
PATTERN = '{"source": ["shop.orders"]}'


@pytest.fixture
def running(emulator: Start) -> Emulator:
    return emulator()


def code(call: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**asked)
    return str(caught.value.response["Error"]["Code"])


def filled(running: Emulator, rules: int) -> Any:
    """EventBridge, with so many rules on the default bus of an account."""
    events = client(running, TAX, "events")
    events.put_rule(Name="rule-1", EventPattern=PATTERN)
    there = events_backends[TAX][REGION].event_buses["default"].rules
    for number in range(2, rules + 1):  # not one by one: it takes seconds
        there[f"rule-{number}"] = copy.copy(there["rule-1"])
        there[f"rule-{number}"].name = f"rule-{number}"
    return events


def test_a_bus_takes_three_hundred_rules_and_a_rule_that_is_there_may_be_changed(
    running: Emulator,
) -> None:
    events = filled(running, 299)
    events.put_rule(Name="rule-300", EventPattern=PATTERN)
    refused = code(events.put_rule, Name="one-more", EventPattern=PATTERN)
    assert refused == "LimitExceededException"
    events.put_rule(Name="rule-300", EventPattern=PATTERN, State="DISABLED")
    assert events.describe_rule(Name="rule-300")["State"] == "DISABLED"
    events.create_event_bus(Name="another")
    events.put_rule(Name="one-more", EventBusName="another", EventPattern=PATTERN)


def test_what_was_applied_to_an_account_in_a_region_is_told_and_binds_there_alone(
    running: Emulator,
) -> None:
    running.world.quotas.applied[TAX, REGION] = 301
    quota = client(running, TAX, "service-quotas").get_service_quota(**RULES)["Quota"]
    assert (quota["Value"], quota["QuotaCode"]) == (301.0, "L-244521F2")
    events = filled(running, 300)
    events.put_rule(Name="one-more", EventPattern=PATTERN)
    assert code(events.put_rule, Name="two-more", EventPattern=PATTERN) == "LimitExceededException"


def test_where_nothing_was_applied_nothing_is_known(running: Emulator) -> None:
    running.world.quotas.applied[TAX, REGION] = 301
    elsewhere = client(running, TAX, "service-quotas", "eu-central-1")
    for quotas in (client(running, SECURITY, "service-quotas"), elsewhere):
        assert code(quotas.get_service_quota, **RULES) == "NoSuchResourceException"


def test_other_quotas_are_not_emulated_and_say_so(running: Emulator) -> None:
    quotas = client(running, TAX, "service-quotas")
    other = RULES | {"QuotaCode": "L-658A4FD9"}
    assert code(quotas.get_service_quota, **other) == "NotEmulated"
    more = RULES | {"DesiredValue": 400}
    assert code(quotas.request_service_quota_increase, **more) == "NotEmulated"
