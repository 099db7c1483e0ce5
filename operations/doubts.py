"""What may keep an attack from being answered, or people from being reached, in words."""

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
    """Whether an attack would go unanswered, or nobody would come."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Who can be reached, and what was doubted on the way."""

    reachable: frozenset[str]
    doubts: list[Doubt]
