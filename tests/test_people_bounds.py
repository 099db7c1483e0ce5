"""What must hold of the people's part exactly, lest it page wrongly, silently lose, or let in."""

from __future__ import annotations

import functools
import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest

from components.hub import ResponseHub
from components.responder import ResponderArgs, responder
from names import APPROVER, CHAT_ROLE, ESCALATE, RESPOND, RESPONDER, TOPIC
from rehearsal.emulator.iam.evaluate import Policy, Request, trusts
from tests.agency import MANAGED, OPS
from tests.centre import HOME, MEMBER, ORGANIZATION, hub_args
from tests.declared import Graph, made
from tests.test_respond_messages import SCHEMA

BACKENDS = {"incident-manager": MANAGED, "ops-center": OPS}


@functools.cache
def centre(backend: str) -> Graph:
    """What the security account's centre declares."""
    args = hub_args(BACKENDS[backend])
    return made(lambda opts: ResponseHub("hub", args, opts), HOME.account)


@pytest.fixture(params=BACKENDS, scope="module")
def graph(request: pytest.FixtureRequest) -> Graph:
    return centre(request.param)


def topics_key(graph: Graph) -> dict[str, Any]:
    """The statement that lets services use the topic's key."""
    (key,) = [each for each in graph.of("Key") if each.name.endswith("notification-key")]
    _, speaking = key.document("policy")["Statement"]
    assert isinstance(speaking, dict)
    return speaking


def test_every_service_that_may_speak_on_the_topic_may_use_its_key(graph: Graph) -> None:
    (policy,) = graph.of("TopicPolicy")
    speaking = {each["Principal"]["Service"] for each in policy.document("policy")["Statement"]}
    assert {"events.amazonaws.com", "cloudwatch.amazonaws.com"} <= speaking
    assert set(topics_key(graph)["Principal"]["Service"]) == speaking
    assert topics_key(graph)["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]


def test_nothing_but_the_topic_itself_is_a_condition_of_the_key(graph: Graph) -> None:
    # EventBridge gives no source to an encrypted topic's key (trap 5.6).
    context = {"kms:EncryptionContext:aws:sns:topicArn": HOME.arn("sns", TOPIC)}
    assert topics_key(graph)["Condition"] == {"StringEquals": context}


def test_every_plan_engages_the_escalation_of_its_own_team() -> None:
    graph = centre("incident-manager")
    plans = {plan.inputs["name"]: plan.inputs for plan in graph.of("ResponsePlan")}
    contacts = {each.inputs["alias"]: each for each in graph.of("Contact")}
    assert plans.keys() == {f"containment-{team}" for team in MANAGED.teams}
    for name, inputs in plans.items():
        assert contacts[name].inputs["type"] == "ESCALATION"
        assert inputs.get("engagements") == [f"{contacts[name].name}-id"]


def test_no_plan_has_a_string_that_makes_one_incident_of_all_findings() -> None:
    for plan in centre("incident-manager").of("ResponsePlan"):
        assert plan.inputs["incidentTemplate"].keys() == {"title", "impact", "summary"}


def test_every_stage_of_an_escalation_ends_it_when_somebody_answers() -> None:
    targets = [
        target["contactTargetInfo"]
        for plan in centre("incident-manager").of("Plan")
        for stage in plan.inputs["stages"]
        for target in stage["targets"]
        if "contactTargetInfo" in target
    ]
    assert len(targets) > len(MANAGED.persons)
    assert [each for each in targets if each["isEssential"] is not True] == []


DECIDES = [
    {
        "Effect": "Allow",
        "Action": [
            "ssm:DescribeAutomationStepExecutions",
            "ssm:GetAutomationExecution",
            "ssm:SendAutomationSignal",
        ],
        "Resource": HOME.arn("ssm", "automation-execution/*"),
    },
    {
        "Effect": "Allow",
        "Action": "ssm:UpdateOpsItem",
        "Resource": HOME.arn("ssm", "opsitem/*"),
    },
]


def test_the_approver_may_signal_runs_and_take_up_items_of_its_own_account_and_no_more(
    graph: Graph,
) -> None:
    (role,) = graph.of("Role", name=APPROVER)
    (allowed,) = graph.of("RolePolicy", role=role.inputs["name"])
    assert allowed.document("policy")["Statement"] == DECIDES
    assert "managedPolicyArns" not in role.inputs


def test_the_channels_guardrail_is_no_wider_than_the_approver(graph: Graph) -> None:
    (guardrail,) = graph.of("Policy", name="containment-chat-guardrail")
    assert guardrail.document("policy")["Statement"] == DECIDES
    assert channel(graph)["GuardrailPolicies"] == [HOME.policy("containment-chat-guardrail")]


def test_nobody_acts_in_the_channel_without_a_role_of_their_own(graph: Graph) -> None:
    assert channel(graph)["UserRoleRequired"] is True
    assert graph.of("RolePolicy", role=CHAT_ROLE) == []  # the channel's own may do nothing


def channel(graph: Graph) -> dict[str, Any]:
    """The channel's desired state."""
    (found,) = [
        each.document("desiredState")
        for each in graph.of("Resource")
        if each.inputs["typeName"].endswith("ChannelConfiguration")
    ]
    return found


def test_every_rule_tells_the_topic_in_the_shape_that_chat_shows(graph: Graph) -> None:
    (topic,) = graph.of("Topic")
    told = [each for each in graph.of("EventTarget") if each.inputs["targetId"] == "topic"]
    assert {each.inputs["arn"] for each in told} == {f"{topic.name}-id"}
    assert len(told) > 5
    for each in told:
        transformer = each.inputs.get("inputTransformer")
        assert transformer, f"{each.name} would say an event as it is, which chat drops (trap 5.3)"
        jsonschema.validate(json.loads(transformer["inputTemplate"]), SCHEMA)


@pytest.mark.parametrize("organization", [ORGANIZATION, None])
def test_only_the_responses_own_role_may_take_a_members_responder(
    organization: str | None,
) -> None:
    args = ResponderArgs(place=MEMBER, central=HOME, organization=organization)
    graph = made(lambda opts: responder("member", args, opts), MEMBER.account)
    trust = Policy.parse(graph.one("Role", name=RESPONDER).inputs["assumeRolePolicy"])

    def lets_in(role: str, inside: str = ORGANIZATION) -> bool:
        account = role.split(":")[4]
        context = {
            "aws:principalarn": (role,),
            "aws:principalorgid": (inside,),
            "aws:principalaccount": (account,),
        }
        session = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/somebody"
        asked = Request(
            principal=session,
            action="sts:AssumeRole",
            resource=MEMBER.role(RESPONDER),
            context=context,
        )
        return trusts(trust, asked).allowed

    assert lets_in(HOME.role(RESPOND))
    assert not lets_in(MEMBER.role(RESPOND))
    assert lets_in(HOME.role(RESPOND), "o-another") == (organization is None)
    for name in (APPROVER, ESCALATE, f"{RESPOND}-not", "OrganizationAccountAccessRole"):
        assert not lets_in(HOME.role(name)), name
        assert not lets_in(MEMBER.role(name)), name
