"""``suppression``: does a filter of GuardDuty's administrator hide what a route answers?

What a suppression rule archives reaches neither EventBridge nor Security Hub: no rule matches,
nobody is called, and nothing is recorded (trap 1.15). Only the administrator has such rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Question, doubting
from operations.routing.finding_types import LISTED
from routes import ROUTES, Route

NAME = "suppression"
ASKS = "no filter of GuardDuty hides a finding that a route answers"


def questions(environment: Environment) -> Iterator[Question]:
    """One for each region, asked of the administrator."""
    security = environment.settings.security
    for region in environment.settings.regions if environment.hub else ():
        if region in environment.regions[security.id]:
            yield Question(
                check=NAME,
                where=where(security, region),
                ask=partial(doubting, _ask, environment, region),
            )


def _ask(environment: Environment, region: str) -> Iterator[Doubt]:
    security = environment.settings.security
    guardduty = environment.client(security.id, "guardduty", region)
    for detector in guardduty.list_detectors()["DetectorIds"]:
        pages = guardduty.get_paginator("list_filters").paginate(DetectorId=detector)
        for name in [name for page in pages for name in page["FilterNames"]]:
            told = guardduty.get_filter(DetectorId=detector, FilterName=name)
            if told["Action"] == "ARCHIVE":
                yield from _hides(where(security, region), name, told["FindingCriteria"])


def _hides(here: str, name: str, criteria: Mapping[str, Any]) -> Iterator[Doubt]:
    """Grave where it hides every finding of a type that is contained, and not single resources."""
    criterion = dict(criteria.get("Criterion", {}))
    of_type = criterion.pop("type", {})
    hidden = [route for route in ROUTES if _some(route, of_type)]
    if not hidden:
        return
    contained = [route.name for route in hidden if route.runbook]
    what = f"the filter {name} archives findings of {', '.join(route.name for route in hidden)}"
    if criterion:
        what += f", where also {' and '.join(sorted(criterion))} matches"
    yield Doubt(
        where=here,
        what=f"{what}: no rule and nobody hears of them",
        remedy=f"aws guardduty delete-filter --filter-name {name}, or narrow it to types that no "
        "route names; what may not be isolated is an exemption in the stack file, which ends",
        grave=bool(contained) and not criterion,
    )


def _some(route: Route, condition: Mapping[str, Any]) -> bool:
    """Whether a condition on the type lets through any type of a route."""
    prefixes = tuple(prefix for match in route.matches for prefix in match.types)
    known = {each["type"] for each in LISTED if each["type"].startswith(prefixes)}
    alike = {text for text in _asked(condition, "Equals", "Eq") if text.startswith(prefixes)}
    wanted = _asked(condition, "Equals", "Eq")
    unwanted = _asked(condition, "NotEquals", "Neq")
    # Patterns are not judged: a filter that has them may hide any type.
    return bool(((known | alike) & wanted if wanted else known) - unwanted)


def _asked(condition: Mapping[str, Any], *operators: str) -> set[str]:
    return {text for operator in operators for text in condition.get(operator) or ()}
