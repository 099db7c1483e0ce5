"""``aws:executeScript``: a Python handler, called in a sandbox on the world's clock.

600 seconds, 100 KB of output, lists of 100 items, and nobody retries for it (trap 4.4).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.automation import values
from rehearsal.automation.actions.task import Outcome, Task
from rehearsal.automation.failures import POLLING, StepFailedError, of_script
from rehearsal.automation.sandbox import Sandbox
from rehearsal.emulator.world import NotEmulatedError

RUNTIMES = ("python3.10", "python3.11")
"""Python runtimes of AWS (AWS docs: aws:executeScript); both run on the rehearsal's own Python."""

OUTPUT_BYTES = 100 * 1024
LIST_ITEMS = 100


def execute(task: Task) -> Outcome:
    """The handler's answer under ``Payload``; raises StepFailedError with its traceback."""
    inputs = task.inputs
    if inputs["Runtime"] not in RUNTIMES:
        raise NotEmulatedError(
            f"The runtime {inputs['Runtime']} of aws:executeScript is not emulated."
        )
    task.budget.spend(task.world.timing.script)
    file = f"/tmp/{task.execution.id}-{task.budget.now():%Y-%m-%d-%H-%M-%S}/customer_script.py"  # noqa: S108 - a name in a traceback, no file
    try:
        with Sandbox(task.world, task.budget, task.calls, task.record.log) as sandbox:
            handler = sandbox.handler(inputs["Script"], file, inputs["Handler"])
            answer = handler(_events(inputs.get("InputPayload", {})), _context(task))
    except (Exception, SystemExit) as error:
        message = of_script(error, file, inputs["Script"])
        raise StepFailedError(POLLING, message) from error
    payload = _payload(answer)
    if task.world.bites("4.4"):
        _refuse_excess(payload)
    log = "".join(task.record.log)
    return Outcome(
        answer={"Payload": payload},
        outputs={"OutputPayload": json.dumps({"ExecutionLog": log, "Payload": payload})},
    )


def _events(given: Any) -> Any:
    """The handler's first argument: a copy, so that a script cannot change the record."""
    return json.loads(json.dumps(given))


def _context(task: Task) -> dict[str, str]:
    execution = task.execution
    return values.system(
        account=execution.account,
        region=execution.region,
        execution_id=execution.id,
        now=task.budget.now(),
    )


def _payload(answer: Any) -> Mapping[str, Any]:
    try:
        payload = json.loads(json.dumps({} if answer is None else answer))
    except (TypeError, ValueError) as unfit:
        raise StepFailedError(POLLING, f"The handler's answer is no JSON: {unfit}") from unfit
    if not isinstance(payload, dict):
        raise NotEmulatedError(f"A handler that answers {type(answer).__name__} is not emulated.")
    return payload


def _refuse_excess(payload: Mapping[str, Any]) -> None:
    size = len(json.dumps(payload).encode())
    if size > OUTPUT_BYTES:
        raise StepFailedError(POLLING, f"The output has {size} bytes, more than {OUTPUT_BYTES}")
    longest = max(_lengths(payload), default=0)
    if longest > LIST_ITEMS:
        raise StepFailedError(
            POLLING, f"The output has a list of {longest} items, more than {LIST_ITEMS}"
        )


def _lengths(node: Any) -> list[int]:
    if isinstance(node, dict):
        return [length for value in node.values() for length in _lengths(value)]
    if isinstance(node, list):
        return [len(node), *(length for value in node for length in _lengths(value))]
    return []
