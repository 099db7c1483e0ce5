"""Who is on call when: the shifts of a rotation, from its start on.

A shift ends at a hand-off in the rotation's own time zone, so summer time moves it in UTC. The
first begins at the rotation's start. Of several hand-offs a week each changes the person. Not
emulated: months, hours without cover, several on call at once, several hand-offs with a multiplier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import NotEmulatedError

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One person's turn."""

    contact: str
    begin: datetime
    end: datetime


@dataclass(kw_only=True)
class Turns:
    """Persons in their order, and how they take turns."""

    contacts: list[str]
    start: datetime
    zone: str
    recurrence: dict[str, Any]

    def checked(self) -> Turns:
        """Itself; a Fault for what AWS refuses, NotEmulatedError for what is not known here."""
        try:
            ZoneInfo(self.zone)
        except (LookupError, ValueError, OSError):
            raise Fault("ValidationException", f"There is no time zone {self.zone}.") from None
        kinds = [kind for kind in ("Monthly", "Weekly", "Daily") if self._settings(kind)]
        if len(kinds) != 1:
            raise Fault("ValidationException", "A recurrence is monthly, weekly or daily.")
        for what in ("MonthlySettings", "ShiftCoverages"):
            if self.recurrence.get(what):
                raise NotEmulatedError(f"A rotation with {what} is not emulated.")
        if self.recurrence["NumberOfOnCalls"] != 1:
            raise NotEmulatedError("A rotation with several on call at once is not emulated.")
        if self.recurrence["RecurrenceMultiplier"] != 1 and len(self._settings(kinds[0])) != 1:
            raise NotEmulatedError("Several hand-offs with a multiplier are not emulated.")
        return self

    def shifts(self, begin: datetime, end: datetime) -> list[Shift]:
        """Those that overlap a stretch of time."""
        found: list[Shift] = []
        for shift in self._all():
            if shift.begin >= end:
                return found
            if shift.end > begin:
                found.append(shift)
        return found

    def on_call(self, at: datetime) -> str | None:
        """Whose turn it is; nobody's before the start."""
        now = self.shifts(at, at + timedelta(microseconds=1))
        return now[0].contact if now else None

    def _all(self) -> Iterator[Shift]:
        every = self.recurrence["RecurrenceMultiplier"]
        begin, turn = self.start, 0
        for number, change in enumerate(self._changes(), start=1):
            if number % every == 0:
                contact = self.contacts[turn % len(self.contacts)]
                yield Shift(contact=contact, begin=begin, end=change)
                begin, turn = change, turn + 1

    def _changes(self) -> Iterator[datetime]:
        """Hand-offs after the start, without end."""
        zone = ZoneInfo(self.zone)
        weekly = [(s["DayOfWeek"], s["HandOffTime"]) for s in self._settings("Weekly")]
        daily = [(day, at) for at in self._settings("Daily") for day in DAYS]
        times = sorted(
            (DAYS.index(day), at["HourOfDay"], at["MinuteOfHour"]) for day, at in weekly + daily
        )
        today = self.start.astimezone(zone).date()
        while True:
            for day, hour, minute in times:
                if day == today.weekday():
                    local = datetime.combine(today, time(hour, minute), zone)
                    if local.astimezone(UTC) > self.start:
                        yield local.astimezone(UTC)
            today += timedelta(days=1)

    def _settings(self, kind: str) -> list[dict[str, Any]]:
        return list(self.recurrence.get(f"{kind}Settings") or [])
