"""What the whole program makes before what, and what it imports or leaves to others (trap 1.18)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from names import PLAN_STARTER, RESPOND
from settings import Settings
from tests.declared import Graph, Resource, declared
from tests.stacks import ELSEWHERE, STACKS


def _place(resource: Resource) -> tuple[str, str]:
    return resource.account, resource.region


def test_targets_and_documents_wait_for_what_they_lead_to(graph: Graph) -> None:
    for document in graph.of("Document"):
        role = json.loads(document.inputs["content"])["assumeRole"]
        awaited = graph.waits_for(document)
        assert {r.urn for r in graph.of("Role") if r.arn == role} <= awaited
    for target in graph.of("EventTarget"):
        awaited = graph.waits_for(target)
        needed = [r.urn for r in graph.of("Role") if r.arn == target.inputs.get("roleArn")]
        needed += [
            policy.urn
            for policy in graph.of("RolePolicy")
            if policy.account == target.account
            and target.inputs.get("roleArn", "").endswith(f"/{policy.inputs['role']}")
        ]
        needed += [
            document.urn
            for document in graph.of("Document")
            if _place(document) == _place(target)
            and f"/{document.inputs['name']}:" in target.inputs["arn"]
        ]
        needed += [
            plan.urn
            for plan in graph.of("ResponsePlan")
            if target.inputs["arn"].endswith(f":response-plan/{plan.inputs['name']}")
        ]
        if target.inputs["rule"].startswith("containment-people-"):  # one may speak on it by then
            needed += [each.urn for each in [*graph.of("Topic"), *graph.of("TopicPolicy")]]
        assert set(needed) <= awaited, target.urn


def test_what_pages_people_waits_for_whom_it_pages(graph: Graph) -> None:
    for plan in graph.of("ResponsePlan"):
        roles = [graph.one("Role", name=name) for name in (PLAN_STARTER, RESPOND)]
        documents = graph.of("Document", name=RESPOND)
        contacts = [*graph.of("Contact"), *graph.of("Plan"), *graph.of("ReplicationSet")]
        awaited = graph.waits_for(plan)
        assert {each.urn for each in [*roles, *documents, *contacts]} <= awaited, plan.urn
    channels = [each for each in graph.of("Resource") if "Chatbot" in each.inputs["typeName"]]
    (topic,) = graph.of("Topic")
    for each in channels:
        if each.inputs["typeName"].endswith("Configuration"):
            actions = {one.urn for one in channels if one is not each}
            assert {topic.urn, *actions} <= graph.waits_for(each)


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_the_administrators_services_come_before_its_designation_and_that_before_the_rest(
    name: str,
) -> None:
    graph = declared(name)
    hub = graph.one("Account")
    own = [d for d in graph.of("Detector") if d.account == hub.account]
    managing = [d for d in graph.of("Detector") if d.account != hub.account]
    designations = graph.of("OrganizationAdminAccount")
    assert len(designations) == len(own) + 1 == len(managing) + 1 == 3
    for designation in designations:
        assert {hub.urn, *(d.urn for d in own)} <= graph.waits_for(designation)
        here = {d.urn for d in managing if _place(d) == _place(designation)}
        if "guardduty" in designation.type:
            assert here
            assert here <= graph.waits_for(designation)
    for kind in (
        "OrganizationConfiguration",
        "OrganizationConfigurationFeature",
        "FindingAggregator",
        "ConfigurationPolicy",
        "ConfigurationPolicyAssociation",
    ):
        assert graph.of(kind)
        for later in graph.of(kind):
            assert {d.urn for d in designations} <= graph.waits_for(later), later.urn
    (central,) = [c for c in graph.of("OrganizationConfiguration") if "securityhub" in c.type]
    assert graph.one("FindingAggregator").urn in graph.waits_for(central)
    assert central.urn in graph.waits_for(graph.one("ConfigurationPolicy"))


def test_members_declare_no_detector_and_no_hub(graph: Graph, settings: Settings) -> None:
    members = {each.id for each in settings.accounts if each.role == "member"}
    services = [*graph.of("Detector"), *graph.of("Account"), *graph.of("DetectorFeature")]
    assert {each.account for each in services} & members == set()
    there = {_place(each) for each in graph.of("Detector")}
    assert there == {
        (each.id, region)
        for each in settings.accounts
        if each.role != "member"
        for region in settings.regions
    }


def test_a_single_account_declares_its_own_services_and_delegates_nothing() -> None:
    graph = declared(STACKS["alone"])
    kinds = {each.type.rpartition(":")[2] for each in graph.resources}
    assert kinds.isdisjoint({"Delegation", "SecurityHubAggregator", "OrganizationAdminAccount"})
    assert [kind for kind in kinds if kind.startswith("Organization")] == []
    assert len(graph.of("Detector")) == len(graph.of("Account")) == 1


def test_where_a_landing_zone_delegates_nothing_is_designated_and_what_is_there_is_imported() -> (
    None
):
    graph = declared(ELSEWHERE)
    assert graph.of("OrganizationAdminAccount") == []
    imported: dict[Any, str] = {each.region: each.imported for each in graph.of("Detector")}
    assert imported == {"us-gov-east-1": "d0d0@us-gov-east-1", "us-gov-west-1": ""}
    assert graph.one("Account").imported == "666666666666@us-gov-west-1"
    (association,) = graph.of("ConfigurationPolicyAssociation")
    assert association.inputs["targetId"] == "r-root"
