"""GuardDuty's active finding types, and the one answer that each of them has.

The list is put together from AWS's pages (``finding_types.json`` names them, the day on which they
were read, and what is doubtful). GuardDuty does not wait for it: a type that is not in it is routed
by the same prefixes, or is ``unrouted``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from operations.routing.answers import Answer
from routes import ROUTES, route_of

LISTED: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("finding_types.json").read_text()
)["types"]
EITHER: Final = "either"
"""A type that is raised for the attacker and for the victim."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One finding type about one kind of resource, and what answers it."""

    type: str
    resource: str
    role: str | None
    """ACTOR or TARGET where that decides; else None."""
    answer: Answer


def typed(answers: list[Answer]) -> list[Typed]:
    """Each active type with its one answer; a type that can mean either side is there twice."""
    by_name = {answer.route: answer for answer in answers}
    return [
        Typed(
            type=each["type"],
            resource=resource,
            role=role,
            answer=by_name[_route(each["type"], resource, role)],
        )
        for each in LISTED
        for resource in (each["resource"], *each.get("other_resources", ()))
        for role in _sides(each["type"], resource)
    ]


def _sides(kind: str, resource: str) -> tuple[str | None, ...]:
    """Whether the resource's side decides about this type."""
    asked = any(
        match.role is not None and kind.startswith(match.types)
        for route in ROUTES
        if route.resource_type == resource
        for match in route.matches
    )
    return ("ACTOR", "TARGET") if asked else (None,)


def _route(kind: str, resource: str, role: str | None) -> str:
    service: dict[str, Any] = {"archived": False, "additionalInfo": {}}
    if role:
        service["resourceRole"] = role
    return route_of({"type": kind, "resource": {"resourceType": resource}, "service": service})
