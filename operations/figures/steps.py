"""What the response's steps took, and which step of a person's to make automatic next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from operations.figures.group import Span, span
from operations.records import STEP, Record

MANUAL = "manual"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the response, over all its runs."""

    step: str
    kind: str
    """manual or automatic."""
    count: int
    succeeded: int
    seconds: Span | None
    human_s: float
    """What people spent on it, waiting included; 0 of an automatic one."""
    by_month: Mapping[str, tuple[int, int, float]]
    """Month → how often, how often it succeeded, seconds in all."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How much of the response was automatic in a month."""

    automatic: int
    manual: int
    human_s: float


def steps_of(records: Iterable[Record]) -> list[Step]:
    """Each step, whatever takes people longest first, then by name; ``records`` without drills."""
    by_name: dict[tuple[str, str], list[Record]] = {}
    for each in records:
        if each.stage == STEP and each.step and each.kind:
            by_name.setdefault((each.step, each.kind), []).append(each)
    found = [_step(name, kind, runs) for (name, kind), runs in by_name.items()]
    return sorted(found, key=lambda each: (-each.human_s, each.step))


def shares_of(records: Iterable[Record]) -> dict[str, Share]:
    """Month → the share, by the month of the response."""
    months: dict[str, list[Record]] = {}
    for each in records:
        if each.stage == STEP and each.step and each.kind:
            months.setdefault(each.at[:7], []).append(each)
    return {
        month: Share(
            automatic=sum(each.kind != MANUAL for each in found),
            manual=sum(each.kind == MANUAL for each in found),
            human_s=round(sum(each.seconds or 0 for each in found if each.kind == MANUAL), 1),
        )
        for month, found in sorted(months.items())
    }


def _step(name: str, kind: str, runs: list[Record]) -> Step:
    months: dict[str, list[Record]] = {}
    for each in runs:
        months.setdefault(each.at[:7], []).append(each)
    return Step(
        step=name,
        kind=kind,
        count=len(runs),
        succeeded=_succeeded(runs),
        seconds=span(each.seconds for each in runs if each.seconds is not None),
        human_s=_all(runs) if kind == MANUAL else 0.0,
        by_month={
            month: (len(found), _succeeded(found), _all(found))
            for month, found in sorted(months.items())
        },
    )


def _succeeded(runs: list[Record]) -> int:
    return sum(each.outcome == "success" for each in runs)


def _all(runs: list[Record]) -> float:
    return round(sum(each.seconds or 0 for each in runs), 1)
