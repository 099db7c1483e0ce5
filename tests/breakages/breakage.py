"""What a breakage is."""

from __future__ import annotations

from dataclasses import dataclass

ISOLATE = "runbooks/isolate_instance"


@dataclass(frozen=True, kw_only=True)
class Breakage:
    """One patch: a text that is there exactly once becomes another; and the check that sees it."""

    what: str
    matters: str
    file: str
    old: str
    new: str
    check: str
