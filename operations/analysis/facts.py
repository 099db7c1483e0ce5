"""What a rule of an analysis finds, and what it may be found in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from operations.analysis.case import Case


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that the ledger shows, and that may have contributed; no cause, and nobody's."""

    rule: str
    says: str
    """A sentence; whatever somebody else has named is quoted in it."""
    why: str
    """The first why: a question for people."""
    about: str = ""
    """What exactly, where one rule finds several: a step's name, a route."""


Rule = Callable[[Case], Iterator[Fact]]
