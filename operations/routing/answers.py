"""What answers a finding here: route, runbook, mode of each account, team, and what is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from operations.routing.touched import touched_by
from routes import ROUTES, UNROUTED, Route

NOBODY: Final = ""
"""The team of a route that is recorded, and for which nobody is called."""


class RoutesError(RuntimeError):
    """It cannot be said; the message says what is missing, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a stack decides about the routes."""

    modes: Mapping[str, Mapping[str, str]]
    """Account → route → mode; an account is named as the source names it."""
    teams: Mapping[str, str]
    """Route → team, for routes that do not engage the default team."""
    default_team: str | None
    """None where the source does not say who is engaged."""
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Account → route → GuardDuty severity, 1 to 10, below which people decide."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One route, as it is answered here."""

    route: str
    meaning: str
    types: tuple[str, ...]
    """Finding types, by prefix; empty for what no route knows."""
    role: str | None
    """ACTOR or other, where the resource's side decides (trap 1.3)."""
    runbook: str | None
    modes: Mapping[str, str]
    """Account → automatic, approval, notify, or what is deployed instead."""
    thresholds: Mapping[str, float]
    """Account → severity below which people decide."""
    team: str | None
    """Empty: nobody is called; None: the source does not say."""
    touches: tuple[str, ...]
    """What the runbook changes, where the mode lets it."""


def answers(decided: Decided) -> list[Answer]:
    """Every route's answer, and last what no route knows."""
    return [*(_answer(route, decided) for route in ROUTES), _unrouted(decided)]


def _answer(route: Route, decided: Decided) -> Answer:
    team: str | None = NOBODY
    if route.engages:
        team = decided.teams.get(route.name, decided.default_team)
    return Answer(
        route=route.name,
        meaning=route.meaning,
        types=tuple(prefix for match in route.matches for prefix in match.types),
        role=next((match.role for match in route.matches if match.role), None),
        runbook=route.runbook,
        # Without a runbook there is nothing that a mode could start.
        modes={
            account: modes[route.name] if route.runbook else "notify"
            for account, modes in decided.modes.items()
        },
        thresholds={
            account: severities[route.name]
            for account, severities in decided.thresholds.items()
            if route.name in severities
        },
        team=team,
        touches=touched_by(route.runbook) if route.runbook else (),
    )


def _unrouted(decided: Decided) -> Answer:
    return Answer(
        route=UNROUTED,
        meaning="everything else of GuardDuty, new types included: a person decides",
        types=(),
        role=None,
        runbook=None,
        modes=dict.fromkeys(decided.modes, "notify"),
        thresholds={},
        team=decided.default_team,
        touches=(),
    )
