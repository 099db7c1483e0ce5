"""The components of a member account, each on its own: what it declares, where that leads."""

from __future__ import annotations

import json
from typing import Any

import pytest

import names
from components.access import AccountAccess, AccountAccessArgs
from components.bounds import Bounds
from components.containment import Containment, ContainmentArgs
from components.pipeline import ContainmentPipeline, ContainmentPipelineArgs
from components.routing import Routing, RoutingArgs
from components.rules import Rule
from names import Place
from runbooks import RUNBOOKS
from tests.declared import Graph, Resource, made

ACCOUNT = "333333333333"
HOME = Place(partition="aws", account=ACCOUNT, region="eu-west-1")
AWAY = Place(partition="aws", account=ACCOUNT, region="eu-central-1")
CENTRAL = Place(partition="aws", account="222222222222", region="eu-west-1")
PATTERN = {"source": ["aws.guardduty"], "detail": {"accountId": [ACCOUNT]}}


def routing(place: Place, *rules: Rule) -> Graph:
    """``Routing`` with these rules."""
    args = RoutingArgs(
        place=place, home_region="eu-west-1", central=CENTRAL, rules=rules, runbooks=RUNBOOKS
    )
    return made(lambda opts: Routing("routing", args, opts), ACCOUNT)


def rule(**differs: Any) -> Rule:
    """A made-up rule that starts a runbook."""
    usual: dict[str, Any] = {
        "name": "made-up",
        "route": "made-up",
        "pattern": PATTERN,
        "runbook": "isolate_instance",
        "mode": "automatic",
    }
    return Rule(**{**usual, **differs})


def target_of(graph: Graph, name: str) -> Resource:
    """The target of a rule."""
    return graph.one("EventTarget", rule=f"containment-{name}")


def test_a_regional_finding_starts_its_runbook_where_it_happened() -> None:
    for place in (HOME, AWAY):
        target = target_of(routing(place, rule()), "made-up")
        document = "automation-definition/containment-isolate-instance:$DEFAULT"
        assert target.inputs["arn"] == f"arn:aws:ssm:{place.region}:{ACCOUNT}:{document}"
        assert target.inputs["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/containment-starter"


def test_a_finding_about_something_global_is_forwarded_home_and_answered_there() -> None:
    everywhere = rule(scope="account")
    at_home = target_of(routing(HOME, everywhere), "made-up")
    assert ":ssm:eu-west-1:" in at_home.inputs["arn"]
    away = target_of(routing(AWAY, everywhere), "made-up")
    assert away.inputs["arn"] == f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"
    assert away.inputs["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/containment-ledger-forwarder"
    assert "inputTransformer" not in away.inputs


def test_a_forwarder_may_reach_the_bus_to_which_global_findings_are_forwarded() -> None:
    args = AccountAccessArgs(
        home=HOME,
        central=CENTRAL,
        runbooks=RUNBOOKS,
        never_touch=[],
        retain_data=False,
    )
    graph = made(lambda opts: AccountAccess("access", args, opts), ACCOUNT)
    away = target_of(routing(AWAY, rule(scope="account")), "made-up")
    policy = graph.one("RolePolicy", role=names.FORWARDER).document("policy")
    reached = [resource for each in policy["Statement"] for resource in _many(each["Resource"])]
    assert away.inputs["arn"] in reached


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_a_global_finding_for_people_goes_to_the_ledger_in_one_hop_from_every_region() -> None:
    for place in (HOME, AWAY):
        target = target_of(routing(place, rule(scope="account", runbook=None)), "made-up")
        assert target.inputs["arn"] == CENTRAL.bus(names.CENTRAL_BUS)


@pytest.mark.parametrize("mode", ["automatic", "approval"])
def test_a_target_tells_the_runbook_its_route_and_mode(mode: str) -> None:
    target = target_of(routing(HOME, rule(mode=mode)), "made-up")
    template = target.inputs["inputTransformer"]["inputTemplate"]
    filled = json.loads(template.replace("<finding>", '"f"').replace("<time>", '"t"'))
    assert filled == {
        "FindingArn": ["f"],
        "EventTime": ["t"],
        "Action": ["Contain"],
        "Route": ["made-up"],
        "Mode": [mode],
    }


def test_routing_without_a_route_still_forwards_what_runbooks_write_and_what_dies() -> None:
    graph = routing(AWAY)
    patterns = {
        each.inputs["name"]: each.document("eventPattern") for each in graph.of("EventRule")
    }
    assert patterns["containment-ledger-forward"] == {"source": [{"exists": True}]}
    died = patterns["containment-run-failed"]
    assert died["source"] == ["aws.ssm"]
    assert died["detail"]["Status"] == ["Failed", "TimedOut", "Cancelled"]
    assert died["detail"]["Definition"] == [{"prefix": "containment-"}]
    for name in ("ledger-forward", "run-failed"):
        assert target_of(graph, name).inputs["arn"] == CENTRAL.bus(names.CENTRAL_BUS)
    assert graph.one("EventRule", name="containment-ledger-forward").inputs["eventBusName"] == (
        names.LOCAL_BUS
    )


def test_a_document_holds_what_the_stack_decided_and_no_starter_can_choose() -> None:
    bounds = Bounds(
        suffices="severed",
        two_swaps_proven=True,
        caps={"compromised-instance": 3},
        credentials_margin=45,
        dns_firewalled=["vpc-0a1b2c3d"],
        forensic_network="10.9.0.0/24",
        forensic_endpoints="10.9.1.0/28",
        never_touch=["BreakGlass"],
    )
    args = ContainmentArgs(place=AWAY, central=CENTRAL, runbooks=RUNBOOKS, bounds=bounds)
    graph = made(lambda opts: Containment("containment", args, opts), ACCOUNT)
    texts = {each.inputs["name"]: each.inputs["content"] for each in graph.of("Document")}
    isolate = RUNBOOKS["isolate_instance"]
    assert texts.keys() == {isolate.document_name(action) for action in isolate.actions}
    text = texts["containment-isolate-instance"]
    for part in ('"Suffices":"severed"', '"TwoSwapsProven":true', '"HomeRegion":"eu-west-1"'):
        assert part in text
    for part in ('"CredentialsMargin":45', '"DnsFirewalled":["vpc-0a1b2c3d"]'):
        assert part in text
    into = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535}
    out = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    assert bounds.forensics() == {
        "IpPermissions": [{**into, "IpRanges": [{"CidrIp": "10.9.0.0/24"}]}],
        "IpPermissionsEgress": [{**out, "IpRanges": [{"CidrIp": "10.9.1.0/28"}]}],
    }
    forensics = json.dumps(bounds.forensics(), separators=(",", ":"))
    assert f'"Forensics":{forensics}' in text
    assert f'"{AWAY.role("BreakGlass")}"' in text
    assert Bounds().forensics() == {"IpPermissions": [], "IpPermissionsEgress": []}
    assert '"Caps":{"compromised-instance":3}' in text
    assert {each.region for each in graph.of("Document")} == {"eu-central-1"}
    assert graph.of("MetricAlarm") == []  # they are where the queue is


def test_a_pipeline_is_routing_that_waits_for_containment() -> None:
    args = ContainmentPipelineArgs(
        place=AWAY,
        central=CENTRAL,
        runbooks=RUNBOOKS,
        modes={},
        bounds=Bounds(),
        watch_minutes=15,
        roles=[],
    )
    graph = made(lambda opts: ContainmentPipeline("pipeline", args, opts), ACCOUNT)
    pipeline = graph.one("ContainmentPipeline").urn
    parts = [graph.one(part).parent for part in ("Routing", "Containment", "Watch")]
    assert parts == [pipeline] * 3
    documents = {each.urn for each in graph.of("Document")}
    assert documents <= graph.waits_for(target_of(graph, "compromised-instance-1"))
    assert documents <= graph.waits_for(target_of(graph, "watch"))


def test_the_watch_starts_by_schedule_the_document_that_may_change_nothing() -> None:
    args = ContainmentPipelineArgs(
        place=AWAY,
        central=CENTRAL,
        runbooks=RUNBOOKS,
        modes={},
        bounds=Bounds(),
        watch_minutes=5,
        roles=[],
    )
    graph = made(lambda opts: ContainmentPipeline("pipeline", args, opts), ACCOUNT)
    rule = graph.one("EventRule", name="containment-watch").inputs
    assert rule["scheduleExpression"] == "rate(5 minutes)"
    assert "eventPattern" not in rule
    target = target_of(graph, "watch").inputs
    document = "automation-definition/containment-isolate-instance-watch:$DEFAULT"
    assert target["arn"] == f"arn:aws:ssm:eu-central-1:{ACCOUNT}:{document}"
    assert json.loads(target["input"]) == {"Action": ["Watch"]}
    assert "inputTransformer" not in target


def test_the_starter_may_start_what_findings_and_schedules_start_and_no_release() -> None:
    args = AccountAccessArgs(
        home=HOME,
        central=CENTRAL,
        runbooks=RUNBOOKS,
        never_touch=[],
        retain_data=False,
    )
    graph = made(lambda opts: AccountAccess("access", args, opts), ACCOUNT)
    start, pass_on = graph.one("RolePolicy", role=names.STARTER).document("policy")["Statement"]
    documents = {each.rpartition("/")[2] for each in start["Resource"] if ":document/" in each}
    passed = {each.rpartition("/")[2] for each in pass_on["Resource"]}
    assert (
        documents
        == passed
        == {f"containment-isolate-instance{part}" for part in ("", "-preserve", "-watch")}
    )


@pytest.mark.parametrize("retain", [True, False])
def test_a_state_table_survives_a_destroy_where_data_is_retained(*, retain: bool) -> None:
    args = AccountAccessArgs(
        home=HOME,
        central=CENTRAL,
        runbooks={},
        never_touch=[],
        retain_data=retain,
    )
    graph = made(lambda opts: AccountAccess("access", args, opts), ACCOUNT)
    table = graph.one("Table")
    assert table.retained is retain
    assert table.inputs["deletionProtectionEnabled"] is retain
    assert table.inputs["hashKey"] == "id"
    assert {each.inputs["name"] for each in graph.of("Role")} == {
        names.STARTER,
        names.FORWARDER,
        names.RESPONDER,
        names.METRICS_SHARED,
    }


def test_a_child_takes_its_account_from_its_component() -> None:
    graph = routing(HOME, rule())
    assert {each.account for each in graph.aws()} == {ACCOUNT}
