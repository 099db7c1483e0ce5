"""The whole program, as it would be deployed: what holds for every stack."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from components.rules import PATTERN_LIMIT
from names import CENTRAL_BUS, DENY_INSTANCE
from promotion.program import Program
from regions import PARTITIONS
from rehearsal.patterns import validate
from runbooks import DOCUMENT_LIMIT, RESPONSE, RUNBOOKS
from settings import Account, Settings, SettingsError
from tests.declared import PROVIDER, Graph, Resource, declared
from tests.judged import broken
from tests.stacks import ALONE, STACKS

GLOBAL = {"Policy", "Role", "RolePolicy"}
"""Types of services that have no region."""
BY_ITS_PROVIDER = {"ReplicationSet"}
"""Types whose only region is their provider's: the home region."""
ENGAGING = ("Notification", "Chat", "Response", "IncidentResponse", "Contacts", "CentralRouting")
"""The hub's components that are about people."""
FOR_CHAT = ("AWS::Chatbot::",)
"""Cloud Control types that only four regions have (trap 5.4): the stack's channel names one."""


def _owner(settings: Settings, graph: Graph, resource: Resource) -> Account | None:
    """Whose account a resource belongs into, by the component at the top of its family."""
    components = {each.urn: each for each in graph.resources}
    top = resource
    while top.parent in components:
        top = components[top.parent]
    if top.name in ("administrator", "aggregator", "hub"):
        return settings.security
    if top.name == "delegation":
        return settings.of_role("management")
    regions = [f"-{region}" for region in settings.regions]
    (owner,) = [
        each
        for each in settings.accounts
        if top.name in {f"{each.name}{end}" for end in ("-access", *regions)}
    ]
    return owner


def test_every_resource_has_the_provider_of_its_own_account(
    graph: Graph, settings: Settings
) -> None:
    for resource in graph.aws():
        owner = _owner(settings, graph, resource)
        assert owner is not None
        assert resource.account == owner.id, resource.urn
        parent = resource.parent.split("::")[2].split("$")[-1]
        assert parent.startswith("containment:index:"), resource.urn


def test_there_is_one_provider_per_account_which_can_reach_no_other(
    graph: Graph, settings: Settings
) -> None:
    providers = {each.name: each.inputs for each in graph.resources if each.type == PROVIDER}
    assert providers.keys() == {each.name for each in settings.accounts}
    for account in settings.accounts:
        inputs = providers[account.name]
        (assumed,) = json.loads(inputs["assumeRoles"])
        partition = PARTITIONS[settings.home_region]
        role = f"arn:{partition}:iam::{account.id}:role/{settings.deployer_role}"
        assert assumed["roleArn"] == role
        assert json.loads(inputs["allowedAccountIds"]) == [account.id]
        tags = json.loads(inputs["defaultTags"])["tags"]
        assert settings.tags.items() <= tags.items()
        assert tags["containment:stack"]


def test_the_default_provider_is_off() -> None:
    assert json.loads(Program().config("dev")["pulumi:disable-default-providers"]) == ["aws"]


def test_every_regional_resource_names_a_region_of_the_stack(
    graph: Graph, settings: Settings
) -> None:
    for resource in graph.aws():
        if resource.type.rpartition(":")[2] in GLOBAL:
            assert "region" not in resource.inputs
        elif resource.type.rpartition(":")[2] in BY_ITS_PROVIDER:
            assert "region" not in resource.inputs
            assert resource.inputs["regions"] == [{"name": settings.home_region}]
        elif str(resource.inputs.get("typeName", "")).startswith(FOR_CHAT):
            assert settings.people.chat is not None
            assert resource.region == settings.people.chat.region, resource.urn
        else:
            assert resource.region in settings.regions, resource.urn


def test_an_account_without_a_region_of_its_own_is_deployed_from_the_home_region(
    graph: Graph, settings: Settings
) -> None:
    # What takes its region from its provider is made where the provider is.
    providers = {each.inputs["region"] for each in graph.resources if each.type == PROVIDER}
    assert providers == {settings.home_region}


def test_no_two_resources_share_a_urn(graph: Graph) -> None:
    assert [
        urn for urn, count in Counter(r.urn for r in graph.resources).items() if count > 1
    ] == []


@pytest.mark.parametrize("name", ["dev", "alone"])
def test_a_preview_declares_what_up_declares(name: str) -> None:
    up, preview = (declared(STACKS[name], preview=preview) for preview in (False, True))
    assert [each.urn for each in preview.resources] == [each.urn for each in up.resources]
    ready = [(each.urn, each.after) for each in preview.resources]
    assert ready == [(each.urn, each.after) for each in up.resources]


def test_dev_declares_at_most_400_resources_and_110_more_for_people() -> None:
    graph = declared("dev")
    people = [each for each in graph.resources if _is_for_people(each)]
    assert 50 < len(people) <= 110
    assert 200 < len(graph.resources) - len(people) <= 400


def _is_for_people(resource: Resource) -> bool:
    """One of the hub's components that engage people, or what it makes, or a responder's role."""
    family = resource.urn.split("::")[2].split("$")
    return resource.name.removesuffix("-may").endswith("-responder") or bool(
        {f"containment:index:{each}" for each in ENGAGING} & set(family)
    )


def test_nothing_declares_the_organisation(graph: Graph) -> None:
    assert [r.urn for r in graph.aws() if r.type.startswith("aws:organizations")] == []


def test_aws_takes_every_pattern_and_each_about_findings_names_its_account(graph: Graph) -> None:
    about_findings = 0
    for rule in graph.of("EventRule"):
        if "scheduleExpression" in rule.inputs:
            continue
        assert len(rule.inputs["eventPattern"]) <= PATTERN_LIMIT
        validate(rule.inputs["eventPattern"])
        pattern = rule.document("eventPattern")
        if pattern["source"] == ["aws.guardduty"]:
            if rule.inputs["eventBusName"] == CENTRAL_BUS:
                # What forwarders of every account sent for people: it cannot be its own account's.
                assert rule.inputs["name"] == "containment-people-unrouted-ledger"
                continue
            about_findings += 1
            detail = json.dumps(pattern["detail"])
            assert f'"accountId": ["{rule.account}"]' in detail
            assert set(re.findall(r"\d{12}", detail)) == {rule.account}
    assert about_findings >= 9


def test_no_document_is_longer_than_aws_takes(graph: Graph) -> None:
    assert graph.of("Document")
    lengths = {each.urn: len(each.inputs["content"].encode()) for each in graph.of("Document")}
    assert {urn: size for urn, size in lengths.items() if size > DOCUMENT_LIMIT} == {}


def test_queues_and_tables_are_encrypted_and_keep_what_they_have(graph: Graph) -> None:
    assert graph.of("Queue")
    assert broken(graph, "queues-encrypted", "dead-letters-kept", "tables-encrypted") == []


def test_data_is_kept_where_the_settings_say_so(graph: Graph, settings: Settings) -> None:
    hub = [each.urn for each in [*graph.of("Evidence"), *graph.of("Forensics")]]
    evidence = [each for each in graph.aws() if each.parent in hub]
    assert {each.retained for each in evidence} == {settings.retain_data}
    others = [each for each in graph.aws() if each.retained and each not in evidence]
    kept = {each.type.rpartition(":")[2] for each in others}
    assert kept == ({"Table", "LogGroup", "Policy"} if settings.retain_data else set())
    denies = graph.of("Policy", name=DENY_INSTANCE)
    for each in [*graph.of("Table"), *graph.of("LogGroup"), *denies]:
        assert each.retained is settings.retain_data
    for table in graph.of("Table"):
        assert table.inputs["deletionProtectionEnabled"] is settings.retain_data


def test_every_account_that_contains_has_every_runbook_in_every_region(
    graph: Graph, settings: Settings
) -> None:
    for_people = {RESPONSE.document_name(action) for action in RESPONSE.actions}
    there = {(d.account, d.region, d.inputs["name"]) for d in graph.of("Document")}
    respond = {each for each in there if each[2] in for_people}
    assert respond == {(settings.security.id, settings.home_region, name) for name in for_people}
    assert there - respond == {
        (account.id, region, runbook.document_name(action))
        for account in settings.accounts
        if account.contains
        for region in settings.regions
        for runbook in RUNBOOKS.values()
        for action in runbook.actions
    }
    assert {each.account for each in graph.of("EventRule")} - {settings.security.id} == {
        account.id for account in settings.accounts if account.contains
    } - {settings.security.id}


def test_mistakes_in_the_settings_are_told_before_anything_is_declared() -> None:
    with pytest.raises(SettingsError, match=r"2 mistakes[^§]*home_region[^§]*accounts\[0\]"):
        declared(
            {**ALONE, "home_region": "mars-1", "accounts": [{**ALONE["accounts"][0], "id": 5}]}
        )
