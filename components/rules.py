"""The EventBridge rules of one account and region, as they follow from the routes: pure data.

A partition: each GuardDuty finding of the account meets exactly one of them, which
leads to its route's runbook or to the ledger, for people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from routes import ROUTES, SET_ASIDE, UNROUTED, Match, Mode, Route

Pattern = dict[str, Any]

PATTERN_LIMIT: Final = 2048
"""Characters of an event pattern by default (AWS docs: eb-quota; trap 1.9)."""

# Values that no finding should have, yet no event may go nowhere for: absence (a negative on a
# missing field does not match, trap 1.17), null, and values of another type.
_ABSENT: Final = [{"exists": False}, None]
_NO_TEXT: Final = [*_ABSENT, True, False, {"numeric": [">=", -1_000_000]}]
_NO_BOOLEAN: Final = [*_ABSENT, {"wildcard": "*"}, {"numeric": [">=", -1_000_000]}]
_NO_NUMBER: Final = [*_ABSENT, True, False, {"wildcard": "*"}]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One EventBridge rule: what it matches and where it leads; no runbook means the ledger."""

    name: str
    route: str
    pattern: Pattern
    runbook: str | None
    mode: Mode
    scope: Literal["regional", "account"] = "regional"


def rules(
    account: str, modes: Mapping[str, Mode], thresholds: Mapping[str, float]
) -> tuple[Rule, ...]:
    """Every rule of one account and region: a partition of that account's own GuardDuty findings.

    ``modes`` names the mode of a route where it is not the route's own; ``thresholds`` the severity
    (GuardDuty's number, 1 to 10) below which a finding of a route is for people only.
    """
    found: list[Rule] = []
    for route in ROUTES:
        mode = modes.get(route.name, route.mode) if route.runbook else "notify"
        threshold = thresholds.get(route.name) if route.runbook and mode != "notify" else None
        for part, match in enumerate(route.matches, start=1):
            suffix = f"-{part}" if len(route.matches) > 1 else ""
            pattern = _of_route(account, route, match)
            if threshold is None:
                found.append(_rule(route, f"{route.name}{suffix}", pattern, mode))
                continue
            above = {"severity": [{"numeric": [">=", threshold]}]}
            below = {"severity": [{"numeric": ["<", threshold]}, *_NO_NUMBER]}
            found.append(_rule(route, f"{route.name}{suffix}", _with(pattern, above), mode))
            found.append(_rule(route, f"{route.name}{suffix}-low", _with(pattern, below), "notify"))
    for name, pattern in _leftovers(account):
        route_name = SET_ASIDE if name == SET_ASIDE else UNROUTED
        found.append(
            Rule(name=name, route=route_name, pattern=pattern, runbook=None, mode="notify")
        )
    return tuple(found)


def size(pattern: Pattern) -> int:
    """Characters of the pattern as it is deployed."""
    return len(as_text(pattern))


def as_text(pattern: Pattern) -> str:
    """The pattern as it is deployed: without blanks, for AWS counts them."""
    return json.dumps(pattern, separators=(",", ":"))


def _rule(route: Route, name: str, pattern: Pattern, mode: Mode) -> Rule:
    runbook = route.runbook if mode != "notify" else None
    return Rule(
        name=name, route=route.name, pattern=pattern, runbook=runbook, mode=mode, scope=route.scope
    )


def _of_route(account: str, route: Route, match: Match) -> Pattern:
    detail: Pattern = {
        **_own_and_active(account),
        "resource": {"resourceType": [route.resource_type]},
        "type": _prefixes(match.types),
    }
    if match.role == "ACTOR":
        detail["service"] = {**detail["service"], "resourceRole": ["ACTOR"]}
    elif match.role == "other":
        no_actor = [{"anything-but": ["ACTOR"]}, {"exists": False}]
        detail["service"] = {**detail["service"], "resourceRole": no_actor}
    return _guardduty(detail)


def _leftovers(account: str) -> Iterator[tuple[str, Pattern]]:
    """What no route takes: the exact complement, by each resource type that has routes."""
    answered = sorted({route.resource_type for route in ROUTES})
    for resource_type in answered:
        known = [
            prefix
            for route in ROUTES
            if route.resource_type == resource_type
            for match in route.matches
            for prefix in match.types
        ]
        detail = {
            **_own_and_active(account),
            "resource": {"resourceType": [resource_type]},
            "type": [{"anything-but": {"prefix": sorted(set(known))}}],
        }
        yield f"{UNROUTED}-{resource_type.lower()}", _guardduty(detail)
    # Findings about other resources, and those that lack what every finding has.
    other = {"resource": {"resourceType": [{"anything-but": answered}, {"exists": False}]}}
    typeless = {"type": [{"exists": False}]}
    own = _own_and_active(account)
    owner_unknown = {"accountId": ["", *_NO_TEXT]}
    detail = {"$or": [{**own, **other}, {**own, **typeless}, owner_unknown]}
    yield f"{UNROUTED}-other", _guardduty(detail)
    # Samples have made-up resources (trap 1.4); what is archived, a person dealt with (trap 1.15).
    sample = {"service": {"additionalInfo": {"sample": [{"exists": True}]}}}
    archived = {"service": {"archived": [True, *_NO_BOOLEAN]}}
    yield SET_ASIDE, _guardduty({"accountId": [account], "$or": [sample, archived]})


def _own_and_active(account: str) -> Pattern:
    # The administrator's bus carries the members' findings too: each answers its own (trap 1.1).
    return {
        "accountId": [account],
        "service": {"archived": [False], "additionalInfo": {"sample": [{"exists": False}]}},
    }


def _guardduty(detail: Pattern) -> Pattern:
    return {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": detail}


def _with(pattern: Pattern, more: Pattern) -> Pattern:
    return {**pattern, "detail": {**pattern["detail"], **more}}


def _prefixes(types: Sequence[str]) -> list[Pattern]:
    return [{"prefix": prefix} for prefix in types]
