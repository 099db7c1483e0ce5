"""Dashboards in the emulator: bodies that AWS would refuse, and what a search finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.cloudwatch import dashboards
from rehearsal.emulator.cloudwatch.searching import searched
from rehearsal.emulator.cloudwatch.series import Metric
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.world import NotEmulatedError
from tests.emulated import REGION, TAX, client
from tests.routed import Start, passed

ROWS: dict[str, Any] = {"region": REGION, "metrics": [["N", "M", "Route", "a", {"stat": "p90"}]]}
GRAPH: dict[str, Any] = {"type": "metric", "x": 0, "y": 0, "width": 12, "properties": ROWS}


def body(**changed: Any) -> str:
    """A dashboard of one graph, with some of its fields changed."""
    return json.dumps({"widgets": [{**GRAPH, **changed}]})


def shown(**changed: Any) -> str:
    """A dashboard of one graph, with some of its properties changed."""
    return body(properties={**ROWS, **changed})


def test_a_body_that_aws_takes_is_taken() -> None:
    dashboards.check("rules-1", body())
    dashboards.check("rules-1", shown(annotations={"horizontal": []}, view="table"))
    dashboards.check("rules-1", json.dumps({"widgets": []}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("{}", "/widgets: should be an array"),
        (body(x=24), "/x: should be a whole number from 0 to 23"),
        (body(width=0), "/width"),
        (body(height=1001), "/height"),
        (shown(region=None), "'region'"),
        (shown(metrics=[["N"]]), "is no namespace, name and pairs"),
        (shown(metrics=[["N", "M", "Route"]]), "is no namespace, name and pairs"),
        (shown(metrics=["N", "M"]), "array of arrays"),
        (shown(view="pyramid"), "/view"),
        (body(type="alarm", properties={"alarms": []}), "/alarms"),
        (body(type="text", properties={}), "/markdown"),
    ],
)
def test_a_body_that_aws_refuses_is_refused(text: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        dashboards.check("rules-1", text)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(RefusedError, match=r"/widgets/0/x.*'region'"):
        dashboards.check("rules-1", body(x=99, properties={**ROWS, "region": ""}))
    with pytest.raises(RefusedError, match="name"):
        dashboards.check("rules 1", body())


@pytest.mark.parametrize(
    "text",
    [
        body(type="explorer"),
        body(colour="red"),
        shown(metric=[]),
        shown(metrics=[["N", "M", {"stat": "TM90"}]]),
        shown(metrics=[["N", "M", {"colour": "red"}]]),
        shown(metrics=[[{"expression": "m1 + m2"}]]),
        shown(metrics=[[{"expression": "SEARCH('{N} a OR b', 'Sum')"}]]),
        json.dumps({"widgets": [], "variables": []}),
    ],
)
def test_what_is_not_known_of_a_body_is_an_error(text: str) -> None:
    with pytest.raises(NotEmulatedError):
        dashboards.check("rules-1", text)


def test_what_is_refused_is_not_kept(emulator: Start) -> None:
    cloudwatch = client(emulator(), TAX, "cloudwatch")
    with pytest.raises(ClientError, match="InvalidParameterInput"):
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody=body(x=24))
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody=body())
    assert len(cloudwatch.list_dashboards()["DashboardEntries"]) == 1


def metric(name: str, **dimensions: str) -> Metric:
    """A metric of EventBridge."""
    return Metric(TAX, REGION, "AWS/Events", name, frozenset(dimensions.items()))


OURS = metric("MatchedEvents", RuleName="containment-watch")
THEIRS = metric("MatchedEvents", RuleName="shop-orders")
ON_A_BUS = metric("MatchedEvents", RuleName="containment-record", EventBusName="containment-ledger")
FAILED = metric("FailedInvocations", RuleName="containment-watch")


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ('{AWS/Events,RuleName} containment MetricName="MatchedEvents"', {OURS}),
        ('{AWS/Events,RuleName} MetricName="MatchedEvents"', {OURS, THEIRS}),
        ("{AWS/Events,RuleName} containment", {OURS, FAILED}),
        ("{AWS/Events,EventBusName,RuleName} containment", {ON_A_BUS}),
        ('{AWS/Events,RuleName} RuleName="shop-orders"', {THEIRS}),
        ('{AWS/Events,RuleName} MetricName="Matched"', set()),
        ("{AWS/Events,RuleName} contain", set()),
        ("{AWS/Events,Rule} containment", set()),
        ("{AWS/Event,RuleName} containment", set()),
    ],
)
def test_a_search_finds_exactly_its_schema_and_terms(search: str, finds: set[Metric]) -> None:
    found = searched(f"SEARCH('{search}', 'Sum', 300)")
    assert set(found.among([OURS, THEIRS, ON_A_BUS, FAILED])) == finds
    assert (found.stat, found.period) == ("Sum", 300)


def test_figures_are_read_by_metric_and_by_search(emulator: Start) -> None:
    running = emulator()
    cloudwatch = client(running, TAX, "cloudwatch")
    began = running.world.clock.now()
    for route, value in (("a", 1.0), ("a", 3.0), ("b", 9.0)):
        data = {
            "MetricName": "M",
            "Value": value,
            "Dimensions": [{"Name": "Route", "Value": route}],
        }
        cloudwatch.put_metric_data(Namespace="N", MetricData=[data])
    passed(running, 60)

    def figures(**query: Any) -> dict[str, list[float]]:
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "q", **query}],
            StartTime=began,
            EndTime=running.world.clock.now(),
        )
        return {each["Label"]: each["Values"] for each in answer["MetricDataResults"]}

    one = {"Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "Route", "Value": "a"}]}
    assert figures(MetricStat={"Metric": one, "Period": 60, "Stat": "p50"}) == {"M a": [1.0]}
    assert figures(Expression="SEARCH('{N,Route} ', 'Sum', 60)") == {"M a": [4.0], "M b": [9.0]}
    without = {"Namespace": "N", "MetricName": "M"}
    assert figures(MetricStat={"Metric": without, "Period": 60, "Stat": "Sum"}) == {"M": []}
    with pytest.raises(ClientError, match="NotEmulated"):
        figures(Expression="SUM(METRICS())")
