"""Records in the shapes of SSM's API (botocore: ssm model, AutomationExecution, StepExecution)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal.automation.document import Document, Step
from rehearsal.automation.records import Execution, StepRecord
from rehearsal.automation.values import as_text


def execution(found: Execution) -> dict[str, Any]:
    """``AutomationExecution``: with its steps, those that wait for their turn as well."""
    begun = {record.name for record in found.steps}
    waiting = [one for name, one in found.document.steps.items() if name not in begun]
    return {
        **_frame(found),
        "StepExecutions": [step(record, found.document) for record in found.steps]
        + [_defined(entry, found.document) | {"StepStatus": "Pending"} for entry in waiting],
        "StepExecutionsTruncated": False,
        "Parameters": dict(found.parameters),
    }


def metadata(found: Execution) -> dict[str, Any]:
    """``AutomationExecutionMetadata``: an entry of the list of executions."""
    return {**_frame(found), "AutomationType": "Local"}


def step(record: StepRecord, document: Document) -> dict[str, Any]:
    """``StepExecution`` of a step that was begun."""
    return {
        **_defined(record.step, document),
        "StepExecutionId": record.id,
        "ExecutionStartTime": record.started,
        "StepStatus": record.status,
        "Inputs": {name: as_text(value) for name, value in record.inputs.items()},
        "Outputs": _listed(record.outputs),
        **_given(ExecutionEndTime=record.ended, FailureMessage=record.failure),
    }


def _frame(found: Execution) -> dict[str, Any]:
    current = found.steps[-1] if found.steps and not found.finished else None
    return {
        "AutomationExecutionId": found.id,
        "DocumentName": found.document.name,
        "DocumentVersion": found.document.version,
        "ExecutionStartTime": found.started,
        "AutomationExecutionStatus": found.status,
        "Outputs": _listed(found.outputs),
        "Mode": "Auto",
        "ExecutedBy": found.executed_by,
        **_given(
            ExecutionEndTime=found.ended,
            FailureMessage=found.failure,
            CurrentStepName=current.name if current else None,
            CurrentAction=current.action if current else None,
        ),
    }


def _defined(defined: Step, document: Document) -> dict[str, Any]:
    return {
        "StepName": defined.name,
        "Action": defined.action,
        "OnFailure": defined.on_failure,
        "MaxAttempts": defined.max_attempts,
        "IsEnd": defined.end,
        "IsCritical": defined.critical,
        "ValidNextSteps": _successors(defined, document),
        **_given(
            NextStep=defined.next_step,
            TimeoutSeconds=None if defined.timeout is None else int(defined.timeout),
        ),
    }


def _successors(defined: Step, document: Document) -> list[str]:
    """Every step that may follow; a failure's own among them (botocore: ssm model)."""
    following = None if defined.end else defined.next_step or document.after(defined.name)
    found: dict[str | None, None] = {following: None}
    if defined.action == "aws:branch":
        choices = [choice["NextStep"] for choice in defined.inputs["Choices"]]
        found = dict.fromkeys([*choices, defined.inputs.get("Default", following)])
    found |= {defined.successor_on_failure: None}
    return [name for name in found if name is not None]


def _listed(outputs: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        name: [as_text(item) for item in (value if isinstance(value, list) else [value])]
        for name, value in outputs.items()
    }


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
