"""What engages people, on its own: the topic and its key, the channel, contacts, plans, rules."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from components.chat import COMMAND_LIMIT, Chat, ChatArgs, buttons
from components.contacts import first_shift
from components.engagement import Chat as Channel
from components.engagement import Engagement
from components.incident import IncidentResponse, IncidentResponseArgs
from components.notification import Notification, NotificationArgs
from names import APPROVER, RESPOND, TOPIC, Place
from regions import PARTITIONS
from tests.agency import MANAGED, OPS, SECURITY
from tests.declared import Graph, Resource, made

CENTRAL = Place(partition="aws", account="222222222222", region="eu-west-1")
TOPIC_ARN = CENTRAL.arn("sns", TOPIC)


def notification(engagement: Engagement) -> Graph:
    args = NotificationArgs(place=CENTRAL, engagement=engagement)
    return made(lambda opts: Notification("told", args, opts), CENTRAL.account)


def incidents(engagement: Engagement) -> Graph:
    args = IncidentResponseArgs(place=CENTRAL, engagement=engagement, topic=TOPIC_ARN, ready=[])
    return made(lambda opts: IncidentResponse("incidents", args, opts), CENTRAL.account)


def chat(channel: Channel | None) -> Graph:
    args = ChatArgs(place=CENTRAL, channel=channel, topic=TOPIC_ARN)
    return made(lambda opts: Chat("chat", args, opts), CENTRAL.account)


def test_a_topic_that_approvals_write_to_has_the_name_that_ssm_demands() -> None:
    assert notification(OPS).one("Topic").inputs["name"].startswith("Automation")


@pytest.mark.parametrize("engagement", [MANAGED, OPS])
def test_the_key_lets_the_services_in_without_any_source_condition(engagement: Engagement) -> None:
    key = notification(engagement).one("Key")
    own, speaking = key.document("policy")["Statement"]
    assert own["Principal"] == {"AWS": "arn:aws:iam::222222222222:root"}
    assert {"events.amazonaws.com", "cloudwatch.amazonaws.com"} <= set(
        speaking["Principal"]["Service"]
    )
    assert not [
        name for name in json.dumps(speaking["Condition"]).split('"') if "aws:Source" in name
    ]
    assert TOPIC_ARN in json.dumps(speaking["Condition"])
    assert key.inputs["enableKeyRotation"] is True


@pytest.mark.parametrize("engagement", [MANAGED, OPS])
def test_the_topics_policy_says_for_whom_each_service_may_speak(engagement: Engagement) -> None:
    policy = notification(engagement).one("TopicPolicy").document("policy")
    for statement in policy["Statement"]:
        assert statement["Condition"], statement
        assert "222222222222" in json.dumps(statement["Condition"])
    speakers = {each["Principal"]["Service"] for each in policy["Statement"]}
    assert ("ssm-incidents.amazonaws.com" in speakers) == (engagement is MANAGED)


@pytest.mark.parametrize("engagement", [MANAGED, OPS])
def test_persons_subscribe_to_what_is_addressed_to_them(engagement: Engagement) -> None:
    subscribed = notification(engagement).of("TopicSubscription")
    assert sorted((s.inputs["protocol"], s.inputs["endpoint"]) for s in subscribed) == [
        ("email", "anna@agency.example"),
        ("email", "ben@agency.example"),
        ("sms", "+4915100000001"),
    ]
    assert {s.inputs["filterPolicy"] for s in subscribed} == {'{"to": ["anna"]}', '{"to": ["ben"]}'}


@pytest.mark.parametrize("region", sorted(PARTITIONS))
def test_no_button_has_a_command_that_is_too_long(region: str) -> None:
    for each in buttons(region):
        assert len(each["command"]) <= COMMAND_LIMIT
        assert each["command"].startswith("ssm ")
        assert len(each["text"]) <= 50


def test_a_short_region_has_all_three_buttons_and_a_long_one_decides_in_the_console() -> None:
    assert [b["text"] for b in buttons("eu-central-1")] == ["Approve", "Reject", "I take it"]
    assert "Approve" not in [b["text"] for b in buttons("ap-northeast-1")]


def test_the_channel_has_our_guardrail_demands_a_role_and_logs_what_it_drops() -> None:
    graph = chat(MANAGED.chat)
    channel = next(
        each
        for each in graph.of("Resource")
        if each.inputs["typeName"] == "AWS::Chatbot::SlackChannelConfiguration"
    )
    state = channel.document("desiredState")
    assert state["UserRoleRequired"] is True
    assert state["LoggingLevel"] == "ERROR"
    assert state["SnsTopicArns"] == [TOPIC_ARN]
    assert len(state["GuardrailPolicies"]) == 1
    assert "AdministratorAccess" not in json.dumps(state)
    assert [arn.rpartition("/")[2] for arn in state["CustomizationResourceArns"]] == [
        "containment-approve",
        "containment-reject",
        "containment-acknowledge",
    ]
    actions = [each for each in graph.of("Resource") if each is not channel]
    assert {each.urn for each in actions} <= graph.waits_for(channel)


def test_teams_is_another_type_with_a_tenant() -> None:
    teams = Channel(kind="teams", workspace="team-0001", channel="19:chan", region="eu-west-1",
                    tenant="tenant-1")  # fmt: skip
    (channel,) = [
        each
        for each in chat(teams).of("Resource")
        if each.inputs["typeName"].endswith("ChannelConfiguration")
    ]
    assert channel.inputs["typeName"] == "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"
    assert channel.document("desiredState")["TeamsTenantId"] == "tenant-1"


def test_without_a_channel_whoever_decides_still_has_a_role() -> None:
    graph = chat(None)
    assert graph.of("Resource") == []
    assert [role.inputs["name"] for role in graph.of("Role")] == [APPROVER]


def test_whoever_decides_may_send_signals_and_take_up_items_and_no_more() -> None:
    graph = chat(MANAGED.chat)
    (allowed,) = graph.of("RolePolicy")
    actions = [a for s in allowed.document("policy")["Statement"] for a in _list(s["Action"])]
    assert sorted(actions) == [
        "ssm:DescribeAutomationStepExecutions",
        "ssm:GetAutomationExecution",
        "ssm:SendAutomationSignal",
        "ssm:UpdateOpsItem",
    ]
    (guardrail,) = graph.of("Policy")
    assert guardrail.document("policy") == allowed.document("policy")
    assert all(s["Resource"] != "*" for s in allowed.document("policy")["Statement"])
    for role in graph.of("Role"):
        trusts = role.document("assumeRolePolicy")["Statement"]
        assert all(each["Condition"] for each in trusts)


def test_every_person_has_each_of_their_channels_and_a_plan_that_tries_them_all() -> None:
    graph = incidents(MANAGED)
    channels = sorted((c.inputs["name"], c.inputs["type"]) for c in graph.of("ContactChannel"))
    assert channels == [("email", "EMAIL"), ("email", "EMAIL"), ("sms", "SMS"), ("voice", "VOICE")]
    aliases = sorted(c.inputs["alias"] for c in graph.of("Contact"))
    assert aliases == [
        "containment-person-anna",
        "containment-person-ben",
        "containment-person-carla",
        "containment-platform",
        "containment-security",
    ]


def _plan_of(graph: Graph, part: str) -> Resource:
    return next(each for each in graph.of("Plan") if each.name.endswith(f"-{part}-plan"))


def test_a_team_is_asked_stage_by_stage_until_everybody_was_and_each_answer_ends_it() -> None:
    stages = _plan_of(incidents(MANAGED), "security").inputs["stages"]
    assert [stage["durationInMinutes"] for stage in stages] == [5, 5, 5]
    assert [len(stage["targets"]) for stage in stages] == [1, 1, 3]
    for stage in stages:
        for target in stage["targets"]:
            assert target["contactTargetInfo"]["isEssential"] is True


def test_a_rotation_begins_by_the_teams_own_clock_and_turns_by_weeks_or_days() -> None:
    rotations = {
        each.inputs["name"]: each.inputs for each in incidents(MANAGED).of("ContactsRotation")
    }
    weekly = rotations["containment-security"]
    assert weekly["startTime"] == "2026-07-06T06:00:00Z"
    assert weekly["timeZoneId"] == "Europe/Berlin"
    assert weekly["recurrence"]["recurrenceMultiplier"] == 1
    assert weekly["recurrence"]["weeklySettings"][0]["dayOfWeek"] == "MON"
    daily = rotations["containment-platform"]["recurrence"]
    assert (daily["recurrenceMultiplier"], daily["dailySettings"][0]["hourOfDay"]) == (3, 8)
    winter = replace(SECURITY, starts="2026-01-05T08:00:00")
    assert first_shift(winter) == "2026-01-05T07:00:00Z"


def test_a_plan_engages_its_team_starts_the_response_and_never_joins_incidents() -> None:
    graph = incidents(MANAGED)
    for plan in graph.of("ResponsePlan"):
        assert len(plan.inputs["engagements"]) == 1
        assert "dedupeString" not in plan.inputs["incidentTemplate"]
        (run,) = plan.inputs["action"]["ssmAutomations"]
        assert run["documentName"] == RESPOND
        assert run["dynamicParameters"] == {
            "IncidentRecordArn": "INCIDENT_RECORD_ARN",
            "InvolvedResources": "INVOLVED_RESOURCES",
        }
        assert plan.inputs["chatChannels"] == [TOPIC_ARN]
    assert len(graph.of("ResponsePlan")) == 2


def test_plans_wait_for_the_replication_set_and_the_contacts() -> None:
    graph = incidents(MANAGED)
    replication = graph.one("ReplicationSet")
    plan = graph.of("ResponsePlan")[0]
    assert {replication.urn, _plan_of(graph, "security").urn} <= graph.waits_for(plan)
    existing = incidents(replace(MANAGED, replication="existing"))
    assert existing.of("ReplicationSet") == []


def test_the_other_backend_declares_nothing_of_incident_manager() -> None:
    assert list(incidents(OPS).aws()) == []


def _list(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]
