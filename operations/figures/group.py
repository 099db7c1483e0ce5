"""What many occurrences have in common: how many, how long, how often within the objective."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from operations.figures.occurrences import STAGES, Occurrence

SHOULD_CONTAIN: Final = ("contained", "blocked", "failed", "not-contained")
"""Outcomes of what had to be contained: those that failed count against the objective, too."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """So many times in seconds: the median, and what nine of ten were at least as quick as."""

    count: int
    median_s: float
    """The middle one, or the mean of the middle two."""
    p90_s: float
    """Nearest rank: the smallest of them that at least nine of ten do not exceed."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Figures of some occurrences."""

    count: int
    outcomes: Mapping[str, int]
    stages: Mapping[str, Span]
    """Stage → seconds from the first sign; only of what was not skipped."""
    within: int
    """Contained within the objective …"""
    of: int
    """… of so many that had to be contained."""
    automatic: int
    """Contained without a person."""
    by_approval: int
    waited: Span | None
    """For a person's answer; None where nobody was asked."""


def span(values: Iterable[float]) -> Span | None:
    """The figures of some times; None of none."""
    found = sorted(values)
    if not found:
        return None
    rank = math.ceil(0.9 * len(found))
    return Span(
        count=len(found),
        median_s=round(statistics.median(found), 3),
        p90_s=round(found[rank - 1], 3),
    )


def group(occurrences: Sequence[Occurrence], objective_s: float) -> Group:
    """The figures of these; what was skipped is counted and in no time."""
    timed = [each for each in occurrences if each.outcome != "skipped"]
    spans = {
        stage: found
        for stage in STAGES
        if (found := span(each.seconds[stage] for each in timed if stage in each.seconds))
    }
    contained = [each for each in timed if each.outcome == "contained"]
    return Group(
        count=len(occurrences),
        outcomes=dict(sorted(Counter(each.outcome for each in occurrences).items())),
        stages=spans,
        within=sum(each.seconds["contained"] <= objective_s for each in contained),
        of=sum(each.outcome in SHOULD_CONTAIN for each in timed),
        automatic=sum(each.contained_by == "automatic" for each in contained),
        by_approval=sum(each.contained_by == "approval" for each in contained),
        waited=span(each.waited for each in timed if each.waited is not None),
    )
