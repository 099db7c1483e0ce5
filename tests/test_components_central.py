"""The central rules as they are declared: two targets each, their messages, and who may start."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from components.central import CentralRouting, CentralRoutingArgs
from components.engagement import Engagement
from names import ENGAGER, RESPOND, TOPIC, Place
from tests.agency import MANAGED, OPS
from tests.declared import Graph, Resource, made

CENTRAL = Place(partition="aws", account="222222222222", region="eu-west-1")
TOPIC_ARN = CENTRAL.arn("sns", TOPIC)


def central(engagement: Engagement, engages: Mapping[str, str]) -> Graph:
    args = CentralRoutingArgs(
        place=CENTRAL, engagement=engagement, engages=engages, topic=TOPIC_ARN, ready=[]
    )
    return made(lambda opts: CentralRouting("central", args, opts), CENTRAL.account)


PLANS = {
    team: f"arn:aws:ssm-incidents::222222222222:response-plan/containment-{team}"
    for team in MANAGED.teams
}
DOCUMENT = CENTRAL.arn("ssm", f"automation-definition/{RESPOND}:$DEFAULT")


@pytest.mark.parametrize(
    ("engagement", "engages"),
    [(MANAGED, PLANS), (OPS, dict.fromkeys(OPS.teams, DOCUMENT))],
)
def test_every_rule_tells_the_topic_and_all_that_engage_somebody_have_a_second_target(
    engagement: Engagement, engages: dict[str, str]
) -> None:
    graph = central(engagement, engages)
    targets: dict[str, list[Resource]] = {}
    for each in graph.of("EventTarget"):
        targets.setdefault(str(each.inputs["rule"]), []).append(each)
    quiet = {"containment-people-other-product", "containment-people-response-failed"}
    for rule in graph.of("EventRule"):
        name = rule.inputs["name"]
        arns = sorted(str(each.inputs["arn"]) for each in targets[name])
        if name in ("containment-people-signals", "containment-people-escalation"):
            assert len(arns) == 1
        else:
            assert TOPIC_ARN in arns, name
            assert len(arns) == (1 if name in quiet else 2), name
    for each in graph.of("EventTarget"):
        assert each.inputs["deadLetterConfig"]["arn"].endswith("people-dead-letters")
        assert each.inputs["retryPolicy"] == {
            "maximumEventAgeInSeconds": 86_400,
            "maximumRetryAttempts": 185,
        }


def test_findings_engage_the_plan_of_their_routes_team() -> None:
    graph = central(MANAGED, PLANS)
    by_rule = {
        str(each.inputs["rule"]): each.inputs["arn"]
        for each in graph.of("EventTarget")
        if each.inputs["arn"] != TOPIC_ARN
    }
    assert by_rule["containment-people-suspicious-activity"] == PLANS["platform"]
    assert by_rule["containment-people-findings"] == PLANS["security"]
    assert by_rule["containment-people-ledger-ledger"] == DOCUMENT


def test_a_plan_gets_the_event_as_it_is() -> None:
    for each in central(MANAGED, PLANS).of("EventTarget"):
        if "response-plan/" in str(each.inputs["arn"]):
            assert "inputTransformer" not in each.inputs


def test_every_message_of_a_rule_is_in_the_schema_that_chat_shows() -> None:
    for each in central(MANAGED, PLANS).of("EventTarget"):
        if each.inputs["arn"] != TOPIC_ARN:
            continue
        transformer = each.inputs["inputTransformer"]
        message = json.loads(transformer["inputTemplate"])
        assert (message["version"], message["source"]) == ("1.0", "custom")
        assert message["content"]["description"]
        assert message["content"]["textType"] == "client-markdown"
        used = {part.split(">")[0] for part in transformer["inputTemplate"].split("<")[1:]}
        assert used == set(transformer["inputPaths"])


def test_no_message_of_a_rule_takes_a_text_that_an_attacker_may_write() -> None:
    written_by_aws_or_us = (
        "$.account", "$.region", "$.detail.findings[0].Id", "$.detail.findings[0].Types[0]",
        "$.detail.findings[0].AwsAccountId", "$.detail.findings[0].Region",
        "$.detail.findings[0].Severity.Label", "$.detail.findings[0].ProductArn",
        "$.detail.stage", "$.detail.route", "$.detail.resource", "$.detail.finding_arn",
        "$.detail.type", "$.detail.arn", "$.detail.Status", "$.detail.Definition",
        "$.detail.ExecutionId", "$.detail.alarmName",
    )  # fmt: skip
    for each in central(MANAGED, PLANS).of("EventTarget"):
        if each.inputs["arn"] == TOPIC_ARN:
            paths = each.inputs["inputTransformer"]["inputPaths"].values()
            assert set(paths) <= set(written_by_aws_or_us)


def test_the_rules_role_may_start_the_plans_and_the_response_and_nothing_else() -> None:
    role = central(MANAGED, PLANS).one("Role", name=ENGAGER)
    assert role.document("assumeRolePolicy")["Statement"][0]["Condition"]
    (may,) = central(MANAGED, PLANS).of("RolePolicy")
    statements = {s["Action"]: s["Resource"] for s in may.document("policy")["Statement"]}
    assert statements["ssm-incidents:StartIncident"] == sorted(PLANS.values())
    assert set(statements) == {
        "events:PutEvents",
        "iam:PassRole",
        "ssm-incidents:StartIncident",
        "ssm:StartAutomationExecution",
    }
    (other,) = central(OPS, dict.fromkeys(OPS.teams, DOCUMENT)).of("RolePolicy")
    assert "ssm-incidents" not in other.inputs["policy"]


def test_whoever_is_not_reached_is_an_alarm_that_the_topic_tells() -> None:
    graph = central(MANAGED, PLANS)
    alarms = {each.inputs["name"]: each.inputs for each in graph.of("MetricAlarm")}
    for alarm in alarms.values():
        assert alarm["alarmActions"] == [TOPIC_ARN]
    queue = "containment-people-dead-letters"
    assert alarms[f"{queue}-not-empty"]["dimensions"] == {"QueueName": queue}
    # What the queue refuses is counted by rule: each is in one alarm, and none has more than ten.
    summed = [alarm["metricQueries"][:-1] for name, alarm in alarms.items() if "refused" in name]
    assert all(len(queries) <= 10 for queries in summed)
    watched = [
        (one["metric"]["dimensions"].get("EventBusName", "default"), one["metric"]["dimensions"])
        for queries in summed
        for one in queries
    ]
    assert sorted((bus, named["RuleName"]) for bus, named in watched) == sorted(
        (each.inputs["eventBusName"], each.inputs["name"]) for each in graph.of("EventRule")
    )
