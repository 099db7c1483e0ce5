"""``aws:sleep``: for a duration, or until a moment (2023 AWS docs: automation-action-sleep)."""

from __future__ import annotations

import re
from datetime import datetime

from rehearsal.automation.actions.task import Outcome, Task
from rehearsal.automation.failures import CALLING, StepFailedError

DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
LONGEST = 604_800.0
"""Seconds: seven days."""


def sleep(task: Task) -> Outcome:
    """Let the time pass; raises StepFailedError for a duration that AWS does not take."""
    if "Timestamp" in task.inputs:
        until = datetime.fromisoformat(str(task.inputs["Timestamp"]))
        seconds = (until - task.budget.now()).total_seconds()
    else:
        seconds = duration(str(task.inputs["Duration"]))
    if not 0 < seconds <= LONGEST:
        raise StepFailedError(CALLING, f"A sleep of {seconds:g} seconds is not possible")
    task.budget.spend(seconds)
    return Outcome()


def duration(text: str) -> float:
    """Seconds of an ISO 8601 duration such as PT10M; raises StepFailedError for any other text."""
    found = DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        raise StepFailedError(CALLING, f"{text} is no duration like PT10M")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(days * 86_400 + hours * 3_600 + minutes * 60 + seconds)
