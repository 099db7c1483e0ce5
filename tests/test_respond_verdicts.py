"""What the ledger says about a finding, as the response reads it."""

from __future__ import annotations

from typing import Any

import pytest

from runbooks.respond_to_incident.verdicts import verdict_of


def record(stage: str, action: str = "Contain", run: str = "r", **more: Any) -> dict[str, Any]:
    return {"stage": stage, "action": action, "execution_id": run, **more}


def stages(*names: str) -> list[dict[str, Any]]:
    return [record(name) for name in names]


@pytest.mark.parametrize(
    ("told", "outcome", "blocked"),
    [
        ([], "", False),
        (["received"], "", False),
        (["received", "blocked", "severed"], "", True),
        (["received", "blocked", "severed", "contained"], "contained", True),
        (["received", "approval-wanted"], "approval-wanted", False),
        (["received", "blocked", "approval-wanted"], "blocked", True),
        (["received", "skipped"], "skipped", False),
        (["received", "joined"], "joined", False),
        (["received", "braked", "skipped"], "braked", False),
        (["received", "failed"], "failed", False),
        (["received", "failed", "received"], "", False),
        (["received", "blocked", "contained", "breached"], "breached", True),
        (["received", "blocked", "contained", "received", "joined"], "contained", True),
        (["received", "blocked", "contained", "released"], "released", False),
        (["received", "blocked", "contained", "released", "received"], "", False),
    ],
)
def test_the_last_word_counts_and_an_update_says_nothing_new(
    told: list[str], outcome: str, blocked: bool
) -> None:
    found = verdict_of(stages(*told))
    assert (found["outcome"], found["blocked"]) == (outcome, blocked)


def test_evidence_is_no_verdict_and_a_release_that_asks_is_for_people_by_hand() -> None:
    contained = stages("received", "blocked", "contained")
    missing = [*contained, record("failed", "Preserve")]
    assert verdict_of(missing)["outcome"] == "contained"
    asks = [record("approval-wanted", "Release", why="changed since Contain")]
    assert verdict_of(asks) == {
        "outcome": "blocked",
        "why": "changed since Contain",
        "blocked": False,
        "drill": False,
    }
    assert verdict_of([record("blocked", drill=True)])["drill"]


def test_the_verdict_of_a_run_is_not_that_of_another() -> None:
    told = [*stages("received", "approval-wanted"), record("received", run="other")]
    assert verdict_of(told, "other")["outcome"] == ""
    assert verdict_of([*told, record("contained", run="other")], "other")["outcome"] == "contained"


def test_what_went_to_people_only_is_not_waited_for_and_any_runbooks_word_is() -> None:
    people = {"stage": "for-people", "finding_id": "f", "at": "2026-11-24T12:00:00Z"}
    assert verdict_of([people, people])["outcome"] == "for-people"
    assert verdict_of([])["outcome"] == ""
    assert verdict_of([people], "r")["outcome"] == ""  # of what was approved a word is to come
    assert verdict_of([people, record("received")])["outcome"] == ""  # it grew more severe
    contained = stages("received", "blocked", "contained")
    assert verdict_of([*contained, people])["outcome"] == "contained"
