"""Release killed between any two calls, and what a dead Contain left released as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interruptions import PLAYED, Rows, section, table
from tests.killed import Case, execution
from tests.organization import ALONE, Deployed, deployed

Played = tuple[str, Deployed, list[Case], Rows]


@pytest.fixture(scope="module", params=["release", "contain-then-release", "release-scaling"])
def played(request: pytest.FixtureRequest) -> Iterator[Played]:
    """Every moment, played."""
    name: str = request.param
    with deployed(settings=ALONE) as alone:
        yield (name, alone, *PLAYED[name](alone))


def test_each_run_died_where_it_had_to_and_no_step_of_it_followed(played: Played) -> None:
    name, alone, cases, _ = played
    assert len(cases) == 2 if "scaling" in name else len(cases) > 10
    for case in cases:
        run = execution(alone, case.run)
        assert len(run.calls) == case.calls == case.deadly
        assert run.status == "InProgress"


def test_the_release_after_it_leaves_everything_as_it_was(played: Played) -> None:
    _, _, cases, _ = played
    assert {case.deadly: case.released for case in cases if case.released} == {}


def test_whatever_was_changed_is_released_and_told(played: Played) -> None:
    _, _, cases, _ = played
    untold = [case for case in cases if not case.next_run.endswith("released")]
    assert [case.left for case in untold if "prior state saved" in case.left] == []


def test_the_page_shows_what_came_of_it(played: Played) -> None:
    name, _, _, rows = played
    assert section(name) == table(rows)
