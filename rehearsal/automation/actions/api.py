"""The three actions that call one AWS operation: execute it, assert on it, wait for it.

They call the region where the document runs and no other, at most 25 seconds, and take a call that
fails inside for a success (trap 4.3).
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.automation import outputs
from rehearsal.automation.actions.task import Outcome, Task
from rehearsal.automation.failures import CALLING, StepFailedError
from rehearsal.automation.values import as_text

OWN = frozenset({"Service", "Api", "PropertySelector", "DesiredValues"})
"""Inputs that are the action's and not the operation's."""

POLL = 5.0
"""Seconds between two looks of ``aws:waitForAwsResourceProperty``: assumed, AWS publishes none."""

INNER = (
    "FailedEntryCount",
    "UnprocessedFindings",
    "UnprocessedAccounts",
    "UnprocessedItems",
    "Failed",
)
"""Where answers of AWS carry the failures of a call that succeeded."""


def execute(task: Task) -> Outcome:
    """``aws:executeAwsApi`` (AWS docs: automation-action-executeAwsApi)."""
    return Outcome(answer=_call(task))


def assert_property(task: Task) -> Outcome:
    """``aws:assertAwsResourceProperty``: one look."""
    answer = _call(task)
    value, desired = _property(task, answer), _desired(task)
    if value not in desired:
        raise StepFailedError(
            CALLING, f"Property value {value} from the API output is not one of {desired}"
        )
    return Outcome(answer=answer)


def wait_for_property(task: Task) -> Outcome:
    """``aws:waitForAwsResourceProperty``: looks until the value is there or the time is over."""
    while True:
        answer = _call(task)
        if _property(task, answer) in _desired(task):
            return Outcome(answer=answer)
        task.budget.spend(POLL)


def _call(task: Task) -> dict[str, Any]:
    inputs = task.inputs
    parameters = {name: value for name, value in inputs.items() if name not in OWN}
    try:
        client = task.calls.client(inputs["Service"])
        method = _method(client, inputs["Api"])
        answer = outputs.plain(getattr(client, method)(**parameters))
    except (ClientError, BotoCoreError) as refused:
        raise StepFailedError(CALLING, str(refused)) from refused
    failed = [name for name in INNER if answer.get(name)]
    if failed and not task.world.bites("4.3"):
        raise StepFailedError(CALLING, f"{failed[0]}: {answer[failed[0]]}")
    return answer


def _method(client: Any, api: str) -> str:
    """boto3's method for an operation, which a document may name either way."""
    methods: dict[str, str] = client.meta.method_to_api_mapping
    for method, operation in methods.items():
        if api in (method, operation):
            return method
    raise StepFailedError(CALLING, f"The service has no operation {api}")


def _property(task: Task, answer: dict[str, Any]) -> str:
    try:
        return _shown(outputs.select(task.inputs["PropertySelector"], answer))
    except outputs.OutputError as mistaken:
        raise StepFailedError(CALLING, str(mistaken)) from mistaken


def _desired(task: Task) -> list[str]:
    return [_shown(value) for value in task.inputs["DesiredValues"]]


def _shown(value: Any) -> str:
    return "" if value is None else as_text(value)
