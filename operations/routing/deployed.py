"""What is deployed in one account and region: its rules, and what their targets start.

What a rule's target says is what happens, whatever a stack file says: this reads the rules, their
state, and the mode in their targets' input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from names import PREFIX
from operations.engaging import deployed_people
from operations.routing.answers import Decided, RoutesError
from routes import ROUTES

DISABLED: Final = "disabled"
"""A rule is there and switched off: nothing is recorded, and nothing is done."""
MIXED: Final = "mixed: "
"""Rules of one route that do not agree: somebody changed one by hand."""
_MODE: Final = re.compile(r'"Mode":\["([a-z]+)"\]')


def decided_here(account: str, events: Any, ssm: Any) -> Decided:
    """What is deployed here; ``events`` and ``ssm`` are boto3 clients of the account and region.

    Who is engaged is known in the security account's home region alone. Raises RoutesError where
    no rule is deployed.
    """
    modes: dict[str, dict[str, None]] = {}
    thresholds: dict[str, float] = {}
    for route, rule in _rules(events):
        found = modes.setdefault(route, {})
        if rule["State"] == "DISABLED":
            found[DISABLED] = None
            continue
        severity = _threshold(json.loads(rule["EventPattern"]))
        if severity is not None:
            thresholds[route] = severity
        if not rule["Name"].endswith("-low"):
            found[_mode(events, rule["Name"])] = None
    missing = [route.name for route in ROUTES if not modes.get(route.name)]
    if missing:
        raise RoutesError(
            f"{account} has no rule of {', '.join(missing)} in {events.meta.region_name}: name an "
            "account that contains and a region of the stack (--account, --region), or deploy it"
        )
    people = deployed_people(ssm) or {}
    return Decided(
        modes={account: {route: _said(found) for route, found in modes.items()}},
        teams=people.get("Routes", {}),
        default_team=people.get("DefaultTeam"),
        thresholds={account: thresholds},
    )


def together(each: list[Decided]) -> Decided:
    """Several accounts as one; whichever knows who is engaged says it."""
    knowing = next((one for one in each if one.default_team), each[0])
    return Decided(
        modes={account: modes for one in each for account, modes in one.modes.items()},
        teams=knowing.teams,
        default_team=knowing.default_team,
        thresholds={account: of for one in each for account, of in one.thresholds.items()},
    )


def _rules(events: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each rule of a route, with its name: a route may have several, and two by severity."""
    named = re.compile(rf"{PREFIX}({'|'.join(route.name for route in ROUTES)})(-\d+)?(-low)?")
    for page in events.get_paginator("list_rules").paginate(NamePrefix=PREFIX):
        for rule in page["Rules"]:
            of_route = named.fullmatch(rule["Name"])
            if of_route:
                yield of_route[1], rule


def _mode(events: Any, rule: str) -> str:
    """What the rule's target is told; one that only forwards to the ledger is for people."""
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    if not targets:
        return "no target"
    told = _MODE.search(targets[0].get("InputTransformer", {}).get("InputTemplate", ""))
    return told[1] if told else "notify"


def _threshold(pattern: Mapping[str, Any]) -> float | None:
    for condition in pattern["detail"].get("severity", ()):
        numeric = condition.get("numeric") if isinstance(condition, Mapping) else None
        if numeric and numeric[0] == ">=" and numeric[1] > 0:
            return float(numeric[1])
    return None


def _said(found: Mapping[str, None]) -> str:
    return next(iter(found)) if len(found) == 1 else MIXED + ", ".join(sorted(found))
