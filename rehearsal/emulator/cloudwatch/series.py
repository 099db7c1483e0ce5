"""The data of metrics, by minute, and what a statistic makes of a period.

A metric is a namespace, a name and a set of dimensions; another set is another metric (AWS docs:
CloudWatch dimensions; trap 6.2). Standard resolution only: data are looked up by whole minutes.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rehearsal.emulator.world import NotEmulatedError

MINUTE: Final = 60
_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d{1,2})?|100)")


@dataclass(frozen=True)
class Metric:
    """Which metric it is, in which account and region."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]] = frozenset()

    @property
    def named(self) -> dict[str, str]:
        """Dimension → value, in the order of names."""
        return dict(sorted(self.dimensions))


@dataclass
class Series:
    """What was put for one metric; times are seconds since 1970."""

    data: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    """Minute → time and value of each datum."""
    levels: list[tuple[int, float | None]] = field(default_factory=list)
    """Of a gauge: from which minute on which value is sent each minute; None for none."""

    def add(self, at: float, value: float) -> int:
        """One datum; its minute."""
        minute = int(at // MINUTE)
        self.data.setdefault(minute, []).append((at, value))
        return minute

    def level(self, at: float, value: float | None) -> int:
        """From now on this value is sent every minute; the minute."""
        minute = int(at // MINUTE)
        if self.levels and self.levels[-1][0] == minute:
            self.levels.pop()
        self.levels.append((minute, value))
        return minute

    def values(self, begin: int, end: int) -> list[float]:
        """All values of the minutes from ``begin`` to before ``end``."""
        found = [
            value
            for minute in range(begin, end)
            if minute in self.data
            for _, value in self.data[minute]
        ]
        if self.levels:
            for minute in range(begin, end):
                at = bisect_right(self.levels, minute, key=lambda level: level[0]) - 1
                held = self.levels[at][1] if at >= 0 else None
                if held is not None:
                    found.append(held)
        return found

    def moments(self, begin: int) -> list[int]:
        """Minutes from ``begin`` on in which something came in or changed."""
        put = [minute for minute in self.data if minute >= begin]
        return sorted({*put, *(minute for minute, _ in self.levels if minute >= begin)})


def statistic(name: str) -> Callable[[Sequence[float]], float | None]:
    """What makes one figure of a period's values, None where there is none.

    A percentile is the nearest rank: of CloudWatch's approximation nothing is published. It is not
    available where any value is negative (AWS docs: Statistics definitions). Raises
    NotEmulatedError for a trimmed mean and the like.
    """
    plain: Mapping[str, Callable[[Sequence[float]], float]] = {
        "Sum": sum,
        "Average": lambda values: sum(values) / len(values),
        "Minimum": min,
        "Maximum": max,
        "SampleCount": lambda values: float(len(values)),
    }
    if name in plain:
        return lambda values: plain[name](values) if values else None
    found = _PERCENTILE.fullmatch(name)
    if found is None:
        raise NotEmulatedError(f"the statistic {name} is not emulated")
    share = float(found[1]) / 100

    def percentile(values: Sequence[float]) -> float | None:
        if not values or min(values) < 0:
            return None
        return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]

    return percentile
