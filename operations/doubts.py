"""What may keep people from being reached, as a person reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Client = Callable[..., Any]
"""``client(service)`` in the home region, ``client(service, region)`` elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Something that is not as it should be."""

    where: str
    what: str
    remedy: str
    grave: bool = False
    """Whether nobody would come; otherwise somebody else would."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Who can be reached, and what was doubted on the way."""

    reachable: frozenset[str]
    doubts: list[Doubt]
