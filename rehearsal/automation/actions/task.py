"""What an action is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.automation.budget import Budget
from rehearsal.automation.calls import Calls
from rehearsal.automation.records import Execution, StepRecord
from rehearsal.automation.signals import Wait
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
    become: Callable[[str], None]
    """Gives the execution another status, and tells of it."""

    def wait_for(self, wait: Wait) -> None:
        """Let the execution wait until somebody's signal ends it; raises as ``Budget.wait``."""
        self.execution.awaits = wait
        self.record.status = "Waiting"
        try:
            self.become("Waiting")
            self.budget.wait(wait.bell)
        finally:
            self.execution.awaits = None
            self.record.status = "InProgress"


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
