"""Contain killed between any two calls: what it left, the next run finishes, and a release undoes.

Nothing tells that such a run has died but the end of its lease (trap 4.1); the next sighting of the
same finding, which GuardDuty sends after 15 minutes, starts the run that takes over (trap 1.5).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interruptions import PLAYED, Rows, section, table
from tests.killed import Case, execution
from tests.organization import ALONE, Deployed, deployed

Played = tuple[str, Deployed, list[Case], Rows]


@pytest.fixture(scope="module", params=["contain", "contain-scaling"])
def played(request: pytest.FixtureRequest) -> Iterator[Played]:
    """Every moment, played; the organisation is still there to be asked."""
    name: str = request.param
    with deployed(settings=ALONE) as alone:
        yield (name, alone, *PLAYED[name](alone))


def test_each_run_died_where_it_had_to_and_no_step_of_it_followed(played: Played) -> None:
    _, alone, cases, _ = played
    for case in cases:
        run = execution(alone, case.run)
        assert len(run.calls) == case.calls == case.deadly
        assert (run.status, run.steps[-1].status) == ("InProgress", "InProgress")


def test_the_moments_are_all_that_leave_something_else(played: Played) -> None:
    name, _, cases, _ = played
    steps = {case.died_before.split(",")[0] for case in cases}
    if name == "contain-scaling":
        assert ["Standby" in case.left for case in cases] == [False, True]
        return
    assert steps == {
        "triage_read_finding",
        "triage_lock_and_look",
        "mitigate_deny_credentials",
        "mitigate_prepare_network",
        "mitigate_swap_to_transitional",
        "mitigate_swap_to_quarantine",
        "mitigate_verify_blocked",
        "mitigate_judge",
    }
    assert len(cases) > 20
    assert any("OPEN TO ALL" in case.left for case in cases)


def test_the_next_run_contains_whatever_was_left(played: Played) -> None:
    _, _, cases, _ = played
    assert {case.deadly: case.contained for case in cases if case.contained} == {}


def test_its_release_leaves_everything_as_it_was(played: Played) -> None:
    _, _, cases, _ = played
    assert {case.deadly: case.released for case in cases if case.released} == {}


def test_watch_tells_of_every_run_that_died_under_way(played: Played) -> None:
    _, _, cases, _ = played
    silent = [case.left for case in cases if case.watched != "tells"]
    assert [left for left in silent if "`begun`" in left] == []


def test_the_page_shows_what_came_of_it(played: Played) -> None:
    name, _, _, rows = played
    assert section(name) == table(rows)
