"""Names and ARNs in the whole program: such as AWS takes, each once, of the right partition."""

from __future__ import annotations

import json
import re
from collections import Counter

from regions import PARTITIONS
from settings import Settings
from tests.declared import Graph

# What each of AWS's names may be (botocore's models of each service; trap 6.8 for roles).
LIMITS = {
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
            assert own.startswith(("containment-", "/containment/")), resource.urn


def test_no_two_resources_share_a_physical_name(graph: Graph) -> None:
    names = Counter(
        (r.type, r.account, r.region, r.inputs.get("eventBusName"), r.inputs["name"])
        for r in graph.aws()
        if "name" in r.inputs and r.type.rpartition(":")[2] not in ("RolePolicy", "EventTarget")
    )
    names -= Counter(name for name in names if "eature" in name[0])  # plans, not names
    assert [name for name, count in names.items() if count > 1] == []


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
