"""The time of a rehearsal: virtual in ``run``, real with shortened waits in ``serve``.

Everything that waits (a delivery, a retry, a step of a runbook, a read that lags) asks one clock:
a rehearsal of half an hour takes seconds, and its figures do not depend on the machine.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

Task = Callable[[], None]


class Bell(Protocol):
    """Wakes the one task that waits for it before its time is over; it is rung once."""

    def wait(self, seconds: float) -> bool:
        """Let time pass until it is rung; False when it was not within the seconds."""
        ...

    def ring(self) -> None:
        """Wake who waits, or let a later wait end at once."""
        ...


class Clock(Protocol):
    """What the emulated services and the drills know of time."""

    kind: str

    def now(self) -> datetime:
        """The present, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let this much time pass for the caller, while other tasks go on."""
        ...

    def later(self, seconds: float, task: Task) -> None:
        """Run a task after this much time, beside whatever runs then."""
        ...

    def bell(self) -> Bell:
        """A new bell: a wait for days costs nothing until somebody rings."""
        ...

    def run_until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Let time pass until the condition holds; False when it did not within the seconds."""
        ...


class VirtualClock:
    """Discrete events: time jumps to the next task; of all tasks exactly one runs at a time.

    Each task has a thread of its own, so that it may sleep anywhere in its call stack, but a baton
    goes round: a thread runs only while the clock waits for it. The order of tasks that are due at
    the same moment is the order in which they were asked for. Call ``run_until`` and ``sleep`` from
    one thread outside the tasks at a time: that thread plays the part of the world.
    """

    kind = "virtual"

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime.now(UTC).replace(microsecond=0)
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._parked = threading.Semaphore(0)
        self._inside = threading.local()
        self.failures: list[str] = []

    def now(self) -> datetime:
        """The present of the rehearsal."""
        return self._now

    def later(self, seconds: float, task: Task) -> None:
        """Run a task at a virtual moment, in a thread of its own."""
        self._push(
            seconds, lambda: threading.Thread(target=self._run, args=(task,), daemon=True).start()
        )

    def sleep(self, seconds: float) -> None:
        """Inside a task: park until the moment comes. Outside: play everything until then."""
        if not getattr(self._inside, "task", False):
            self.run_until(lambda: False, seconds)
            return
        wake = threading.Event()
        self._push(seconds, wake.set)
        self._parked.release()
        wake.wait()

    def bell(self) -> Bell:
        """A bell of virtual time."""
        return _VirtualBell(self)

    def run_until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Play task after task; the condition is asked after each."""
        end = self._now + timedelta(seconds=timeout)
        while not condition():
            with self._lock:
                if not self._due or self._due[0][0] > end:
                    self._now = end
                    return condition()
                moment, _, resume = heapq.heappop(self._due)
                self._now = max(self._now, moment)
            resume()
            self._parked.acquire()
        return True

    def _push(self, seconds: float, resume: Callable[[], None]) -> None:
        with self._lock:
            moment = self._now + timedelta(seconds=max(0.0, seconds))
            heapq.heappush(self._due, (moment, next(self._order), resume))

    def _run(self, task: Task) -> None:
        self._inside.task = True
        try:
            task()
        except Exception:  # a task's fault is a finding of the rehearsal, whose owner reads them
            self.failures.append(traceback.format_exc())
        finally:
            self._parked.release()


class _VirtualBell:
    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._rung = False
        self._woken: threading.Event | None = None

    def wait(self, seconds: float) -> bool:
        clock = self._clock
        if not getattr(clock._inside, "task", False):
            return clock.run_until(lambda: self._rung, seconds)
        with clock._lock:
            if self._rung:
                return True
            self._woken = woken = threading.Event()
        clock._push(seconds, self._resume)
        clock._parked.release()
        woken.wait()
        return self._rung

    def ring(self) -> None:
        with self._clock._lock:
            if self._rung:
                return
            self._rung = True
        if self._woken is not None:
            self._clock._push(0.0, self._resume)

    def _resume(self) -> None:
        """Of the ring and the end of the time, the first wakes; the other gives its turn back."""
        assert self._woken is not None
        if self._woken.is_set():
            self._clock._parked.release()
        else:
            self._woken.set()


class RealClock:
    """The wall clock, for clients that know no other; waits take ``pace`` of their length."""

    kind = "real"

    def __init__(self, pace: float = 0.2) -> None:
        self._pace = pace
        self.failures: list[str] = []

    def now(self) -> datetime:
        """The wall clock's present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait for the shortened time."""
        time.sleep(max(0.0, seconds) * self._pace)

    def bell(self) -> Bell:
        """A bell whose waits are shortened as well."""
        return _RealBell(self._pace)

    def later(self, seconds: float, task: Task) -> None:
        """Run a task in a thread of its own after the shortened time."""
        timer = threading.Timer(max(0.0, seconds) * self._pace, self._run, args=(task,))
        timer.daemon = True
        timer.start()

    def run_until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Look every 50 ms; here the timeout is in real seconds."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                return condition()
            time.sleep(0.05)
        return True

    def _run(self, task: Task) -> None:
        try:
            task()
        except Exception:
            self.failures.append(traceback.format_exc())


class _RealBell:
    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._rung = threading.Event()

    def wait(self, seconds: float) -> bool:
        return self._rung.wait(max(0.0, seconds) * self._pace)

    def ring(self) -> None:
        self._rung.set()
