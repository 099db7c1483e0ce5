"""Dashboards and alarms of the deployed program: what they name is there, and each alarm rings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.metrics import UNUSED
from rehearsal.emulator.cloudwatch.dashboards import metrics_of
from rehearsal.emulator.cloudwatch.searching import searched
from rehearsal.emulator.cloudwatch.series import Metric
from tests.alarming import ESCALATION, QUIET, WAYS, Stage, record
from tests.organization import ALONE, deployed
from tests.sabotage import ACCOUNT, REGION

RUNG = {name: ["OK", "ALARM", "OK"] for name in WAYS}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:Automation-containment"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The smallest stack, whose response looks for who waits but calls nobody; long at rest."""
    with deployed(settings=ALONE) as organization, organization.network() as network:
        made = Stage(organization=organization, network=network, began=organization.ground.now())
        made.client("events").enable_rule(Name=ESCALATION)
        made.wait(QUIET)
        yield made


@pytest.fixture(scope="module")
def states(stage: Stage) -> dict[str, list[str]]:
    """Each alarm driven in its way, one after the other: its states before, then and after."""
    found = {}
    for name, way in WAYS.items():
        found[name] = [stage.state(name)]
        way.ring(stage, name)
        stage.until(name, "ALARM")
        found[name].append(stage.state(name))
        way.rest(stage, name)
        stage.until(name, "OK")
        found[name].append(stage.state(name))
    skewed = {"stage": "received", "drill": False, "dry_run": False, "elapsed_s": -3.0}
    stage.client("events").put_events(Entries=[record({**skewed, "route": "compromised-instance"})])
    stage.wait(60)
    return found


def test_there_is_a_way_to_drive_every_alarm_that_is_declared(stage: Stage) -> None:
    assert set(stage.alarms()) == set(WAYS)


@pytest.mark.parametrize("name", WAYS)
def test_an_alarm_rings_for_what_it_is_about_and_rests_when_that_is_over(
    states: dict[str, list[str]], name: str
) -> None:
    assert states[name] == RUNG[name]


@pytest.mark.usefixtures("states")
def test_an_alarm_about_the_way_to_people_reaches_the_topic_itself(stage: Stage) -> None:
    for name, alarm in stage.alarms().items():
        broken = name.startswith(("containment-ledger", "containment-people"))
        assert alarm["AlarmActions"] == ([TOPIC] if broken else []), name
        acted = stage.client("cloudwatch").describe_alarm_history(
            AlarmName=name, HistoryItemType="Action"
        )["AlarmHistoryItems"]
        told = {each["HistorySummary"] for each in acted}
        assert told == ({f"Successfully executed action {TOPIC}"} if broken else set()), name


@pytest.mark.usefixtures("states")
def test_no_alarm_starts_what_makes_it_ring_again(stage: Stage) -> None:
    for name in WAYS:
        changes = stage.client("cloudwatch").describe_alarm_history(
            AlarmName=name, HistoryItemType="StateUpdate"
        )["AlarmHistoryItems"]
        rung = [each for each in changes if each["HistorySummary"].endswith("to ALARM")]
        assert len(rung) == 1, name


def rows(stage: Stage) -> list[tuple[str, tuple[str, ...], dict[str, Any], str]]:
    """Every row of every widget of every dashboard: title, metric, how it is shown, region."""
    cloudwatch = stage.client("cloudwatch")
    names = [each["DashboardName"] for each in cloudwatch.list_dashboards()["DashboardEntries"]]
    return [
        (widget["properties"]["title"], parts, shown, widget["properties"]["region"])
        for name in names
        for widget in json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])[
            "widgets"
        ]
        for parts, shown in metrics_of(widget)
    ]


@pytest.mark.usefixtures("states")
def test_every_row_of_a_dashboard_has_figures(stage: Stage) -> None:
    shown_rows = rows(stage)
    assert len(shown_rows) > 15
    for title, parts, shown, region in shown_rows:
        pairs = zip(parts[2::2], parts[3::2], strict=True)
        query: dict[str, Any] = {"Id": "q"}
        if "expression" in shown:
            query["Expression"] = shown["expression"]
        else:
            named = {
                "Namespace": parts[0],
                "MetricName": parts[1],
                "Dimensions": [{"Name": name, "Value": value} for name, value in pairs],
            }
            query["MetricStat"] = {"Metric": named, "Period": 300, "Stat": shown["stat"]}
        answer = stage.organization.ground.client(ACCOUNT, "cloudwatch", region).get_metric_data(
            MetricDataQueries=[query],
            StartTime=stage.began,
            EndTime=stage.organization.ground.now(),
        )["MetricDataResults"]
        assert any(each["Values"] for each in answer), (title, query)


def ours(metric: Metric) -> bool:
    """Whether a metric is in our namespace, or one of our rules or queues."""
    values = " ".join(metric.named.values())
    return metric.namespace == "Containment" or "containment-" in values


def read_by_alarms(stage: Stage) -> set[Metric]:
    """What the alarms look at."""
    found = set()
    for alarm in stage.alarms().values():
        stats = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
        for each in stats or [alarm]:
            pairs = frozenset((one["Name"], one["Value"]) for one in each["Dimensions"])
            found.add(Metric(ACCOUNT, REGION, each["Namespace"], each["MetricName"], pairs))
    return found


@pytest.mark.usefixtures("states")
def test_every_metric_that_an_alarm_names_is_sent(stage: Stage) -> None:
    sent = set(stage.organization.emulator.world.cloudwatch.metrics(ACCOUNT, REGION))
    assert read_by_alarms(stage) - sent == set()


@pytest.mark.usefixtures("states")
def test_every_metric_that_is_sent_is_read_or_listed_as_unused(stage: Stage) -> None:
    sent = [
        m for m in stage.organization.emulator.world.cloudwatch.metrics(ACCOUNT, REGION) if ours(m)
    ]
    read = read_by_alarms(stage)
    for _, parts, shown, _ in rows(stage):
        if "expression" in shown:
            read |= set(searched(shown["expression"]).among(sent))
        else:
            pairs = frozenset(zip(parts[2::2], parts[3::2], strict=True))
            read.add(Metric(ACCOUNT, REGION, parts[0], parts[1], pairs))
    unread = {each.name for each in sent if each not in read}
    assert unread == set(UNUSED)  # none that is read, none that is not sent
