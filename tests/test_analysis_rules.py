"""Each rule of an analysis finds what it is for, and not what nearly is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from operations.analysis.actions import actions
from operations.analysis.advice import ADVICE
from operations.analysis.case import Case
from operations.analysis.facts import Fact
from operations.analysis.finding_facts import facts_of
from operations.analysis.step_rules import ENOUGH
from tests.cases import CENTRE, SIGN, case, reached, stack, stage, step

QUICK = (stage("blocked", 30), stage("severed", 31), stage("contained", 32))
PAGED = reached("paged", 100, who="anna")
ASKED = (stage("approval-wanted", 5), reached("asked", 20))


def others(name: str, *seconds: float, **more: Any) -> list[object]:
    return [step(name, each, finding_id=f"other-{each}", **more) for each in seconds]


def ways(*seconds: float, **more: object) -> list[object]:
    """Earlier findings that were received and, so much later, blocked."""
    return [
        record
        for each in seconds
        for record in (
            stage("received", -5000, finding_id=f"other-{each}", **more),
            stage("blocked", -5000 + each, finding_id=f"other-{each}", **more),
        )
    ]


FOUND: dict[str, list[Case]] = {
    "late-detection": [case(stage("received", 301))],
    "objective-missed": [
        case(stage("blocked", 890), stage("contained", 901)),
        case(stage("blocked", 30)),
        case(stage("approval-wanted", 5)),
        case(stage("failed", 5, why="triage: AccessDenied")),
    ],
    "failed": [case(stage("failed", 40, why="modify: AccessDenied"))],
    "braked": [
        case(stage("braked", 40, why="over the cap of 3 an hour for attacking-instance")),
        case(stage("skipped", 40, why="the brake of attacking-instance is on: too many")),
    ],
    "not-severed": [case(stage("blocked", 30), stage("contained", 32))],
    "breached": [case(*QUICK, stage("breached", 500, why="sg-1 instead of sg-2"))],
    "came-back": [case(*QUICK, occurrence=2)],
    "seen-before": [case(*QUICK, before=[stage("contained", -900, finding_id="f0")])],
    "dead-letters": [
        case(*QUICK, alarms=[reached("alarm", 50, why="containment-dead-letters", account=CENTRE)])
    ],
    "approval-waited": [case(*ASKED, reached("approved", 321))],
    "asked-twice": [case(*ASKED, reached("asked", 1820))],
    "nobody-decided": [case(*ASKED, reached("not-contained", 3600, why="asked twice"))],
    "page-unanswered": [
        case(*QUICK, PAGED, reached("acknowledged", 401)),
        case(*QUICK, PAGED, reached("closed", 401)),
        case(*QUICK, PAGED, until=SIGN + timedelta(seconds=401)),  # still open
        case(*QUICK, reached("engaged", 100), reached("closed", 401)),  # the plan pages by itself
        case(*QUICK, reached("engaged", 100), reached("paged", 390), reached("closed", 401)),
        case(*QUICK, PAGED, reached("paged", 420, who="anna,ben"), reached("closed", 500)),
    ],
    "refused-signal": [case(*QUICK, reached("signalled", 700, why="Approve, refused: Invalid"))],
    "engaged-late": [case(*QUICK, reached("engaged", 605))],
    "no-owner-tag": [case(*QUICK, reached("closed", 50, owned="no"))],
    "manual-step": [case(*QUICK, step("mitigate_ask", 158.5, kind="manual"))],
    "retried": [case(*QUICK, step("triage_open", 4), step("triage_open", 4))],
    "slow-step": [
        case(*QUICK, step("triage_read", 11), before=others("triage_read", *[4.0] * ENOUGH)),
        case(*QUICK, before=ways(11, 10, 12, 9, 8)),
    ],
}
"""Rule → cases in which it finds something."""

NOT_FOUND: dict[str, list[Case]] = {
    "late-detection": [case(stage("received", 300))],
    "objective-missed": [
        case(stage("blocked", 890), stage("contained", 900)),
        case(),  # for people from the start: nothing was to be contained
        case(stage("skipped", 5, why="exempt")),
    ],
    "failed": [case(*QUICK)],
    "braked": [case(stage("skipped", 40, why="archived meanwhile"))],
    "not-severed": [case(*QUICK), case(stage("blocked", 30))],
    "breached": [case(*QUICK)],
    "came-back": [case(*QUICK, occurrence=1)],
    "seen-before": [
        case(*QUICK, before=[stage("contained", -900, finding_id="f0", resource="arn:other")]),
        case(*QUICK, before=[stage("contained", -900, finding_id="f0", drill=True)]),
    ],
    "dead-letters": [case(*QUICK, alarms=[reached("alarm", 50, why="containment-silent")])],
    "approval-waited": [
        case(*ASKED, reached("approved", 320)),
        case(*ASKED),
        case(*ASKED, reached("not-contained", 3600)),  # that is nobody's decision
    ],
    "asked-twice": [case(*ASKED)],
    "nobody-decided": [case(*ASKED, reached("refused", 3600))],
    "page-unanswered": [
        case(*QUICK, PAGED, reached("acknowledged", 400)),
        case(*QUICK, PAGED, reached("closed", 400)),
        case(*QUICK, PAGED, until=SIGN + timedelta(seconds=400)),
        case(*QUICK, PAGED, reached("approved", 200), reached("closed", 900)),
        case(*QUICK),
    ],
    "refused-signal": [case(*QUICK, reached("signalled", 700, why="Approve"))],
    "engaged-late": [case(*QUICK, reached("engaged", 604))],
    "no-owner-tag": [
        case(*QUICK, reached("closed", 50, owned="yes")),
        case(*QUICK, reached("closed", 50)),  # unknown is not none
    ],
    "manual-step": [case(*QUICK, step("triage_open", 158.5))],
    "retried": [
        case(*QUICK, step("triage_open", 4), step("triage_read", 4)),
        case(*QUICK, step("mitigate_follow", 4), step("mitigate_follow", 4)),  # by design
        case(
            *QUICK, step("mitigate_ask", 4, kind="manual"), step("mitigate_ask", 4, kind="manual")
        ),
    ],
    "slow-step": [
        case(*QUICK, step("triage_read", 11), before=others("triage_read", *[4.0] * (ENOUGH - 1))),
        case(*QUICK, step("triage_read", 8), before=others("triage_read", *[4.0] * ENOUGH)),
        case(*QUICK, step("triage_read", 5), before=others("triage_read", *[1.0] * ENOUGH)),
        case(*QUICK, step("triage_read", 11), before=others("triage_open", *[4.0] * ENOUGH)),
        case(
            *QUICK,
            step("triage_read", 11),
            before=others("triage_read", *[4.0] * ENOUGH, drill=True),
        ),
        case(*QUICK, before=ways(11, 10, 12, 9, 8, drill=True)),  # drills are another thing
        case(*QUICK, before=ways(11, 10, 12, 9, 8, route="compromised-instance")),
        case(*QUICK, before=ways(26, 25, 24, 27, 28)),
    ],
}


def of(rule: str, found: Case) -> list[Fact]:
    return [fact for fact in facts_of(found) if fact.rule == rule]


@pytest.mark.parametrize(
    ("rule", "found"), [(rule, each) for rule, cases in FOUND.items() for each in cases]
)
def test_a_rule_finds_what_it_is_for_and_asks_why(rule: str, found: Case) -> None:
    facts = of(rule, found)
    assert len(facts) == 1
    assert facts[0].says.endswith(".")
    assert facts[0].why.startswith("Why ")
    assert facts[0].why.endswith("?")


@pytest.mark.parametrize(
    ("rule", "near"), [(rule, each) for rule, cases in NOT_FOUND.items() for each in cases]
)
def test_a_rule_does_not_find_what_nearly_is(rule: str, near: Case) -> None:
    assert of(rule, near) == []


def test_every_rule_has_advice_a_case_and_a_near_miss() -> None:
    assert ADVICE.keys() == FOUND.keys() == NOT_FOUND.keys()


def test_a_quick_case_without_people_has_no_fact_and_no_action() -> None:
    quick = case(*QUICK, stage("released", 60))
    assert facts_of(quick) == []
    assert actions(quick, []) == []


def test_the_longest_part_of_a_missed_objective_is_named() -> None:
    missed = case(
        *ASKED, reached("approved", 1000), stage("blocked", 1030), stage("contained", 1035)
    )
    [fact] = of("objective-missed", missed)
    assert "The longest part was until `approved`: 16 min 20 s." in fact.says


def test_a_failure_that_another_run_mended_says_so() -> None:
    [fact] = of("failed", case(stage("failed", 10, why="busy"), *QUICK))
    assert fact.says.endswith("It was contained later, by another run.")
    [fact] = of("failed", case(*QUICK, stage("failed", 100, why="busy", action="Preserve")))
    assert fact.says.endswith("Nothing mended it.")


def test_how_long_a_team_may_take_is_the_stacks_word() -> None:
    patient = stack(people={"teams": [{"name": "security", "wait_minutes": 6}]})
    slow = case(*QUICK, PAGED, reached("acknowledged", 401), stack=patient)
    assert of("page-unanswered", slow) == []


@pytest.mark.parametrize("rule", FOUND)
def test_every_action_answers_its_fact_and_has_a_team(rule: str) -> None:
    for found in FOUND[rule]:
        facts = of(rule, found)
        for action in actions(found, facts):
            assert action.rule == rule
            assert action.answers == facts[0].says
            assert action.team == "security"
            assert action.change


def test_what_two_facts_recommend_is_there_once_for_the_graver() -> None:
    silent = case(
        *ASKED,
        reached("asked", 1820),
        reached("not-contained", 3600, why="asked twice"),
        step("mitigate_ask", 1801, kind="manual"),
    )
    recommended = actions(silent, facts_of(silent))
    assert [each.title for each in recommended] == [
        "Make attacking-instance automatic in land-registry",
        "Call the next one of security sooner",
        "Find out whether security can be reached",
        "Add a backup to security",
    ]
    assert recommended[0].rule == "objective-missed"
