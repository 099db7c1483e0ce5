"""The case: an occurrence of a finding, what its stack decided, and what was usual before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from operations.analysis.stack import Stack
from operations.figures.occurrences import apart
from operations.records import STEP, Record
from operations.story.source import Event, StoryError, story_of
from operations.timeline import normalised

MEASURED: Final = (
    *("received", "approval-wanted", "asked", "approved", "refused", "not-contained"),
    *("blocked", "severed", "contained", "preserved", "failed", "braked", "breached"),
    *("engaged", "paged", "acknowledged", "offered", "released", "closed"),
)
"""The stages whose first time in an occurrence is measured."""
NO_NAME: Final = "unreadable"
_NAMES: Final = ("stage", "route", "action", "step", "kind", "outcome")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What happened, in order of time; seconds are after the first sign of this occurrence."""

    finding_id: str
    occurrence: int
    first_sign: datetime
    records: Sequence[Record]
    stack: Stack
    until: datetime
    """The last that the ledger has heard of anything: what is open is open at least so long."""
    alarms: Sequence[Record] = ()
    """Of the places concerned, while it lasted."""
    before: Sequence[Record] = ()
    """What the ledger has of other findings, earlier than this one."""

    def __getitem__(self, stage: str) -> float | None:
        """Seconds after the first sign until a stage was first reached; None where it was not."""
        return next((self.since(each) for each in self.all(stage)), None)

    def all(self, *stages: str) -> list[Record]:
        """The records of these stages."""
        return [each for each in self.records if each.stage in stages]

    def since(self, record: Record) -> float:
        """Seconds after the first sign; a record's own word, where it has one."""
        if record.elapsed_s is not None:
            return record.elapsed_s
        return (record.moment - self.first_sign).total_seconds()

    def between(self, first: str, last: str) -> float | None:
        """Seconds from one stage to another; None where either was not reached."""
        began, ended = self[first], self[last]
        return None if began is None or ended is None else ended - began

    @property
    def clocked(self) -> bool:
        """Whether the ledger knows the first sign; else times count from the first record."""
        return any(each.elapsed_s is not None for each in self.records)

    @property
    def steps(self) -> list[Record]:
        """The response's steps."""
        return self.all(STEP)

    @property
    def drill(self) -> bool:
        """Whether it was played."""
        return any(each.drill for each in self.records)

    def told(self, what: str) -> str:
        """What the records say of one thing, the first that does; empty where none does."""
        return next((str(getattr(each, what)) for each in self.records if getattr(each, what)), "")

    @property
    def place(self) -> tuple[str, str]:
        """Account and region where it happened: the response's own records are of the centre."""
        for each in self.records:
            if each.action != "Respond" and each.stage != STEP:
                return each.account, each.region
        named = self.told("resource").split(":")
        if len(named) > 5 and named[4]:
            return named[4], named[3]
        return self.records[0].account, self.records[0].region

    @property
    def account(self) -> str:
        """Its id, 12 digits."""
        return self.place[0]

    @property
    def route(self) -> str:
        """The route that answered it."""
        return self.told("route")

    @property
    def mode(self) -> str:
        """What the stack has now as this route's mode there; empty where it has none."""
        return self.stack.mode(self.account, self.route)

    @property
    def account_name(self) -> str:
        """As the stack calls it, else its id."""
        return self.stack.names.get(self.account, self.account)

    @property
    def team(self) -> str:
        """Who answers for it."""
        return self.stack.team(self.route)


def case_of(
    wanted: str,
    events: Callable[[str], Sequence[Event]],
    stack: Stack,
    occurrence: int | None = None,
) -> Case:
    """The case that an id means, its last occurrence unless another is named.

    ``events`` gives every event with a text in it, or all for an empty one. Raises StoryError.
    """
    story = [plain(each) for each in story_of(wanted, events)]
    found = apart(story)
    number = occurrence or max(found)
    if number not in found:
        raise StoryError(f"{wanted} has no occurrence {number}: there are {sorted(found)}")
    sign, records = found[number]
    everything = [plain(each) for each in normalised(events(""))]
    places = {(each.account, each.region) for each in records}
    ended = records[-1].moment
    return Case(
        finding_id=next(each.finding_id for each in records if each.finding_id),
        occurrence=number,
        first_sign=sign,
        records=records,
        stack=stack,
        until=everything[-1].moment,
        alarms=[
            each
            for each in everything
            if each.stage == "alarm"
            and (each.account, each.region) in places
            and sign <= each.moment <= ended
        ],
        before=[
            each
            for each in everything
            if each.finding_id not in ("", records[0].finding_id)
            and each.moment < records[0].moment
        ],
    )


def plain(record: Record) -> Record:
    """The record with names that are names.

    Whoever may put events in a member account writes what they like there (trap 6.1), and these
    stand in an analysis unquoted.
    """
    told = {name: getattr(record, name) for name in _NAMES}
    wrong: dict[str, Any] = {
        name: NO_NAME for name, value in told.items() if value and not _NAME.fullmatch(value)
    }
    return replace(record, **wrong)


def measured(case: Case) -> Mapping[str, Any]:
    """Every measured stage that was reached → seconds after the first sign."""
    return {stage: at for stage in MEASURED if (at := case[stage]) is not None}
