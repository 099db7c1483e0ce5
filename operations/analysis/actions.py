"""Action items, by rule: each answers a fact, has a team, and says exactly what to change."""

from __future__ import annotations

from dataclasses import dataclass

from operations.analysis.advice import ADVICE
from operations.analysis.case import Case
from operations.analysis.facts import Fact


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something to do; people accept it or strike it out."""

    rule: str
    """Of the fact that it answers."""
    answers: str
    """That fact."""
    title: str
    team: str
    """Who owns it until somebody says otherwise."""
    change: str
    """What to change, in words or as a command; Markdown."""
    diff: str = ""
    """Of the stack file, where that is what to change."""


def actions(case: Case, facts: list[Fact]) -> list[Action]:
    """What the facts recommend; what two facts recommend is there once, for the first."""
    found: dict[str, Action] = {}
    for fact in facts:
        for advice in ADVICE[fact.rule](case, fact):
            action = Action(
                rule=fact.rule,
                answers=fact.says,
                title=advice.title,
                team=case.team,
                change=advice.change,
                diff=advice.diff,
            )
            found.setdefault(action.title, action)
    return list(found.values())
