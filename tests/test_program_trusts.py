"""Whom the roles and resources of the whole program trust: asked of IAM's evaluator."""

from __future__ import annotations

import json

import names
from components.sharing import LOOKS, READS
from rehearsal.emulator.iam.evaluate import Policy, Request, trusts
from tests.declared import Graph
from tests.policies import statements

EVENTS, SSM = "events.amazonaws.com", "ssm.amazonaws.com"
CHAT, INCIDENTS = "chatbot.amazonaws.com", "ssm-incidents.amazonaws.com"
RULES, RUNS = "events:{1}:{0}:rule/containment-any", "ssm:{1}:{0}:automation-execution/id"
TRUSTED = {
    names.STARTER: (EVENTS, RULES),
    names.FORWARDER: (EVENTS, RULES),
    names.ENGAGER: (EVENTS, RULES),
    names.PLAN_STARTER: (INCIDENTS, "ssm-incidents::{0}:incident-record/containment-any/id"),
    names.APPROVER: (CHAT, "chatbot::{0}:chat-configuration/slack-channel/any"),
    names.CHAT_ROLE: (CHAT, "chatbot::{0}:chat-configuration/slack-channel/any"),
}
"""Which service a role is for, and for what of an account; a runbook's is for SSM's runs."""
NOT_EVERYWHERE = {names.PLAN_STARTER, names.CHAT_ROLE}
"""Roles of a backend or a channel that not every stack has."""


def test_every_trust_of_another_says_for_which_source_or_organisation(graph: Graph) -> None:
    organized = bool(graph.of("OrganizationConfiguration"))
    for resource, statement in statements(graph):
        if "Principal" not in statement:
            continue
        keys = {key for test in statement["Condition"].values() for key in test}
        if statement["Principal"] == {"Service": INCIDENTS} and resource.type.endswith("Policy"):
            # It speaks without a source's ARN (AWS docs: incident-manager chat channels).
            account = {"StringEquals": {"aws:SourceAccount": resource.account}}
            assert statement["Condition"] == account, resource.urn
        elif "Service" in statement["Principal"]:
            assert "aws:SourceArn" in keys, resource.urn
        elif resource.inputs.get("name") == names.APPROVER:  # whom its own account's IAM lets
            assert f"::{resource.account}:root" in statement["Principal"]["AWS"]
            own = {"StringEquals": {"aws:PrincipalAccount": resource.account}}
            assert statement["Condition"] == own
        else:
            assert "aws:PrincipalArn" in keys, resource.urn
            assert organized == ("aws:PrincipalOrgID" in keys), resource.urn


def test_no_principal_names_a_role_that_may_not_exist_yet(graph: Graph) -> None:
    for _, statement in statements(graph):
        assert ":role/" not in json.dumps(statement.get("Principal", {}))


def test_a_role_trusts_its_service_for_its_own_account_only(graph: Graph) -> None:
    home = graph.one("LogGroup").region
    assert {*TRUSTED} <= {each.inputs["name"] for each in graph.of("Role")} | {*NOT_EVERYWHERE}
    others = (names.RESPONDER, names.METRICS_SHARED)
    for role in (each for each in graph.of("Role") if each.inputs["name"] not in others):
        trust = Policy.parse(role.inputs["assumeRolePolicy"])
        service, tail = TRUSTED.get(role.inputs["name"], (SSM, RUNS))

        def asks(who: str, account: str, source: str, on: str = role.arn) -> bool:
            context = {"aws:sourceaccount": (account,), "aws:sourcearn": (source,)}
            request = Request(principal=who, action="sts:AssumeRole", resource=on, context=context)
            return trusts(trust, request).allowed  # noqa: B023  # asked within the loop only

        own = f"arn:{role.partition}:{tail.format(role.account, home)}"
        foreign = f"arn:{role.partition}:{tail.format('999999999999', home)}"
        assert asks(service, role.account, own), role.urn
        for other in {SSM, EVENTS, CHAT, INCIDENTS} - {service}:
            assert not asks(other, role.account, own)
        assert not asks(service, role.account, foreign)
        assert not asks(service, "999999999999", foreign)
        assert not asks(service, "999999999999", own) or service == CHAT  # which says no account
        if "containment-" in own:
            assert not asks(service, role.account, own.replace("containment-", "some-"))


def test_a_responder_trusts_the_responses_roles_of_the_security_account_only(graph: Graph) -> None:
    central = graph.one("LogGroup").account
    organized = bool(graph.of("OrganizationConfiguration"))
    for role in graph.of("Role", name=names.RESPONDER):
        trust = Policy.parse(role.inputs["assumeRolePolicy"])

        def asks(name: str, account: str, organization: str | None, on: str = role.arn) -> bool:
            arn = f"arn:{role.partition}:iam::{account}:role/{name}"  # noqa: B023
            context = {"aws:principalarn": (arn,), "aws:principalaccount": (account,)}
            if organization:
                context["aws:principalorgid"] = (organization,)
            session = f"arn:{role.partition}:sts::{account}:assumed-role/{name}/any"  # noqa: B023
            request = Request(
                principal=session, action="sts:AssumeRole", resource=on, context=context
            )
            return trusts(trust, request).allowed  # noqa: B023

        ours = "o-exampleorgid" if organized else None
        assert asks(names.RESPOND, central, ours), role.urn
        assert not asks(names.RESPOND, "999999999999", ours)
        assert asks(names.RESPOND, central, "o-another") != organized
        others = (names.APPROVER, names.ENGAGER, names.ESCALATE, names.PLAN_STARTER)
        for name in (*others, f"{names.RESPOND}-2"):
            assert not asks(name, central, ours)


def test_metrics_are_shared_with_cloudwatch_in_the_security_account_and_nobody_else(
    graph: Graph,
) -> None:
    central = graph.one("LogGroup").account
    roles = graph.of("Role", name=names.METRICS_SHARED)
    contained = {each.account for each in graph.of("Table")}
    assert {each.account for each in roles} == contained - {central}
    for role in roles:
        trust = Policy.parse(role.inputs["assumeRolePolicy"])

        def asks(name: str, account: str, on: str = role.arn) -> bool:
            arn = f"arn:{role.partition}:iam::{account}:role/{name}"  # noqa: B023
            context = {
                "aws:principalarn": (arn,),
                "aws:principalaccount": (account,),
                "aws:principalorgid": ("o-exampleorgid",),
            }
            session = f"arn:{role.partition}:sts::{account}:assumed-role/{name}/any"  # noqa: B023
            request = Request(
                principal=session, action="sts:AssumeRole", resource=on, context=context
            )
            return trusts(trust, request).allowed  # noqa: B023

        assert asks(LOOKS, central), role.urn
        assert not asks(LOOKS, "999999999999")
        assert not asks(names.RESPOND, central)
        (may,) = [
            each
            for each in graph.of("RolePolicy", role=names.METRICS_SHARED)
            if each.account == role.account
        ]
        (statement,) = may.document("policy")["Statement"]
        assert statement["Action"] == [*READS]
