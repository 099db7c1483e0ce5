"""Who may do what in the whole program: asked of IAM's evaluator, policy by policy."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import names
from names import Place
from policy.grants import TAKES_NOTHING_NARROWER
from runbooks import RESPONSE, RUNBOOKS
from tests.declared import Graph, Resource, declared
from tests.judged import broken
from tests.policies import POLICIES, statements
from tests.stacks import STACKS

ELSEWHERE = {"BucketPolicy": "policy", "Key": "policy"}
"""Types with tests of their own: ``test_components_evidence.py``, ``test_components_people.py``."""


@pytest.fixture(params=STACKS, scope="module")
def graph(request: pytest.FixtureRequest) -> Graph:
    """What each stack declares."""
    return declared(STACKS[request.param])


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_no_policy_has_a_wildcard_action_or_a_negation(graph: Graph) -> None:
    for resource, statement in statements(graph):
        if statement["Effect"] == "Deny":  # which only takes away
            assert resource.type.endswith(":RolePolicy"), resource.urn
        assert [each for each in _many(statement["Action"]) if "*" in each] == [], resource.urn
        assert {"NotAction", "NotResource", "NotPrincipal"}.isdisjoint(statement), resource.urn


def test_every_policy_is_looked_at_here(graph: Graph) -> None:
    for resource in graph.aws():
        kind = resource.type.rpartition(":")[2]
        for key, value in resource.inputs.items():
            if isinstance(value, str) and '"Statement"' in value:
                assert {**POLICIES, **ELSEWHERE}.get(kind) == key, resource.urn


def test_the_pre_made_policy_denies_what_its_tags_name_and_outlives_the_stack(
    graph: Graph,
) -> None:
    denies = graph.of("Policy", name=names.DENY_INSTANCE)
    (statement,) = {json.dumps(p.document("policy")["Statement"]) for p in denies}
    slots = [f"${{aws:PrincipalTag/containment:denied-{number}, 'none'}}" for number in range(1, 6)]
    assert json.loads(statement) == [
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"ec2:SourceInstanceARN": slots}},
        }
    ]
    tables = graph.of("Table", name=names.STATE_TABLE)
    assert {(p.account, p.retained) for p in denies} == {
        (table.account, table.retained) for table in tables
    }


def test_the_only_other_managed_policy_is_the_guardrail_of_chat(graph: Graph) -> None:
    others = [p for p in graph.of("Policy") if p.inputs["name"] != names.DENY_INSTANCE]
    channels = [
        each
        for each in graph.of("Resource")
        if each.inputs["typeName"].endswith("ChannelConfiguration")
    ]
    assert [(p.inputs["name"], p.account) for p in others] == [
        (f"{names.PREFIX}chat-guardrail", each.account) for each in channels
    ]
    for each in others:  # nobody may do more from chat than whoever decides may
        (may,) = graph.of("RolePolicy", role=names.APPROVER)
        assert each.document("policy") == may.document("policy")


def test_every_resource_is_named_but_where_aws_offers_nothing_narrower(graph: Graph) -> None:
    assert broken(graph, "resources-named") == []


def test_every_action_that_takes_no_narrower_resource_is_one_that_some_stack_grants() -> None:
    granted = {
        action
        for stack in STACKS.values()
        for _, statement in statements(declared(stack))
        if "*" in _many(statement.get("Resource", []))
        for action in _many(statement["Action"])
    }
    for known in TAKES_NOTHING_NARROWER:
        assert [each for each in granted if re.fullmatch(known, each)], known


def test_no_role_may_write_identities_but_pass_a_runbooks_role_and_use_the_pre_made_deny(
    graph: Graph,
) -> None:
    assert broken(graph, "identity-unwritten") == []
    roles = {r.document_name(a) for r in [*RUNBOOKS.values(), RESPONSE] for a in r.actions}
    for _, statement in statements(graph):
        if "iam:PassRole" in _many(statement["Action"]):
            passed = {each.rpartition("/")[2] for each in _many(statement["Resource"])}
            assert passed <= roles


def _shared_with(graph: Graph) -> str:
    """The forensic account that the documents name; empty where the stack has none."""
    preserving = RUNBOOKS["isolate_instance"].document_name("Preserve")
    steps = graph.of("Document", name=preserving)[0].document("content")["mainSteps"]
    (named,) = {
        json.dumps(step["inputs"]["InputPayload"]["Copies"])
        for step in steps
        if "Copies" in step.get("inputs", {}).get("InputPayload", {})
    }
    return str(json.loads(named).get("Account", ""))


def test_every_runbook_has_a_role_of_its_own_with_what_it_lists(graph: Graph) -> None:
    hub = graph.one("LogGroup")
    central = Place(partition=hub.partition, account=hub.account, region=hub.region)
    everywhere = {
        "home_region": hub.region,
        "security_account": hub.account,
        "evidence_bucket": names.evidence_bucket(central),
        "exemptions_bucket": names.exemptions_bucket(central),
        "forensic_account": _shared_with(graph),
        "topic": central.arn("sns", names.TOPIC),
        "incident_manager": "yes" if graph.of("ResponsePlan") else "",
        "ops_center": "" if graph.of("ResponsePlan") else "yes",
    }
    for document in graph.of("Document"):
        role = json.loads(document.inputs["content"])["assumeRole"]
        (there,) = [
            r
            for r in graph.of("Role")
            if r.account == role.split(":")[4] == document.account
            and role.endswith(f":role/{r.inputs['name']}")
        ]
        (runbook, action) = next(
            (r, a)
            for r in [*RUNBOOKS.values(), RESPONSE]
            for a in r.actions
            if r.document_name(a) == document.inputs["name"]
        )
        assert there.inputs["name"] == document.inputs["name"]
        values = {
            **everywhere,
            "partition": role.split(":")[1],
            "account": document.account,
            "never_touch": _never_touched(graph, document),
        }
        (policy,) = [
            p
            for p in graph.of("RolePolicy", role=there.inputs["name"])
            if p.account == there.account
        ]
        assert policy.document("policy") == runbook.policy(action, values)


def _never_touched(graph: Graph, document: Resource) -> list[str]:
    """What the runbook that contains, beside a document, is told to leave alone."""
    contain = RUNBOOKS["isolate_instance"].document_name("Contain")
    (beside,) = [
        json.loads(d.inputs["content"])
        for d in graph.of("Document", name=contain)
        if (d.account, d.region) == (document.account, document.region)
    ]
    payloads = [step["inputs"].get("InputPayload", {}) for step in beside["mainSteps"]]
    (never_touch,) = [each["NeverTouch"] for each in payloads if "NeverTouch" in each]
    named: list[str] = never_touch
    return named
