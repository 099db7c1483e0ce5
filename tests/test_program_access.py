"""Who may do what in the whole program: asked of IAM's evaluator, policy by policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import names
from names import Place
from rehearsal.emulator.iam.evaluate import Policy, Request, trusts
from runbooks import RUNBOOKS
from tests.declared import Graph, Resource, declared
from tests.stacks import STACKS

POLICIES = {
    "RolePolicy": "policy",
    "Role": "assumeRolePolicy",
    "QueuePolicy": "policy",
    "EventBusPolicy": "policy",
    "LogResourcePolicy": "policyDocument",
}
ELSEWHERE = {"Policy": "policy", "BucketPolicy": "policy", "Key": "policy"}
"""Types with tests of their own: here, and in ``test_components_evidence.py``."""
ON_ROLES = ("iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:TagRole", "iam:UntagRole")
"""All that a runbook may write about a role, under conditions."""
STARS = {
    r"autoscaling:Describe\w+": "nor do Auto Scaling's (AWS docs: list_amazonec2autoscaling)",
    r"ec2:Describe\w+": "EC2's Describe actions take no narrower resource",
    r"guardduty:GetFindings": "the action takes none (AWS docs: list_amazonguardduty)",
}
"""Actions with ``Resource: "*"``, and the reason."""
EVENTS, SSM = "events.amazonaws.com", "ssm.amazonaws.com"


@pytest.fixture(params=STACKS, scope="module")
def graph(request: pytest.FixtureRequest) -> Graph:
    """What each stack declares."""
    return declared(STACKS[request.param])


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements(graph: Graph) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Every statement of every policy that the program declares."""
    for resource in graph.aws():
        key = POLICIES.get(resource.type.rpartition(":")[2])
        if key:
            for statement in resource.document(key)["Statement"]:
                yield resource, statement


def test_no_policy_has_a_wildcard_action_or_a_negation(graph: Graph) -> None:
    for resource, statement in _statements(graph):
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
    (statement,) = {json.dumps(p.document("policy")["Statement"]) for p in graph.of("Policy")}
    slots = [f"${{aws:PrincipalTag/containment:denied-{number}, 'none'}}" for number in range(1, 6)]
    assert json.loads(statement) == [
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"ec2:SourceInstanceARN": slots}},
        }
    ]
    assert {policy.inputs["name"] for policy in graph.of("Policy")} == {names.DENY_INSTANCE}
    tables = graph.of("Table", name=names.STATE_TABLE)
    assert {(p.account, p.retained) for p in graph.of("Policy")} == {
        (table.account, table.retained) for table in tables
    }


def test_every_resource_is_named_but_where_aws_offers_nothing_narrower(graph: Graph) -> None:
    for resource, statement in _statements(graph):
        if "*" in _many(statement.get("Resource", [])):
            for action in _many(statement["Action"]):
                assert [why for known, why in STARS.items() if re.fullmatch(known, action)], (
                    resource.urn,
                    action,
                )


def test_no_role_may_write_identities_but_pass_a_runbooks_role_and_use_the_pre_made_deny(
    graph: Graph,
) -> None:
    for resource, statement in _statements(graph):
        identity = [each for each in _many(statement["Action"]) if each.startswith("iam:")]
        writes = [each for each in identity if not each.startswith(("iam:Get", "iam:List"))]
        if statement["Effect"] == "Deny" or not writes:
            continue
        if writes == ["iam:PassRole"]:
            assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": SSM}}
            passed = {each.rpartition("/")[2] for each in _many(statement["Resource"])}
            assert passed <= {r.document_name(a) for r in RUNBOOKS.values() for a in r.actions}
        else:  # each has its condition: see test_runbook_permissions.py
            (write,) = writes
            assert write in ON_ROLES, resource.urn
            assert statement["Condition"], resource.urn


def test_every_trust_of_another_says_for_which_source_or_organisation(graph: Graph) -> None:
    for resource, statement in _statements(graph):
        if "Principal" not in statement:
            continue
        keys = {key for test in statement["Condition"].values() for key in test}
        if "Service" in statement["Principal"]:
            assert "aws:SourceArn" in keys, resource.urn
        else:
            assert "aws:PrincipalArn" in keys, resource.urn
            open_to_all = statement["Principal"]["AWS"] == "*"
            assert open_to_all == ("aws:PrincipalOrgID" in keys), resource.urn


def test_no_principal_names_a_role_that_may_not_exist_yet(graph: Graph) -> None:
    for _, statement in _statements(graph):
        assert ":role/" not in json.dumps(statement.get("Principal", {}))


def test_a_role_trusts_its_service_for_its_own_account_only(graph: Graph) -> None:
    assert graph.of("Role")
    for role in graph.of("Role"):
        trust = Policy.parse(role.inputs["assumeRolePolicy"])
        starts = role.inputs["name"] in (names.STARTER, names.FORWARDER)
        service, other = (EVENTS, SSM) if starts else (SSM, EVENTS)
        tail = "rule/containment-any" if starts else "automation-execution/some-id"
        prefix = service.partition(".")[0]

        def asks(who: str, account: str, source: str, on: str = role.arn) -> bool:
            context = {"aws:sourceaccount": (account,), "aws:sourcearn": (source,)}
            request = Request(principal=who, action="sts:AssumeRole", resource=on, context=context)
            return trusts(trust, request).allowed  # noqa: B023  # asked within the loop only

        own = f"arn:{role.partition}:{prefix}:eu-west-1:{role.account}:{tail}"
        foreign = f"arn:{role.partition}:{prefix}:eu-west-1:999999999999:{tail}"
        assert asks(service, role.account, own), role.urn
        assert not asks(other, role.account, own)
        assert not asks(service, "999999999999", foreign)
        assert not asks(service, role.account, foreign)
        assert not asks(service, role.account, own.replace("containment-", "some-")) or not starts


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
            for r in RUNBOOKS.values()
            for a in r.actions
            if r.document_name(a) == document.inputs["name"]
        )
        assert there.inputs["name"] == document.inputs["name"]
        hub = graph.one("LogGroup")
        central = Place(partition=hub.partition, account=hub.account, region=hub.region)
        contain = RUNBOOKS["isolate_instance"].document_name("Contain")
        (mine,) = [
            json.loads(d.inputs["content"])
            for d in graph.of("Document", name=contain)
            if (d.account, d.region) == (document.account, document.region)
        ]
        payloads = [step["inputs"].get("InputPayload", {}) for step in mine["mainSteps"]]
        (never_touch,) = [each["NeverTouch"] for each in payloads if "NeverTouch" in each]
        values = {
            "never_touch": never_touch,
            "partition": role.split(":")[1],
            "account": document.account,
            "home_region": graph.one("LogGroup").region,
            "security_account": graph.one("LogGroup").account,
            "evidence_bucket": names.evidence_bucket(central),
            "exemptions_bucket": names.exemptions_bucket(central),
            "forensic_account": _shared_with(graph),
        }
        (policy,) = [
            p
            for p in graph.of("RolePolicy", role=there.inputs["name"])
            if p.account == there.account
        ]
        assert policy.document("policy") == runbook.policy(action, values)
