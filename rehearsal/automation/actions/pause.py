"""``aws:pause``: waits until somebody resumes the execution (AWS docs: automation-action-pause)."""

from __future__ import annotations

from rehearsal.automation.actions.task import Outcome, Task
from rehearsal.automation.signals import Paused


def pause(task: Task) -> Outcome:
    """Wait for Resume; no inputs, no outputs."""
    task.wait_for(Paused(task.world.clock.bell(), task.record.name))
    return Outcome()
