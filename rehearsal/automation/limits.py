"""How many executions one account and region may start and run (trap 4.5)."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

RATE = timedelta(seconds=1)
"""StartAutomationExecution: one a second (AWS docs: ssm quotas)."""

RUNNING, ADAPTIVE = 100, 500
"""At once; the larger number with adaptive concurrency (AWS docs: adaptive-concurrency)."""

QUEUED = 5_000

BLOCKING = 400
"""Executions that wait for people, which take no place among the running (trap 5.2).

UNVERIFIED: that one more keeps its place among the running, and that who is woken runs at once.
"""

Place = tuple[str, str]
"""Account and region."""


class ThrottledError(Exception):
    """Too many starts a second: AWS answers ThrottlingException, and a caller retries."""


class LimitExceededError(Exception):
    """Running and queue are full: AWS answers AutomationExecutionLimitExceededException."""


class Limits:
    """The quotas of all accounts and regions, by what they hold now."""

    def __init__(self) -> None:
        self.adaptive: set[Place] = set()
        """Where ``/ssm/automation/enable-adaptive-concurrency`` is on."""
        self._last: dict[Place, datetime] = {}
        self._running: defaultdict[Place, int] = defaultdict(int)
        self._queue: defaultdict[Place, deque[str]] = defaultdict(deque)
        self._blocked: defaultdict[Place, set[str]] = defaultdict(set)

    def admit_request(self, place: Place, now: datetime) -> None:
        """Count a start; raises ThrottledError when the last one was less than a second ago."""
        last = self._last.get(place)
        if last is not None and now - last < RATE:
            raise ThrottledError(f"Rate exceeded: one start a second in {place[1]} of {place[0]}.")
        self._last[place] = now

    def admit(self, place: Place, execution_id: str) -> bool:
        """Whether it may run now, else it waits; raises LimitExceededError where it cannot."""
        if self._running[place] < self._most(place):
            self._running[place] += 1
            return True
        if len(self._queue[place]) >= QUEUED:
            raise LimitExceededError(
                f"{self._most(place)} executions run and {QUEUED} wait in {place[1]} of {place[0]}."
            )
        self._queue[place].append(execution_id)
        return False

    def forget(self, place: Place, execution_id: str) -> bool:
        """Take a waiting execution out of the queue; False when it does not wait."""
        if execution_id not in self._queue[place]:
            return False
        self._queue[place].remove(execution_id)
        return True

    def blocked(self, place: Place, execution_id: str) -> list[str]:
        """It waits for people: free its place; returns the queued executions that begin now."""
        if len(self._blocked[place]) >= BLOCKING:
            return []
        self._blocked[place].add(execution_id)
        return self._freed(place)

    def woken(self, place: Place, execution_id: str) -> None:
        """It goes on, and takes a place among the running again."""
        if execution_id in self._blocked[place]:
            self._blocked[place].remove(execution_id)
            self._running[place] += 1

    def ended(self, place: Place, execution_id: str) -> list[str]:
        """Free its place; returns the queued executions that begin now."""
        self.woken(place, execution_id)
        return self._freed(place)

    def _freed(self, place: Place) -> list[str]:
        self._running[place] = max(0, self._running[place] - 1)
        begin: list[str] = []
        while self._queue[place] and self._running[place] < self._most(place):
            self._running[place] += 1
            begin.append(self._queue[place].popleft())
        return begin

    def _most(self, place: Place) -> int:
        return ADAPTIVE if place in self.adaptive else RUNNING
