"""``time`` and ``datetime`` for scripts: the same interfaces, on the world's clock."""

from __future__ import annotations

import datetime as real_datetime
import time as real_time
from types import ModuleType
from typing import Any

from rehearsal.automation.budget import Budget

MOST_READS = 100_000
"""Reads of the clock with no wait between them, after which a script is taken to wait busily."""


class _Present:
    """The present as one script sees it: a busy wait ends with the script's time, as on AWS."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._last: real_datetime.datetime | None = None
        self._reads = 0

    def read(self) -> real_datetime.datetime:
        now = self._budget.now()
        self._reads = self._reads + 1 if now == self._last else 0
        self._last = now
        if self._reads > MOST_READS:
            self._budget.spend_all()
        return now


def modules(budget: Budget) -> dict[str, ModuleType]:
    """The stand-ins of one script."""
    present = _Present(budget)
    return {"time": _time(budget, present), "datetime": _datetime(present)}


def _time(budget: Budget, present: _Present) -> ModuleType:
    module = ModuleType("time")

    def seconds() -> float:
        return present.read().timestamp()

    def nanoseconds() -> int:
        return int(seconds() * 1e9)

    def gmtime(at: float | None = None) -> real_time.struct_time:
        return real_time.gmtime(seconds() if at is None else at)

    def strftime(form: str, at: Any = None) -> str:
        return real_time.strftime(form, gmtime() if at is None else at)

    module.__dict__.update(
        sleep=budget.spend,
        time=seconds,
        monotonic=seconds,
        perf_counter=seconds,
        time_ns=nanoseconds,
        monotonic_ns=nanoseconds,
        perf_counter_ns=nanoseconds,
        gmtime=gmtime,
        localtime=gmtime,
        strftime=strftime,
        strptime=real_time.strptime,
        struct_time=real_time.struct_time,
    )
    return module


def _datetime(present: _Present) -> ModuleType:
    class Like(type):
        """boto3 answers with the real classes, and they have to count as instances here."""

        def __instancecheck__(cls, instance: object) -> bool:
            kind = real_datetime.datetime if cls.__name__ == "datetime" else real_datetime.date
            return isinstance(instance, kind)

    class datetime(real_datetime.datetime, metaclass=Like):  # noqa: N801 - the class it stands for
        @classmethod
        def now(cls, tz: real_datetime.tzinfo | None = None) -> Any:
            at = present.read()
            day, moment = (at.year, at.month, at.day), (at.hour, at.minute, at.second)
            now = cls(*day, *moment, at.microsecond, tzinfo=real_datetime.UTC)
            return now.astimezone(tz) if tz else now.replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now()

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    class date(real_datetime.date, metaclass=Like):  # noqa: N801 - the class it stands for
        @classmethod
        def today(cls) -> Any:
            now = present.read()
            return cls(now.year, now.month, now.day)

    module = ModuleType("datetime")
    module.__dict__.update(
        datetime=datetime,
        date=date,
        time=real_datetime.time,
        timedelta=real_datetime.timedelta,
        timezone=real_datetime.timezone,
        tzinfo=real_datetime.tzinfo,
        UTC=real_datetime.UTC,
        MINYEAR=real_datetime.MINYEAR,
        MAXYEAR=real_datetime.MAXYEAR,
    )
    return module
