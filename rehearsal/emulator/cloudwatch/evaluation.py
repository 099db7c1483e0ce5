"""Which state a metric alarm is in, from the figures of its last periods: pure functions.

(AWS docs: alarm-evaluation, alarms-and-missing-data.) More periods are fetched than are evaluated:
where enough of them have a figure, the newest of those decide, and missing ones are not looked at.
How many more is not published; the page's own examples have two more, and so has this.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

MORE: Final = 2
"""Periods fetched beyond those that are evaluated."""
COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """When an alarm rings."""

    threshold: float
    comparison: str
    periods: int
    to_alarm: int
    """So many of the periods must breach."""
    missing: str
    """How a period without a figure counts: missing, notBreaching, breaching or ignore."""

    @property
    def fetched(self) -> int:
        """How many periods are looked at."""
        return self.periods + MORE

    def breaches(self, figure: float) -> bool:
        """Whether a figure is beyond the threshold."""
        return COMPARISONS[self.comparison](figure, self.threshold)


def state_of(condition: Condition, figures: Sequence[float | None], now: State) -> State:
    """The state after these figures, oldest first, None where a period has none."""
    real = [figure for figure in figures if figure is not None][-condition.periods :]
    filled = condition.periods - len(real)
    breaching = sum(map(condition.breaches, real))
    if breaching + (filled if condition.missing == "breaching" else 0) >= condition.to_alarm:
        return "ALARM"
    decided = filled == 0 or condition.missing in ("breaching", "notBreaching")
    if decided or breaching < len(real):
        return "OK"
    if condition.missing == "ignore":
        return now
    return _early(condition, figures, now) if real else "INSUFFICIENT_DATA"


def _early(condition: Condition, figures: Sequence[float | None], now: State) -> State:
    """Too few figures, all breaching: an alarm once the oldest is as old as it takes.

    What is missing may still come late (AWS docs, as above: premature transitions).
    """
    oldest = next(age for age, figure in enumerate(figures) if figure is not None)
    return "ALARM" if len(figures) - oldest >= condition.to_alarm else now
