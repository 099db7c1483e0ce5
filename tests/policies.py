"""Every statement of every policy that a program declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import names
from tests.declared import Graph, Resource

POLICIES = {
    "RolePolicy": "policy",
    "Role": "assumeRolePolicy",
    "QueuePolicy": "policy",
    "EventBusPolicy": "policy",
    "LogResourcePolicy": "policyDocument",
    "TopicPolicy": "policy",
    "Policy": "policy",
}
"""Types that carry a policy, and the input that holds it."""


def statements(graph: Graph) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Every statement of every policy that the program declares, but of the pre-made deny."""
    for resource in graph.aws():
        key = POLICIES.get(resource.type.rpartition(":")[2])
        if key and resource.inputs.get("name") != names.DENY_INSTANCE:
            for statement in resource.document(key)["Statement"]:
                yield resource, statement
