"""One attack, from its first sign to its end, as the ledger's records tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from operations.records import STEP, Record

DETECTED: Final = "detected"
"""GuardDuty told of it: not a stage of ours, but the first part of the time to contain."""
STAGES: Final = (DETECTED, "received", "blocked", "severed", "contained", "released")
"""The stages whose time is a figure, in the order in which they are reached."""
ASKED: Final = ("approval-wanted", "asked")
ANSWERED: Final = ("approved", "refused", "not-contained")


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """What became of one activity that GuardDuty saw; an update of it adds nothing."""

    finding_id: str
    occurrence: int
    """1, or more where the activity went on after a release (trap 1.5)."""
    first_sign: str
    """ISO 8601 in UTC."""
    finding_type: str
    route: str
    account: str
    region: str
    team: str
    """Who answered for it; empty where nobody was called."""
    resource: str
    drill: bool
    outcome: str
    """contained, blocked, refused, not-contained, failed, skipped, waiting, for-people or open."""
    contained_by: str
    """automatic, approval, or empty where it was not contained."""
    why: str
    """The reason of the outcome, where one was given."""
    updates: int
    """How often it was seen again while it was being answered."""
    seconds: Mapping[str, float]
    """Stage → seconds from the first sign until it was first reached; never negative."""
    waited: float | None
    """Seconds from the question to a person's answer, or to the end of waiting for one."""
    skew: float
    """Seconds by which the clocks differed: the most negative time that was cut to none."""


def occurrences_of(records: Iterable[Record]) -> list[Occurrence]:
    """Every occurrence of every finding, by first sign; ``records`` as ``normalised`` makes them.

    What was only tried (dry runs), and what names no finding, is no occurrence.
    """
    by_finding: dict[str, list[Record]] = {}
    for each in records:
        if each.finding_id and not each.dry_run:
            by_finding.setdefault(each.finding_id, []).append(each)
    found = [one for story in by_finding.values() for one in _of_finding(story)]
    return sorted(found, key=lambda one: (one.first_sign, one.finding_id, one.occurrence))


def apart(story: Sequence[Record]) -> Mapping[int, tuple[datetime, list[Record]]]:
    """Each occurrence's first sign and records; what the response did belongs where it falls."""
    starts = dict(_starts(story))
    if not starts:
        return {1: (story[0].moment, list(story))}
    numbers = sorted(starts)
    found: dict[int, tuple[datetime, list[Record]]] = {}
    for number, following in zip(numbers, [*numbers[1:], None], strict=True):
        begins, sign = starts[number]
        ends = starts[following][0] if following else None
        ours = [
            each
            for each in story
            if (each.moment >= begins or number == numbers[0])
            and (ends is None or each.moment < ends)
        ]
        found[number] = (sign, ours)
    return found


def _starts(story: Sequence[Record]) -> Iterator[tuple[int, tuple[datetime, datetime]]]:
    """Occurrence → when it was first recorded, and its first sign."""
    seen: set[int] = set()
    for each in story:
        if each.elapsed_s is not None and each.occurrence not in seen:
            seen.add(each.occurrence)
            sign = each.moment - timedelta(seconds=each.elapsed_s)
            yield each.occurrence, (each.moment, sign)


def _of_finding(story: list[Record]) -> Iterator[Occurrence]:
    for number, (sign, records) in apart(_clocked(story)).items():
        yield _occurrence(number, sign, [each for each in records if each.stage != STEP])


def _clocked(story: list[Record]) -> list[Record]:
    """A finding that is only for people has no run that measures: its own first sign does."""
    if any(each.elapsed_s is not None for each in story):
        return story
    return [
        replace(each, elapsed_s=(each.moment - seen).total_seconds())
        if each.stage == "received" and (seen := _time(each.first_seen))
        else each
        for each in story
    ]


def _occurrence(number: int, sign: datetime, records: list[Record]) -> Occurrence:
    def told(what: str) -> str:
        return next((str(getattr(each, what)) for each in records if getattr(each, what)), "")

    raw = _seconds(sign, records)
    where = next((each for each in records if each.action != "Respond"), records[0])
    outcome, why = _outcome(records)
    stages = {each.stage for each in records}
    by = "" if outcome != "contained" else "approval" if "approved" in stages else "automatic"
    return Occurrence(
        finding_id=records[0].finding_id,
        occurrence=number,
        first_sign=sign.astimezone(UTC).isoformat(timespec="seconds"),
        finding_type=told("finding_type"),
        route=told("route"),
        account=where.account,
        region=where.region,
        team=told("team"),
        resource=told("resource"),
        drill=any(each.drill for each in records),
        outcome=outcome,
        contained_by=by,
        why=why,
        updates=_updates(records),
        seconds={stage: round(max(0.0, value), 3) for stage, value in raw.items()},
        waited=_waited(records),
        skew=round(max(0.0, *(-value for value in raw.values())), 3) if raw else 0.0,
    )


def _seconds(sign: datetime, records: list[Record]) -> dict[str, float]:
    """Stage → seconds after the first sign, by the clock of whoever said so (trap 6.9)."""
    found: dict[str, float] = {}
    told = next((at for each in records if (at := _time(each.event_time))), None)
    # After a release the activity's own sign is the update: what GuardDuty told first is older.
    if told and all(each.occurrence == 1 for each in records):
        found[DETECTED] = (told - sign).total_seconds()
    for each in records:
        if each.stage in STAGES and each.stage not in found:
            elapsed = each.elapsed_s
            since = (each.moment - sign).total_seconds() if elapsed is None else elapsed
            found[each.stage] = since
    return found


def _outcome(records: list[Record]) -> tuple[str, str]:
    """The most that was reached, else the last that was said; and why."""
    reached = {each.stage: each.why or "" for each in records if each.action != "Preserve"}
    for stage in ("contained", "blocked", "refused", "not-contained", "failed", "skipped"):
        if stage in reached:
            return stage, reached[stage]
    if "approval-wanted" in reached:
        return "waiting", reached["approval-wanted"]
    if any(each.action == "Notify" for each in records):
        return "for-people", reached.get("received", "")
    return "open", ""


def _updates(records: list[Record]) -> int:
    """Runs that joined, and further words of GuardDuty about what is only for people."""
    joined = sum(each.stage == "joined" and each.action == "Contain" for each in records)
    told = sum(each.stage == "received" and each.action == "Notify" for each in records)
    return joined + max(0, told - 1)


def _waited(records: list[Record]) -> float | None:
    asked = next((each.moment for each in records if each.stage in ASKED), None)
    given = next((each.moment for each in records if each.stage in ANSWERED), None)
    return None if asked is None or given is None else round((given - asked).total_seconds(), 3)


def _time(text: str | None) -> datetime | None:
    """A time with its zone; None for anything else, which may be written by anybody."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
