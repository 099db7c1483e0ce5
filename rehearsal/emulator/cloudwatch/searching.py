"""SEARCH expressions: which metrics of an account and region they find.

(AWS docs: search-expression-syntax.) A metric is found if its dimensions are exactly those of the
schema and each term holds. Emulated are a bare word, which has to be a part of a name or value,
``MetricName="…"`` and ``Dimension="…"``, which have to be all of it. OR, NOT, parentheses and
everything else is NotEmulatedError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rehearsal.emulator.cloudwatch.series import Metric
from rehearsal.emulator.world import NotEmulatedError

MOST_FOUND: Final = 100
"""Series of one search (AWS docs: as above)."""
_SEARCH: Final = re.compile(
    r"SEARCH\('\{(?P<schema>[^{}]+)\}(?P<terms>[^']*)',\s*'(?P<stat>[\w.]+)'(?:,\s*(?P<period>\d+))?\)"
)
_TERM: Final = re.compile(r'(?P<where>\w+)="(?P<exact>[^"]+)"|(?P<word>[\w-]+)')
_TOKEN: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for, and how it is shown."""

    namespace: str
    names: frozenset[str]
    exact: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    stat: str
    period: int | None

    def finds(self, metric: Metric) -> bool:
        """Whether a metric is one of those that are looked for."""
        values = metric.named
        if metric.namespace != self.namespace or values.keys() != self.names:
            return False
        known = {"MetricName": metric.name, **values}
        if any(known.get(where) != value for where, value in self.exact):
            return False
        parts = {part for text in (metric.name, *values, *values.values()) for part in tokens(text)}
        return all(tokens(word) <= parts for word in self.words)

    def among(self, metrics: Iterable[Metric]) -> list[Metric]:
        """The metrics that are found, in the order of their dimensions."""
        found = [each for each in metrics if self.finds(each)]
        return sorted(found, key=lambda each: (each.name, sorted(each.dimensions)))[:MOST_FOUND]


def searched(expression: str) -> Search:
    """What an expression looks for; raises NotEmulatedError for anything but one SEARCH."""
    found = _SEARCH.fullmatch(expression.strip())
    if found is None:
        raise NotEmulatedError(f"the expression {expression!r} is not emulated: only one SEARCH is")
    namespace, *names = [part.strip() for part in found["schema"].split(",")]
    exact, words, rest = [], [], found["terms"].strip()
    while rest:
        term = _TERM.match(rest)
        if term is None or term["word"] in ("OR", "AND", "NOT"):
            raise NotEmulatedError(f"the search {expression!r} is not emulated at {rest!r}")
        if term["word"]:
            words.append(term["word"])
        elif term["where"] not in ("MetricName", *names):
            raise NotEmulatedError(f"the search {expression!r} names {term['where']}: not emulated")
        else:
            exact.append((term["where"], term["exact"]))
        rest = rest[term.end() :].strip()
    return Search(
        namespace=namespace,
        names=frozenset(names),
        exact=tuple(exact),
        words=tuple(words),
        stat=found["stat"],
        period=int(found["period"]) if found["period"] else None,
    )


def tokens(text: str) -> set[str]:
    """The parts of a name, in small letters, at which a word may match."""
    return {part.lower() for part in _TOKEN.findall(text)}
