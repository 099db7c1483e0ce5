"""Everything that is asked of an environment, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from operations.readiness import (
    beats,
    containments,
    control_policies,
    delegation,
    detectors,
    keys,
    people,
    pipelines,
    quotas,
    roles,
    suppression,
    switched_on,
)
from operations.readiness.environment import Environment
from operations.readiness.question import Question


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that has to be so; what puts it right stands beside each doubt."""

    name: str
    asks: str
    questions: Callable[[Environment], Iterator[Question]]


CHECKS: Final = tuple(
    Check(name=each.NAME, asks=each.ASKS, questions=each.questions)
    for each in (
        detectors,
        pipelines,
        delegation,
        control_policies,
        suppression,
        keys,
        people,
        beats,
        containments,
        quotas,
    )
)
"""What is asked of whoever is open, where it is on; before it stand ``FIRST``."""

FIRST: Final = ((roles.NAME, roles.ASKS), (switched_on.NAME, switched_on.ASKS))
"""Without these two nothing else can be asked of an account, or of a region of it."""
