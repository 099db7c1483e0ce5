"""Who is on call: a function of the rotation and the time, whatever the clocks do."""

from __future__ import annotations

from datetime import datetime

import pytest

from runbooks.respond_to_incident.oncall import on_call, stages_of

WEEKLY = {
    "Members": ["anna", "ben", "cora"],
    "TimeZone": "Europe/Berlin",
    "Starts": "2026-03-23T08:00:00",
    "Days": 7,
}


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ("2026-03-23T08:00:00+01:00", "anna"),
        # The clocks go forward on 29 March 2026: the shift still changes at eight on the wall.
        ("2026-03-30T07:59:59+02:00", "anna"),
        ("2026-03-30T08:00:00+02:00", "ben"),
        ("2026-04-06T07:59:59+02:00", "ben"),
        ("2026-04-06T08:00:00+02:00", "cora"),
        ("2026-04-13T08:00:00+02:00", "anna"),
        # And back on 25 October.
        ("2026-10-26T07:59:59+01:00", "anna"),
        ("2026-10-26T08:00:00+01:00", "ben"),
        # Before it starts it has been going on for ever.
        ("2026-03-23T07:59:59+01:00", "cora"),
    ],
)
def test_the_shift_changes_at_the_same_hour_on_the_wall(moment: str, who: str) -> None:
    assert on_call(WEEKLY, at(moment)) == who


def test_a_day_of_twenty_three_hours_is_a_shift_like_any_other() -> None:
    daily = {**WEEKLY, "Days": 1, "Starts": "2026-03-28T08:00:00"}
    assert on_call(daily, at("2026-03-29T07:30:00+02:00")) == "anna"
    assert on_call(daily, at("2026-03-29T08:30:00+02:00")) == "ben"


def test_a_start_in_the_hour_that_is_skipped_is_no_error() -> None:
    skipped = {**WEEKLY, "Days": 1, "Starts": "2026-03-29T02:30:00"}
    assert on_call(skipped, at("2026-03-29T04:00:00+02:00")) == "anna"


def test_whoever_is_on_call_is_paged_first_then_the_backups_then_everybody() -> None:
    team = {"OnCall": WEEKLY, "Backups": ["dora", "anna"]}
    now = at("2026-03-31T12:00:00+02:00")
    assert stages_of(team, now) == [["ben"], ["dora"], ["anna"], ["ben", "dora", "anna", "cora"]]


def test_nobody_is_paged_twice_in_a_row_and_one_person_alone_is_the_team() -> None:
    alone = {**WEEKLY, "Members": ["anna"]}
    assert stages_of({"OnCall": alone, "Backups": ["anna"]}, 0.0) == [["anna"]]
    assert stages_of({"OnCall": {**WEEKLY, "Members": []}, "Backups": ["ben"]}, 0.0) == [["ben"]]
