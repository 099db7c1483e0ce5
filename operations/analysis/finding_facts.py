"""All rules in one order, the gravest first."""

from __future__ import annotations

from typing import Final

from operations.analysis import containment_rules as containment
from operations.analysis import people_rules as people
from operations.analysis import step_rules as steps
from operations.analysis.case import Case
from operations.analysis.facts import Fact, Rule

RULES: Final[tuple[Rule, ...]] = (
    containment.objective_missed,
    people.nobody_decided,
    containment.failed,
    containment.breached,
    containment.came_back,
    containment.braked,
    containment.dead_letters,
    containment.late_detection,
    people.page_unanswered,
    people.asked_twice,
    people.approval_waited,
    people.engaged_late,
    people.refused_signal,
    containment.not_severed,
    people.no_owner_tag,
    containment.seen_before,
    steps.retried,
    steps.slow_ways,
    steps.slow_steps,
    steps.manual_steps,
)


def facts_of(case: Case) -> list[Fact]:
    """What contributed, the gravest first."""
    return [fact for rule in RULES for fact in rule(case)]
