"""All figures of a stretch of the ledger: of what was real, of drills apart, and of neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from operations.figures.group import Group, group
from operations.figures.occurrences import Occurrence, occurrences_of
from operations.figures.steps import Share, Step, shares_of, steps_of
from operations.records import STEP, UNREADABLE, Record

VERSION: Final = 1
"""Of the shape of ``as_data``; a change that a reader must know raises it."""
NOBODY: Final = "nobody was called"


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """What is in the ledger and in no time of a figure, by how much there is of it."""

    skipped: Mapping[str, int]
    """Reason → occurrences that were not to be contained."""
    updates: int
    drills: int
    dry_runs: int
    unreadable: int
    """Events that are no report of ours, and reports that are broken."""
    skewed: int
    """Occurrences with a time that clocks made negative, counted as none (trap 6.9)."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a report says."""

    since: str
    until: str
    """First and last event, ISO 8601 in UTC."""
    objective_s: float
    all: Group
    by_route: Mapping[str, Group]
    by_account: Mapping[str, Group]
    by_team: Mapping[str, Group]
    by_month: Mapping[str, Group]
    """By the month of the first sign, UTC."""
    drills: Group
    steps: Sequence[Step]
    """Of responses to what was real, whatever takes people longest first."""
    shares: Mapping[str, Share]
    """Month → how much of the response was automatic."""
    set_aside: SetAside
    occurrences: Sequence[Occurrence]
    """What the figures are made of, drills among it."""


def figures_of(records: Sequence[Record], objective_s: float) -> Figures:
    """The figures of records as ``timeline.normalised`` makes them, in order of time.

    Raises ValueError where there is no record.
    """
    if not records:
        raise ValueError("the ledger has no record in this time")
    occurrences = occurrences_of(records)
    real = [each for each in occurrences if not each.drill]
    drills = [each for each in occurrences if each.drill]
    steps = [each for each in records if each.stage == STEP and not each.drill]

    def apart(by: Callable[[Occurrence], str]) -> dict[str, Group]:
        names = sorted({by(each) for each in real})
        return {
            name: group([each for each in real if by(each) == name], objective_s) for name in names
        }

    return Figures(
        since=records[0].at,
        until=records[-1].at,
        objective_s=objective_s,
        all=group(real, objective_s),
        by_route=apart(lambda each: each.route or "unrouted"),
        by_account=apart(lambda each: each.account),
        by_team=apart(lambda each: each.team or NOBODY),
        by_month=apart(lambda each: each.first_sign[:7]),
        drills=group(drills, objective_s),
        steps=steps_of(steps),
        shares=shares_of(steps),
        set_aside=_set_aside(records, real, drills),
        occurrences=occurrences,
    )


def as_data(figures: Figures) -> dict[str, Any]:
    """For machines: the fields as they are named here, spans in seconds."""
    return {"version": VERSION, **asdict(figures)}


def _set_aside(
    records: Iterable[Record], real: Sequence[Occurrence], drills: Sequence[Occurrence]
) -> SetAside:
    kept = list(records)
    skipped = Counter(each.why or "no reason" for each in real if each.outcome == "skipped")
    return SetAside(
        skipped=dict(sorted(skipped.items())),
        updates=sum(each.updates for each in real),
        drills=len(drills),
        dry_runs=len({each.execution_id for each in kept if each.dry_run}),
        unreadable=sum(each.stage == UNREADABLE for each in kept),
        skewed=sum(each.skew > 0 for each in real),
    )
