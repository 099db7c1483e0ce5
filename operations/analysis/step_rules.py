"""Rules about the response's steps: done by hand, done again, or slower than they were before."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from operations.analysis.case import Case
from operations.analysis.facts import Fact
from operations.records import STEP, Record
from operations.spans import spoken

ENOUGH: Final = 5
"""So many earlier times make a habit."""
SLOWER: Final = 2.0
"""Times the median of before."""
NOTICEABLE: Final = 5.0
"""Seconds more than the median; less than that nobody would notice."""
AGAIN: Final = ("mitigate_follow", "mitigate_outcome", "mitigate_not_given", "mitigate_again")
"""Steps that a response takes again by design: after an answer, or after none."""
WAYS: Final = (("received", "blocked"), ("blocked", "contained"), ("received", "engaged"))
"""Parts of the way that are compared with earlier findings of the same route."""


def manual_steps(case: Case) -> Iterator[Fact]:
    """A person did what a step waited for; each step once, with all its time."""
    manual = [each for each in case.steps if each.kind == "manual"]
    for name in dict.fromkeys(each.step for each in manual):
        times = [each for each in manual if each.step == name]
        took = sum(each.seconds or 0.0 for each in times)
        ended = ", ".join(str(each.outcome) for each in times)
        yield Fact(
            rule="manual-step",
            says=f"`{name}` is done by a person: {spoken(took)} ({ended}).",
            why=f"Why does {name} need a person?",
            about=str(name),
        )


def retried(case: Case) -> Iterator[Fact]:
    """An automatic step came more often than it is meant to."""
    automatic = [each.step for each in case.steps if each.kind == "automatic"]
    for name in dict.fromkeys(automatic):
        times = automatic.count(name)
        if times > 1 and name not in AGAIN:
            yield Fact(
                rule="retried",
                says=f"`{name}` ran {times} times.",
                why=f"Why did {name} not do it the first time?",
                about=str(name),
            )


def slow_steps(case: Case) -> Iterator[Fact]:
    """An automatic step took far longer than it did in earlier responses."""
    for each in case.steps:
        if each.kind == "automatic" and each.seconds is not None:
            usual = [
                earlier.seconds
                for earlier in case.before
                if (earlier.stage, earlier.step, earlier.drill) == (STEP, each.step, each.drill)
                and earlier.seconds is not None
            ]
            if slower(each.seconds, usual):
                yield _slow(f"`{each.step}`", str(each.step), each.seconds, usual)


def slow_ways(case: Case) -> Iterator[Fact]:
    """A part of the way took far longer than for earlier findings of the same route."""
    for first, last in WAYS:
        took = case.between(first, last)
        usual = list(_earlier(case, first, last))
        if took is not None and slower(took, usual):
            yield _slow(f"From `{first}` to `{last}`", f"{first} to {last}", took, usual)


def slower(took: float, usual: list[float]) -> bool:
    """Whether it stands out of what was usual; False where too little is known."""
    if len(usual) < ENOUGH:
        return False
    middle = median(usual)
    return took > SLOWER * middle and took - middle > NOTICEABLE


def _slow(what: str, about: str, took: float, usual: list[float]) -> Fact:
    return Fact(
        rule="slow-step",
        says=f"{what} took {spoken(took)}; in {len(usual)} earlier ones the median is "
        f"{spoken(median(usual))}.",
        why=f"Why did {about} take so long?",
        about=about,
    )


def _earlier(case: Case, first: str, last: str) -> Iterator[float]:
    """How long the same part took before: drills with drills, and production with production."""
    route = case.route
    began: dict[tuple[str, int], Record] = {}
    for each in case.before:
        key = (each.finding_id, each.occurrence)
        if each.route != route or each.drill != case.drill:
            continue
        if each.stage == first:
            began.setdefault(key, each)
        elif each.stage == last and key in began:
            yield (each.moment - began.pop(key).moment).total_seconds()
