"""Yes, no, or a doubt that says what would have to be known.

A doubt becomes an error only where the verdict of the whole request hangs on it: a policy may name
a key that the rehearsal does not know, as long as nothing follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """What the evaluator does not know."""

    why: str


Verdict = bool | Doubt


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """False if any is false; else the first doubt; else True."""
    doubt: Verdict = True
    for verdict in verdicts:
        if verdict is False:
            return False
        if isinstance(verdict, Doubt) and doubt is True:
            doubt = verdict
    return doubt


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """True if any is true; else the first doubt; else False."""
    return opposite(all_of(opposite(verdict) for verdict in verdicts))


def opposite(verdict: Verdict) -> Verdict:
    """Not; a doubt stays one."""
    return verdict if isinstance(verdict, Doubt) else not verdict
