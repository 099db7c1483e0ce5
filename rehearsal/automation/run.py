"""Runs one execution: which step comes next, what it may cost, and what its end means.

A failed step ends the execution, is passed over, or leads to another step, as the document says.
The execution's status counts critical steps only: ``Success`` may stand over a failed one (4.13).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rehearsal.automation.budget import DiedError
from rehearsal.automation.records import FINAL, Execution, StepRecord
from rehearsal.automation.steps import Attempts
from rehearsal.automation.values import system
from rehearsal.emulator.world import World

if TYPE_CHECKING:
    from rehearsal.automation.calls import Watcher
    from rehearsal.emulator.clients import Session

CLEAN_UP = 120.0
"""Seconds that ``onCancel`` has (2023 AWS docs: automation-actions)."""

MOST_STEPS = 1_000
"""Steps of one execution, after which a circle of ``nextStep`` is taken for what it is."""


class Run:
    """One execution on the world's clock; ``go`` is a task of that clock."""

    def __init__(
        self,
        world: World,
        execution: Execution,
        *,
        session: Session,
        changed: Callable[[Execution], None],
        before_call: Callable[[], Watcher | None],
    ) -> None:
        self._world = world
        self._execution = execution
        self._changed = changed
        self._attempts = Attempts(
            world=world,
            execution=execution,
            session=session,
            before_call=before_call,
            become=self._become,
        )
        self._verdict = "Success"

    def go(self) -> None:
        """Run to the end; every way out leaves a final status, but for the death of the run."""
        execution = self._execution
        try:
            self._become("InProgress")
            self._all_steps()
        except DiedError:
            # As if the machine that ran it were gone: no step follows, no event is sent, and SSM
            # goes on to call it in progress. It is the worst that a run can do to those that come.
            return
        except BaseException as broken:
            execution.failure = f"The rehearsal broke: {broken!r}"
            self._end("Failed")
            raise
        self._end("Cancelled" if execution.stop == "Cancel" else self._verdict)

    def known(self) -> Mapping[str, Any]:
        """What references stand for at this moment."""
        execution = self._execution
        found: dict[str, Any] = dict(execution.values)
        found |= system(
            account=execution.account,
            region=execution.region,
            execution_id=execution.id,
            now=self._world.clock.now(),
        )
        for record in execution.steps:
            found |= {f"{record.name}.{name}": value for name, value in record.outputs.items()}
        return found

    def _all_steps(self) -> None:
        execution = self._execution
        name: str | None = execution.document.first
        for _ in range(MOST_STEPS):
            if name is None or execution.stop:
                break
            name = self._step(name)
        else:
            execution.failure = f"More than {MOST_STEPS} steps: nextStep goes round in a circle."
            self._verdict = "Failed"

    def _step(self, name: str) -> str | None:
        """Run a step; returns the next one."""
        step = self._execution.document.steps[name]
        if self._execution.status == "Waiting":
            self._become("InProgress")
        record, jump = self._attempts.run(step, self.known())
        if record.status == "Cancelled":
            self._clean_up(record)
            return None
        if record.status != "Success":
            return self._failed(record)
        return self._successor(record, jump)

    def _failed(self, record: StepRecord) -> str | None:
        step = record.step
        if step.critical or not self._world.bites("4.13"):
            self._verdict = record.status
            self._execution.failure = record.failure
        if step.end or step.on_failure.lower() == "abort":
            return None
        return step.successor_on_failure or self._successor(record, None)

    def _successor(self, record: StepRecord, jump: str | None) -> str | None:
        if jump:
            return jump
        if record.step.end:
            return None
        return record.step.next_step or self._execution.document.after(record.name)

    def _clean_up(self, record: StepRecord) -> None:
        """``onCancel``: the step it names and what follows, within two minutes (trap 4.12)."""
        self._become("Cancelling")
        name = record.step.successor_on_cancel
        left = CLEAN_UP
        while name is not None and left > 0:
            step = self._execution.document.steps[name]
            begun = self._world.clock.now()
            done, jump = self._attempts.run(step, self.known(), at_most=left)
            left -= (self._world.clock.now() - begun).total_seconds()
            name = self._successor(done, jump) if done.status == "Success" else None

    def _become(self, status: str) -> None:
        self._execution.status = status
        self._changed(self._execution)

    def _end(self, status: str) -> None:
        execution = self._execution
        known = self.known()
        execution.outputs = {
            name: known[name] for name in execution.document.outputs if name in known
        }
        execution.ended = self._world.clock.now()
        assert status in FINAL
        self._become(status)
