"""Attacks that prove the pipeline.

What counts is read from AWS; the ledger is asked what was said and when, and may not be believed
about a resource.
"""

from __future__ import annotations

from typing import Final

from operations.scenarios.approvals import APPROVALS
from operations.scenarios.bounds import BOUNDS
from operations.scenarios.credentials import CREDENTIALS
from operations.scenarios.crowd import CROWD
from operations.scenarios.isolation import ISOLATION
from operations.scenarios.machines import MACHINES
from operations.scenarios.noise import NOISE
from operations.scenarios.people import PEOPLE
from operations.scenarios.playing import Scenario, release
from operations.scenarios.repetition import REPETITION
from operations.scenarios.watching import WATCHING

SCENARIOS: Final[tuple[Scenario, ...]] = (
    *ISOLATION,
    *CREDENTIALS,
    *MACHINES,
    *REPETITION,
    *BOUNDS,
    *WATCHING,
    *CROWD,
    *PEOPLE,
    *NOISE,
    *APPROVALS,
)
"""Every scenario, in the order in which they are played."""

FOR_PEOPLE: Final = (*PEOPLE, *NOISE, *APPROVALS)
"""Those that show how people are engaged: played with each way of engaging them."""

__all__ = ["CROWD", "FOR_PEOPLE", "SCENARIOS", "Scenario", "release"]
