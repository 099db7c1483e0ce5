"""The time that a step may take: every wait of a step goes through here.

A wait is cut into slices, so that a stopped execution and an exhausted step end when AWS would end
them and not when the wait is over. The two signals are no ``Exception``: a script that catches
everything cannot catch the end of its own sandbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from rehearsal.automation.records import Execution
from rehearsal.clock import Bell, Clock

SLICE = 5.0
"""Seconds between two looks at whether somebody stopped the execution."""


class OutOfTimeError(BaseException):
    """The step's time is over."""


class StoppedError(BaseException):
    """The execution was cancelled while the step ran."""


class DiedError(BaseException):
    """The run is gone without a word: what a watcher of calls raises to end it just before one."""


class Budget:
    """One attempt's time, on the world's clock."""

    def __init__(self, clock: Clock, execution: Execution, seconds: float | None) -> None:
        self._clock = clock
        self._execution = execution
        self.seconds = seconds
        self._heeds_stop = execution.stop is None
        self._end = None if seconds is None else clock.now() + timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The present."""
        return self._clock.now()

    def spend(self, seconds: float) -> None:
        """Let time pass; raises OutOfTimeError or StoppedError at the moment when AWS would."""
        left = max(0.0, seconds)
        while True:
            self._check()
            if left <= 0:
                return
            part = min(left, SLICE, self._left())
            self._clock.sleep(part)
            left -= part

    def spend_all(self) -> None:
        """Let the rest pass; always raises."""
        self.spend(self._left())
        raise OutOfTimeError

    def wait(self, bell: Bell) -> None:
        """Let time pass until a bell rings, without a look in between.

        Raises OutOfTimeError when it does not, StoppedError when a stop has rung it.
        """
        self._check()
        rung = bell.wait(self._left())
        self._heed_stop()
        if not rung:
            raise OutOfTimeError

    def _left(self) -> float:
        if self._end is None:
            return float("inf")
        return max(0.0, (self._end - self._clock.now()).total_seconds())

    def _heed_stop(self) -> None:
        if self._heeds_stop and self._execution.stop == "Cancel":
            raise StoppedError

    def _check(self) -> None:
        self._heed_stop()
        if self._end is not None and self._clock.now() >= self._end:
            raise OutOfTimeError
