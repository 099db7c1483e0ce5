"""Runs one step: resolves its inputs, tries it as often as it may, and records how it ended."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.automation import outputs
from rehearsal.automation.actions import ACTIONS, UNRESOLVED
from rehearsal.automation.actions.task import Outcome, Task
from rehearsal.automation.budget import Budget, OutOfTimeError, StoppedError
from rehearsal.automation.calls import Calls
from rehearsal.automation.document import Step
from rehearsal.automation.failures import CALLING, POLLING, RESOLVING, StepFailedError
from rehearsal.automation.records import Execution, StepRecord
from rehearsal.automation.values import UnresolvedError, resolved
from rehearsal.emulator.world import NotEmulatedError, World

if TYPE_CHECKING:
    from rehearsal.automation.calls import Watcher
    from rehearsal.emulator.clients import Session

LONGEST: Mapping[str, tuple[float, str]] = {
    "aws:executeAwsApi": (25.0, "4.3"),
    "aws:assertAwsResourceProperty": (25.0, "4.3"),
    "aws:executeScript": (600.0, "4.4"),
}
"""Seconds at most, whatever ``timeoutSeconds`` says, and the trap that says so."""

WAITING: Mapping[str, float] = {
    "aws:approve": 604_800.0,
    "aws:pause": 604_800.0,
    "aws:waitForAwsResourceProperty": 3_600.0,
}
"""Seconds of an action that waits, where its step says nothing (AWS docs: automation-actions)."""


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """How the steps of one execution are run."""

    world: World
    execution: Execution
    session: Session
    before_call: Callable[[], Watcher | None]
    become: Callable[[str], None]

    def run(
        self, step: Step, known: Mapping[str, Any], at_most: float | None = None
    ) -> tuple[StepRecord, str | None]:
        """The record, ended, and where a branch jumps to. ``at_most``: seconds left to it."""
        record = StepRecord(step=step, id=str(uuid.uuid4()), started=self.world.clock.now())
        self.execution.steps.append(record)
        jump = None
        for _ in range(step.max_attempts):
            record.attempts += 1
            record.failure = None
            try:
                # From the step before to this one, and from one attempt to the next.
                Budget(self.world.clock, self.execution, None).spend(self.world.timing.step)
                jump = self._attempt(record, known, at_most)
                record.status = "Success"
                break
            except StoppedError:
                record.status, record.failure = "Cancelled", "The execution was stopped."
                break
            except StepFailedError as failed:
                record.status, record.failure = failed.status, str(failed)
        record.ended = self.world.clock.now()
        return record, jump

    def _attempt(
        self, record: StepRecord, known: Mapping[str, Any], at_most: float | None
    ) -> str | None:
        budget = Budget(self.world.clock, self.execution, self._seconds(record.step, at_most))
        task = self._task(record, known, budget)
        try:
            outcome = ACTIONS[record.action](task)
            self._select(record, outcome)
        except OutOfTimeError as over:
            reason = f"The step took more than {budget.seconds:g} seconds"
            raise StepFailedError(_phase(record), reason, status="TimedOut") from over
        except NotEmulatedError as unknown:
            raise StepFailedError(_phase(record), f"NotEmulatedError - {unknown}") from unknown
        return outcome.jump

    def _task(self, record: StepRecord, known: Mapping[str, Any], budget: Budget) -> Task:
        step = record.step
        try:
            inputs = dict(step.inputs)
            if step.action not in UNRESOLVED:
                script = {key: inputs.pop(key) for key in ("Script",) if key in inputs}
                inputs = {**resolved(inputs, known), **script}
        except UnresolvedError as missing:
            raise StepFailedError(RESOLVING, f"Failed to resolve input: {missing}") from missing
        record.inputs = inputs
        calls = Calls(
            self.world,
            execution=self.execution,
            record=record,
            session=self.session,
            budget=budget,
            before_call=self.before_call(),
        )
        return Task(
            world=self.world,
            execution=self.execution,
            record=record,
            inputs=inputs,
            known=known,
            budget=budget,
            calls=calls,
            become=self.become,
        )

    def _select(self, record: StepRecord, outcome: Outcome) -> None:
        try:
            chosen = outputs.selected(record.step.outputs, outcome.answer)
        except outputs.OutputError as unfit:
            raise StepFailedError(_phase(record), str(unfit)) from unfit
        record.outputs = {**outcome.outputs, **chosen}

    def _seconds(self, step: Step, at_most: float | None) -> float | None:
        limits = [limit for limit in (step.timeout, at_most) if limit is not None]
        longest, trap = LONGEST.get(step.action, (None, ""))
        if longest is not None and _bites(self.world, trap):
            limits.append(longest)
        if step.action in WAITING and step.timeout is None:
            limits.append(WAITING[step.action])
        return min(limits, default=None)


def _bites(world: World, trap: str) -> bool:
    # Written out: the canaries' own test reads the numbers from the source.
    return world.bites("4.3") if trap == "4.3" else world.bites("4.4")


def _phase(record: StepRecord) -> str:
    return POLLING if record.action == "aws:executeScript" else CALLING
