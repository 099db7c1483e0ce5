"""Alarms and dashboards of the whole program: whom each alarm reaches, and what is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from components.dashboard import MOST_ALARMS, PLACES_OF_ONE
from components.service_levels import TOLD_OTHERWISE
from names import CENTRAL_BUS
from rehearsal.emulator.cloudwatch import dashboards
from rehearsal.patterns import matches
from settings import Settings
from tests.declared import Graph, Resource
from tests.targets import place, service_of, targets_of


def event(alarm: Resource, state: str = "ALARM") -> dict[str, Any]:
    """The event of an alarm's change."""
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": alarm.account,
        "region": alarm.region,
        "resources": ["arn"],
        "detail": {"alarmName": alarm.inputs["name"], "state": {"value": state}},
    }


def hears(
    graph: Graph, what: dict[str, Any], where: tuple[Any, ...], bus: str
) -> Iterator[Resource]:
    """The rules of a bus that an event meets."""
    for rule in graph.of("EventRule"):
        if place(rule) == where and rule.inputs.get("eventBusName", "default") == bus:
            pattern = rule.inputs.get("eventPattern")
            if pattern and matches(pattern, what):
                yield rule


def led_to(graph: Graph, alarm: Resource, state: str = "ALARM") -> set[str]:
    """The services at the end of the way of an alarm's event."""
    home, found = place(graph.one("LogGroup")), set()
    for rule in hears(graph, event(alarm, state), place(alarm), "default"):
        services = {service_of(graph, each) for each in targets_of(graph, rule)}
        if services == {"events"}:  # to the ledger, where another rule hears it
            for central in hears(graph, event(alarm, state), home, CENTRAL_BUS):
                found |= {service_of(graph, each) for each in targets_of(graph, central)}
        found |= services
    return found - {"events", "logs"}


def test_every_alarm_reaches_people_by_a_rule_or_its_reason_is_written_down(graph: Graph) -> None:
    alarms = graph.of("MetricAlarm")
    assert len(alarms) > 10
    for alarm in alarms:
        answers = led_to(graph, alarm)
        if alarm.inputs["name"] in TOLD_OTHERWISE:
            assert answers == set(), alarm.urn
        else:
            assert answers == {"sns", "ssm"}, alarm.urn
        assert led_to(graph, alarm, "OK") == set(), alarm.urn


def test_what_calls_people_in_an_alarms_stead_is_a_stage_of_the_ledger(graph: Graph) -> None:
    (rule,) = graph.of("EventRule", name="containment-people-ledger-ledger")
    stages = rule.document("eventPattern")["detail"]["stage"]
    assert {name.removeprefix("containment-") for name in TOLD_OTHERWISE} <= set(stages)


def test_the_topic_itself_hears_of_what_keeps_rules_and_ledger_from_telling(graph: Graph) -> None:
    for alarm in graph.of("MetricAlarm"):
        name, actions = alarm.inputs["name"], alarm.inputs.get("alarmActions") or []
        broken = name.startswith(("containment-people-", "containment-ledger-"))
        assert len(actions) == (1 if broken else 0), name


def test_every_queue_of_dead_letters_is_watched_and_so_is_each_rule_that_it_may_refuse(
    graph: Graph,
) -> None:
    full, refused = set(), set()
    for alarm in graph.of("MetricAlarm"):
        if "QueueName" in (alarm.inputs.get("dimensions") or {}):
            full.add((place(alarm), alarm.inputs["dimensions"]["QueueName"]))
        for query in alarm.inputs.get("metricQueries") or []:
            if "metric" in query:
                named = query["metric"]["dimensions"]
                bus = named.get("EventBusName", "default")
                refused.add((place(alarm), bus, named["RuleName"]))
    assert full == {(place(each), each.inputs["name"]) for each in graph.of("Queue")}
    assert refused == {
        (place(each), each.inputs.get("eventBusName", "default"), each.inputs["name"])
        for each in graph.of("EventRule")
    }


def test_every_alarm_says_what_to_do(graph: Graph) -> None:
    asks = ("Read ", "let ", "look up", "Open ", "says who", "Find ", "Look at")
    for alarm in graph.of("MetricAlarm"):
        says = alarm.inputs["alarmDescription"]
        assert any(word in says for word in asks), says
        assert len(says) <= 1024


def test_every_account_and_region_that_contains_is_on_a_dashboard(
    graph: Graph, settings: Settings
) -> None:
    home = graph.one("LogGroup")
    boards = graph.of("Dashboard")
    assert {place(each) for each in boards} == {place(home)}
    shown = set()
    for each in boards:
        body = each.inputs["dashboardBody"]
        dashboards.check(each.inputs["dashboardName"], body)
        for widget in json.loads(body)["widgets"]:
            title, region = widget["properties"]["title"], widget["properties"].get("region")
            if "events matched" in title:
                [account] = {row[0].get("accountId", home.account) for row in metrics(widget)}
                assert title.startswith(f"{account} {region}:")
                shown.add((account, region))
            elif region:
                assert "invocations failed" in title or region == home.region
    assert shown == {
        (account.id, region)
        for account in settings.accounts
        if account.contains
        for region in settings.regions
    }
    assert len(shown) <= PLACES_OF_ONE * (len(boards) - 1)


def test_the_dashboard_shows_the_state_of_every_alarm_about_the_ledger(graph: Graph) -> None:
    (board,) = [
        each
        for each in graph.of("Dashboard")
        if each.inputs["dashboardName"] == "containment-time-to-contain"
    ]
    listed = [
        arn.rpartition(":")[2]
        for widget in board.document("dashboardBody")["widgets"]
        if widget["type"] == "alarm"
        for arn in widget["properties"]["alarms"]
    ]
    declared = {
        each.inputs["name"]
        for each in graph.of("MetricAlarm")
        if "dead-letters" not in each.inputs["name"]
    }
    assert set(listed) == declared
    assert len(listed) <= MOST_ALARMS


def metrics(widget: dict[str, Any]) -> list[list[Any]]:
    """The rows of a widget."""
    found: list[list[Any]] = widget["properties"]["metrics"]
    return found
