"""Figures: what counts in the time to contain, and what must not get into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from operations.figures.figures import Figures, figures_of
from operations.figures.group import span
from operations.figures.occurrences import occurrences_of
from operations.records import STEP, UNREADABLE, Record
from operations.timeline import normalised
from tests.made_up_year import INCIDENTS, Year, kind_of, played

SIGN = datetime(2026, 3, 1, 12, tzinfo=UTC)
OBJECTIVE = 900.0


def said(stage: str, after: float, /, **more: object) -> Record:
    """A stage of one finding, so many seconds after its first sign."""
    known: dict[str, object] = {
        "at": (SIGN + timedelta(seconds=after)).isoformat(),
        "account": "333333333333",
        "region": "eu-west-1",
        "stage": stage,
        "route": "compromised-instance",
        "action": "Contain",
        "finding_id": "f1",
        "elapsed_s": after,
        "event_time": (SIGN + timedelta(seconds=60)).isoformat(),
        **more,
    }
    return Record(**known)  # type: ignore[arg-type]  # a record's own fields


ATTACK = (said("received", 64), said("blocked", 90), said("contained", 95))


def figures(*records: Record) -> Figures:
    """The figures of these."""
    return figures_of(sorted(records, key=lambda each: each.moment), OBJECTIVE)


def of(other: str, records: Sequence[Record] = ATTACK, **more: object) -> list[Record]:
    """The same about another finding."""
    return [replace(each, finding_id=other, **more) for each in records]  # type: ignore[arg-type]


def test_each_stage_is_timed_from_the_first_sign() -> None:
    [one] = occurrences_of(ATTACK)
    assert one.seconds == {"detected": 60, "received": 64, "blocked": 90, "contained": 95}
    assert (one.outcome, one.contained_by, one.skew) == ("contained", "automatic", 0)


@pytest.mark.parametrize(
    "beside",
    [
        of("drill", [said("received", 1), said("contained", 9_000)], drill=True),
        of("skipped", [said("received", 9_000), said("skipped", 9_001, why="exempt")]),
        of("f1", [said("received", 5_000), said("joined", 5_001)]),
        of("f1", [said("blocked", 5_000), said("contained", 5_001)]),
        of("dry", [said("received", 8_000), said("contained", 9_000)], dry_run=True),
        of("broken", [said(UNREADABLE, 9_000)]),
        [said(STEP, 9_000, step="triage_read", kind="automatic", seconds=3.0, elapsed_s=None)],
    ],
    ids=["drill", "skipped", "update", "seen again", "dry run", "unreadable", "step"],
)
def test_nothing_else_gets_into_the_times(beside: list[Record]) -> None:
    assert figures(*ATTACK, *beside).all.stages == figures(*ATTACK).all.stages


@pytest.mark.parametrize(
    "beside",
    [
        of("another"),
        of("f1", [said("received", 4_000), said("contained", 4_100)], occurrence=2),
        of("failed", [said("received", 70), said("failed", 80)]),
    ],
    ids=["another attack", "a new occurrence", "a failure"],
)
def test_what_is_an_attack_does(beside: list[Record]) -> None:
    found = figures(*ATTACK, *beside)
    assert found.all.stages["received"].count == 2
    assert found.all.of == 2


def test_what_had_to_be_contained_and_was_not_counts_against_the_objective() -> None:
    late = of("late", [said("received", 64), said("contained", 901)])
    at_once = of("on time", [said("received", 64), said("contained", 900)])
    failed = of("failed", [said("received", 64), said("failed", 70)])
    refused = of("refused", [said("received", 64), said("refused", 70)])
    found = figures(*ATTACK, *late, *at_once, *failed, *refused).all
    assert (found.within, found.of) == (2, 4)


@pytest.mark.parametrize(
    ("seconds", "median", "p90"),
    [
        ([5.0], 5, 5),
        ([1.0, 2.0], 1.5, 2),
        ([float(n) for n in range(1, 11)], 5.5, 9),
        ([float(n) for n in range(1, 12)], 6, 10),
    ],
)
def test_nine_of_ten_were_as_quick_as_the_p90(
    seconds: list[float], median: float, p90: float
) -> None:
    found = span(reversed(seconds))
    assert found is not None
    assert (found.median_s, found.p90_s) == (median, p90)
    assert sum(each <= p90 for each in seconds) >= 0.9 * len(seconds)


def test_clocks_that_differ_are_shown_and_make_no_time_negative() -> None:
    [one] = occurrences_of([said("received", -2.5, event_time=None), said("contained", 20)])
    assert (one.seconds["received"], one.skew) == (0, 2.5)
    assert figures(*of("f1", [said("received", -2.5)])).set_aside.skewed == 1


def test_who_approved_makes_it_no_automatic_containment() -> None:
    asked = [
        said("received", 64),
        said("approval-wanted", 65),
        said("approved", 365, action="Respond", elapsed_s=None, team="security"),
        said("contained", 400),
    ]
    found = figures(*asked).all
    assert (found.automatic, found.by_approval) == (0, 1)
    assert found.waited is not None
    assert found.waited.median_s == 300
    assert set(figures(*asked).by_team) == {"security"}


def step(name: str, kind: str, seconds: float, outcome: str = "success", **more: object) -> Record:
    """A step of the response."""
    about = {"step": name, "kind": kind, "seconds": seconds, "outcome": outcome}
    return said(STEP, 500, **{**about, "elapsed_s": None, **more})


def test_what_takes_people_longest_comes_first() -> None:
    found = figures(
        *ATTACK,
        step("triage_read", "automatic", 9_000),
        step("mitigate_ask", "manual", 300, "failed"),
        step("mitigate_by_hand", "manual", 200),
        step("mitigate_by_hand", "manual", 150),
        step("mitigate_ask", "manual", 9_000, drill=True, finding_id="drill"),
    )
    told = [(each.step, each.human_s, each.succeeded, each.count) for each in found.steps]
    assert told == [
        ("mitigate_by_hand", 350, 2, 2),
        ("mitigate_ask", 300, 0, 1),
        ("triage_read", 0, 1, 1),
    ]
    [share] = found.shares.values()
    assert (share.automatic, share.manual, share.human_s) == (1, 3, 650)


def test_no_record_is_no_figure() -> None:
    with pytest.raises(ValueError, match="no record"):
        figures_of([], OBJECTIVE)


def test_the_made_up_year_has_the_shapes_of_a_real_ledger() -> None:
    real: dict[tuple[str, ...], set[frozenset[str]]] = {}
    for event in played():
        real.setdefault(kind_of(event), set()).add(frozenset(event["detail"]))
    others = 0
    for event in Year().events():
        if event["source"] == "somebody.else":
            others += 1
            continue
        assert frozenset(event["detail"]) in real[kind_of(event)], kind_of(event)
    assert others == INCIDENTS // 40


def test_the_made_up_year_gets_better_and_has_everything_that_a_year_has() -> None:
    found = figures_of(normalised(Year().events()), OBJECTIVE)
    months = list(found.by_month.values())
    assert len(months) == 12
    assert len(found.by_account) == 30
    assert months[-1].automatic / months[-1].of > months[0].automatic / months[0].of
    assert len(found.occurrences) >= INCIDENTS
    outcomes = {"contained", "failed", "refused", "not-contained", "skipped", "for-people"}
    assert set(found.all.outcomes) == outcomes
    aside = found.set_aside
    assert min(aside.updates, aside.drills, aside.dry_runs, aside.unreadable, aside.skewed) > 0


CHANGES: dict[str, Callable[[Record], Record]] = {
    "no time": lambda each: replace(each, event_time="yesterday"),
    "no zone": lambda each: replace(each, event_time="2026-03-01T12:01:00"),
    "none": lambda each: replace(each, event_time=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_time_that_is_none_takes_only_its_own_figure_away(change: str) -> None:
    [one] = occurrences_of([CHANGES[change](each) for each in ATTACK])
    assert one.seconds == {"received": 64, "blocked": 90, "contained": 95}
