"""What preflight reads out of a policy: yes, no, or not known; and what it takes us to need."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from names import FORWARDER, RESPONDER, STARTER
from operations.readiness import control_policies, delegation
from operations.readiness.environment import Environment
from operations.readiness.judging import Judged, judge
from operations.readiness.needs import needs
from operations.readiness.statements import conditions_hold, like, names_action, names_resource
from operations.readiness.wanted import wanted
from runbooks import RESPONSE
from settings import Account, Settings, parse
from tests.declared import Graph
from tests.stacks import ALONE

ROLE = "arn:aws:iam::333333333333:role/containment-isolate-instance"
FACTS = {
    "aws:principalarn": [ROLE],
    "aws:requestedregion": ["eu-west-1", "eu-central-1"],
    "aws:securetransport": ["true"],
}
HOME = "eu-west-1"
OURS, OTHERS = "arn:aws:iam::*:role/containment-*", "arn:aws:iam::*:role/BreakGlass"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({}, True),
        ({"ArnNotLike": {"aws:PrincipalArn": OURS}}, False),
        ({"ArnNotLike": {"aws:PrincipalArn": [OTHERS, OURS]}}, False),
        ({"ArnNotLike": {"aws:PrincipalArn": OTHERS}}, True),
        ({"StringNotLikeIfExists": {"aws:principalarn": OURS}}, False),
        ({"ArnLike": {"aws:PrincipalARN": OURS}}, True),
        ({"StringEquals": {"aws:PrincipalArn": OURS}}, False),
        ({"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}}, True),
        ({"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}, False),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"StringEquals": {"aws:ResourceTag/env": "prod"}}, None),
        ({"StringLike": {"aws:PrincipalArn": "arn:*:role/${aws:username}"}}, None),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalArn": OURS}}, None),
        ({"NumericLessThan": {"aws:PrincipalArn": "3"}}, None),
        (
            {
                "StringEquals": {"aws:ResourceTag/env": "prod"},
                "ArnNotLike": {"aws:PrincipalArn": OURS},
            },
            False,
        ),
    ],
)
def test_conditions_hold_or_not_or_are_not_known(
    condition: dict[str, Any], holds: bool | None
) -> None:
    verdict, keys = conditions_hold({"Condition": condition}, FACTS)
    assert verdict is holds
    assert bool(keys) == (holds is None)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ({"Action": "iam:*Role*"}, True),
        ({"Action": ["s3:*", "IAM:attachrolepolicy"]}, True),
        ({"Action": "iam:AttachRolePolic?"}, True),
        ({"Action": "iam:AttachRolePolic"}, False),
        ({"NotAction": ["iam:*", "sts:*"]}, False),
        ({"NotAction": "sts:*"}, True),
    ],
)
def test_a_statement_names_an_action_by_pattern_or_by_leaving_it_out(
    statement: dict[str, Any], named: bool
) -> None:
    assert names_action(statement, "iam:AttachRolePolicy") is named


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ({"Resource": "*"}, True),
        ({"Resource": "arn:aws:iam::*:role/*"}, True),
        ({"Resource": "arn:aws:iam::333333333333:role/admin"}, None),
        ({"Resource": "arn:aws:s3:::bucket"}, False),
        ({"Resource": "arn:aws:iam::${aws:PrincipalAccount}:role/x"}, None),
        ({"NotResource": "*"}, False),
        ({"NotResource": "arn:aws:s3:::bucket"}, True),
        ({}, True),
    ],
)
def test_a_statement_names_a_resource_that_is_a_pattern_itself(
    statement: dict[str, Any], named: bool | None
) -> None:
    assert names_resource(statement, ["arn:aws:iam::333333333333:role/*"]) is named


def test_only_stars_and_question_marks_stand_for_something() -> None:
    assert like("arn:aws:s3:::a.b*", "arn:aws:s3:::a.bc")
    assert not like("arn:aws:s3:::a.b*", "arn:aws:s3:::axbc")


def environment(settings: Settings) -> Environment:
    """One that asks nobody."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Environment(name="prod", settings=settings, client=lambda *_: None, now=now)


def test_where_an_account_stands_alone_nothing_of_an_organisation_is_asked() -> None:
    alone = parse(ALONE)
    asked = replace(environment(alone), entered=frozenset({"555555555555"}))
    assert [*delegation.questions(asked), *control_policies.questions(asked)] == []
    inside = {**ALONE, "organization": {"id": "o-exampleorgid"}, "delegation": "existing"}
    asked = replace(asked, settings=parse(inside), regions={"555555555555": frozenset({HOME})})
    assert [(each.check, each.where) for each in delegation.questions(asked)] == [
        ("delegation", f"alone (555555555555), {HOME}"),
        ("delegation", f"alone (555555555555), {HOME}"),
    ]
    [told] = [question.ask() for question in control_policies.questions(asked)]
    assert told.notes[0].startswith("service control policies were not read")


def test_what_roles_are_said_to_need_is_what_they_are_granted(
    settings: Settings, graph: Graph
) -> None:
    for account in [each for each in settings.accounts if each.contains]:
        granted: dict[str, set[str]] = {}
        for each in graph.of("RolePolicy"):
            if each.account == account.id:
                for statement in each.document("policy")["Statement"]:
                    if statement["Effect"] == "Allow":
                        named = statement["Action"]
                        found = granted.setdefault(each.inputs["role"], set())
                        found.update([named] if isinstance(named, str) else named)
        said: dict[str, set[str]] = {}
        for need in needs(environment(settings), account):
            said.setdefault(need.role, set()).add(need.action)
        said.pop(settings.deployer_role)
        people = {RESPONSE.document_name(action) for action in RESPONSE.actions}
        assert {STARTER, FORWARDER, RESPONDER} <= said.keys()
        for role, actions in said.items():
            # What is granted for one backend only is left to it.
            assert actions <= granted[role] if role in people else actions == granted[role], role


def test_no_more_is_declared_than_preflight_counts_on(settings: Settings, graph: Graph) -> None:
    for account in [each for each in settings.accounts if each.contains]:
        for region in settings.regions:
            here = {"account": account.id, "region": region}

            def declared(kind: str, here: dict[str, str] = here, **inputs: str) -> int:
                return sum(
                    1
                    for each in graph.of(kind, **inputs)
                    if (each.account, each.region) == (here["account"], here["region"])
                )

            told = wanted(settings, account, region)
            assert declared("Document") == told.documents
            assert declared("TopicSubscription") == told.subscriptions
            rules, alarms = declared("EventRule", eventBusName="default"), declared("MetricAlarm")
            assert rules <= told.rules <= 2 * rules, here
            assert alarms <= told.alarms <= 2 * alarms, here
            policies = [each for each in graph.of("LogResourcePolicy") if each.region == region]
            assert all("resourceArn" in each.inputs for each in policies)  # none of the ten


class Policy:
    """A control policy on the account."""

    def __init__(self, *statements: dict[str, Any]) -> None:
        self.name, self.target = "guard", "555555555555"
        self.document: dict[str, object] = {"Statement": [*statements]}


FULL = Policy({"Effect": "Allow", "Action": "*", "Resource": "*"})


def judged(*policies: Policy) -> list[Judged]:
    settings = parse(ALONE)
    account: Account = settings.accounts[0]
    return [*judge(environment(settings), account, [("555555555555", policies)])]


def test_a_level_that_allows_some_resources_only_is_not_passed() -> None:
    assert judged(FULL) == []
    some = Policy({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:ec2:*:*:instance/*"})
    [told] = judged(some)
    assert not told.certain
    assert "is not judged here: that hangs on conditions or resources" in told.what


def test_a_denial_of_some_resource_is_told_and_not_called_certain() -> None:
    role = "arn:aws:iam::555555555555:role/admin"
    deny = {"Effect": "Deny", "Action": "iam:AttachRolePolicy", "Resource": role}
    [told] = judged(FULL, Policy(deny))
    assert not told.certain
    assert told.what.endswith("that hangs on the resource")
    elsewhere = {**deny, "Resource": "arn:aws:iam::555555555555:user/*"}
    assert judged(FULL, Policy(elsewhere)) == []


def test_of_many_actions_and_roles_only_some_are_spelt_out() -> None:
    [told] = judged(FULL, Policy({"Effect": "Deny", "Action": "*", "Resource": "*"}))
    assert told.certain
    assert "cloudwatch:PutMetricAlarm, dynamodb:CreateTable, events:PutRule and " in told.what
    assert " more to Deployer, " in told.what
