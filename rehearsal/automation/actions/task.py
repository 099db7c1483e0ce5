"""What an action is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.automation.budget import Budget
from rehearsal.automation.calls import Calls
from rehearsal.automation.records import Execution, StepRecord
from rehearsal.emulator.world import World


@dataclass(frozen=True, kw_only=True)
class Task:
    """One attempt of one step."""

    world: World
    execution: Execution
    record: StepRecord
    inputs: Mapping[str, Any]
    """With values in place of references; as written where the action resolves them itself."""
    known: Mapping[str, Any]
    """What references stand for."""
    budget: Budget
    calls: Calls


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a successful step answers."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    """What the step's selectors see."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """Outputs that the action has without being asked."""
    jump: str | None = None
    """The step that a branch goes to."""


Action = Callable[[Task], Outcome]
