"""What a planted violation is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A text of the program, there exactly once; what breaks the rule; what nearly would."""

    rule: str
    says: str
    """In the rule's words, what only this violation is told of."""
    file: str
    old: str
    new: str
    near: str
