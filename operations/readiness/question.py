"""What is asked of an environment, and what an answer may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from operations.doubts import Doubt


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Something that was counted: what there is, what is added at most, and the limit."""

    where: str
    what: str
    value: int
    adds: int = 0
    limit: int
    certain: bool = True
    """Whether that limit is in force; else it is AWS's default, of which more may be granted."""

    @property
    def share(self) -> float:
        """Of the limit, once the deployment is done."""
        return (self.value + self.adds) / self.limit


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer: what is not as it should be, what else is to be known, what was counted."""

    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


def doubting(find: Callable[..., Iterable[Doubt]], *about: Any) -> Told:
    """An answer of doubts alone, from whoever finds them one by one."""
    return Told(doubts=tuple(find(*about)))


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing to ask at one place; ``ask`` raises what AWS answers where it may not."""

    check: str
    where: str
    ask: Callable[[], Told]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a question; ``told`` is None where it could not be asked, ``why`` says why."""

    check: str
    where: str
    told: Told | None
    why: str = ""
    remedy: str = ""
