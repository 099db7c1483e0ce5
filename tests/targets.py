"""Where a rule of a declared graph leads, and as what."""

from __future__ import annotations

from tests.declared import Graph, Resource

SCHEDULED = ("containment-watch", "containment-people-escalation")
"""Rules whose targets have nothing to be told but that it is time."""
ONE_TARGET = ("containment-people-signals", "containment-people-escalation")
"""Rules of the security account that are not about what people read."""


def place(resource: Resource) -> tuple[str, str]:
    """Account and region."""
    return resource.account, resource.region


def targets_of(graph: Graph, rule: Resource) -> list[Resource]:
    """All targets of a rule."""
    return [
        target
        for target in graph.of("EventTarget", rule=rule.inputs["name"])
        if place(target) == place(rule)
        and target.inputs["eventBusName"] == rule.inputs["eventBusName"]
    ]


def engages(rule: Resource) -> bool:
    """Of the security account, and about people."""
    name: str = rule.inputs["name"]
    return name.startswith("containment-people-") and name not in ONE_TARGET


def service_of(graph: Graph, target: Resource) -> str:
    """Which service a target is of; a topic's ARN is known only when it is there."""
    arn: str = target.inputs["arn"]
    return "sns" if arn == f"{graph.one('Topic').name}-id" else arn.split(":")[2]


def document_of(target: Resource) -> str:
    """Name of the document that a target starts."""
    name: str = target.inputs["arn"].rpartition("/")[2].partition(":")[0]
    return name
