"""Names and ARNs in the whole program: such as AWS takes, each once, of the right partition."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from names import METRICS_SHARED
from regions import PARTITIONS
from settings import Settings
from tests.declared import Graph

# What each of AWS's names may be (botocore's models of each service; trap 6.8 for roles).
LIMITS = {
    "Alias.name": r"alias/[a-zA-Z0-9/_-]{1,250}",
    "Contact.alias": r"[a-z0-9_\-]{1,255}",
    "Contact.displayName": r"[\w\s\-.,;:'\"()/&]{0,255}",
    "ContactChannel.name": r"[\w\s\-.]{1,255}",
    "ContactsRotation.name": r"[a-zA-Z0-9_]+[a-zA-Z0-9\s_\-]{0,254}",
    "Dashboard.dashboardName": r"[A-Za-z0-9_-]{1,255}",
    "Document.name": r"[a-zA-Z0-9_.-]{3,128}",
    "EventBus.name": r"[/.A-Za-z0-9_-]{1,256}",
    "EventRule.name": r"[.A-Za-z0-9_-]{1,64}",
    "EventRule.description": r".{0,512}",
    "EventTarget.targetId": r"[.A-Za-z0-9_-]{1,64}",
    "LogGroup.name": r"[.\-_/#A-Za-z0-9]{1,512}",
    "LogMetricFilter.name": r"[^:*]{1,512}",
    "LogMetricFilter.pattern": r".{0,1024}",
    "MetricAlarm.name": r".{1,255}",
    "MetricAlarm.alarmDescription": r".{0,1024}",
    "Policy.name": r"[A-Za-z0-9+=,.@_-]{1,128}",
    "Policy.policy": r".{1,6144}",
    "Queue.name": r"[A-Za-z0-9_-]{1,80}",
    "Role.name": r"[A-Za-z0-9+=,.@_-]{1,64}",
    "RolePolicy.name": r"[A-Za-z0-9+=,.@_-]{1,128}",
    "RolePolicy.policy": r".{1,10240}",
    "Role.assumeRolePolicy": r".{1,2048}",
    "ResponsePlan.name": r"[a-zA-Z0-9_-]{1,200}",
    "ResponsePlan.displayName": r".{0,200}",
    "Topic.name": r"[A-Za-z0-9_-]{1,256}",
    "Topic.displayName": r".{0,100}",
    "TopicPolicy.policy": r".{1,30720}",
    "Table.name": r"[a-zA-Z0-9_.-]{3,255}",
    "ConfigurationPolicy.name": r"[A-Za-z0-9 _.,/#:+=@-]{1,128}",
    "ConfigurationPolicy.description": r".{0,512}",
}
NAMED = {"Dashboard", "Document", "EventBus", "EventRule", "LogGroup", "MetricAlarm", "Queue"}


def test_every_physical_name_is_one_that_aws_takes(graph: Graph) -> None:
    for resource in graph.aws():
        kind = resource.type.rpartition(":")[2]
        for key, allowed in LIMITS.items():
            of, _, name = key.partition(".")
            if of == kind:
                assert re.fullmatch(allowed, resource.inputs[name]), (resource.urn, name)
        if kind in NAMED | {"Policy", "Role", "Table"}:
            own = resource.inputs.get("name") or resource.inputs["dashboardName"]
            ours = ("containment-", "/containment/", METRICS_SHARED)  # the last is CloudWatch's
            assert own.startswith(ours), resource.urn
        if kind == "Topic":  # what ``aws:approve`` writes to has to begin so (trap 5.2)
            assert resource.inputs["name"] == "Automation-containment"
        if kind in ("Contact", "Alias"):
            own = resource.inputs.get("alias") or resource.inputs["name"].removeprefix("alias/")
            assert own.startswith("containment-"), resource.urn


def test_no_two_resources_share_a_physical_name(graph: Graph) -> None:
    names = Counter(
        (r.type, r.account, r.region, _within(r.inputs), r.inputs["name"])
        for r in graph.aws()
        if "name" in r.inputs and r.type.rpartition(":")[2] not in ("RolePolicy", "EventTarget")
    )
    names -= Counter(name for name in names if "eature" in name[0])  # plans, not names
    assert [name for name, count in names.items() if count > 1] == []


def _within(inputs: Mapping[str, Any]) -> str | None:
    """What a name is unique in, where that is neither account nor region: a bus, a person."""
    found: str | None = inputs.get("eventBusName") or inputs.get("contactId")
    return found


def test_no_two_people_share_a_name_and_no_two_things_in_chat(graph: Graph) -> None:
    for kind, key in (("Contact", "alias"), ("Alias", "name")):
        taken = [(r.account, r.region, r.inputs[key]) for r in graph.of(kind)]
        assert len(taken) == len(set(taken))
    states = [(r.inputs["typeName"], r.document("desiredState")) for r in graph.of("Resource")]
    keys = ("ActionName", "Alias", "ConfigurationName")
    named = [(kind, str(state[key])) for kind, state in states for key in keys if key in state]
    assert len(named) == len(states)
    assert len(named) == len(set(named))
    for _, name in named:
        assert name.startswith("containment")


def test_every_arn_is_of_the_stacks_partition(graph: Graph, settings: Settings) -> None:
    partition = PARTITIONS[settings.home_region]
    for resource in graph.aws():
        arns = re.findall(r"arn:(aws[a-z-]*):", json.dumps(resource.inputs))
        assert set(arns) <= {partition}, resource.urn


def test_every_account_that_an_arn_names_is_the_resources_own_or_the_hubs(
    graph: Graph, settings: Settings
) -> None:
    for resource in graph.aws():
        accounts = re.findall(
            r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9*-]*:(\d+):", json.dumps(resource.inputs)
        )
        expected = {resource.account, settings.security.id}
        if resource.type.endswith((":Document", ":BucketObjectv2")):
            continue  # exemptions may name any account
        if resource.type.endswith(":Key") and settings.forensics.account:
            expected.add(settings.forensics.account)  # which reads with it
        assert set(accounts) <= expected, resource.urn
