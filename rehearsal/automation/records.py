"""What an execution leaves behind: its steps, their outcome, and every AWS call that they made.

The records are the source of AWS's own answers (``GetAutomationExecution``) and of the rehearsal's
figures: steps and calls until contained, calls against permissions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.automation.document import Document, Step
from rehearsal.automation.signals import Wait

FINAL = frozenset({"Success", "Failed", "TimedOut", "Cancelled"})


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to AWS by a step."""

    account: str
    region: str
    """Where the request went, which need not be where the execution runs."""
    service: str
    """As boto3 names it: ``guardduty``."""
    operation: str
    """As AWS names it: ``GetFindings``."""
    at: datetime
    document: str
    execution_id: str
    step: str


@dataclass(kw_only=True)
class StepRecord:
    """One run of one step (all its attempts)."""

    step: Step
    id: str
    started: datetime
    ended: datetime | None = None
    status: str = "InProgress"
    failure: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0
    calls: list[Call] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    """What a script printed."""

    @property
    def name(self) -> str:
        """The step's name in the document."""
        return self.step.name

    @property
    def action(self) -> str:
        """The step's action, ``aws:…``."""
        return self.step.action


@dataclass(kw_only=True)
class Execution:
    """One execution of a document."""

    id: str
    account: str
    region: str
    document: Document
    parameters: Mapping[str, list[str]]
    """As given and defaulted, in the API's lists of strings."""
    values: Mapping[str, Any]
    """The parameters by type, as references see them."""
    role_arn: str
    executed_by: str
    started: datetime
    ended: datetime | None = None
    status: str = "Pending"
    failure: str | None = None
    steps: list[StepRecord] = field(default_factory=list)
    """The steps that were begun, in time's order."""
    outputs: dict[str, Any] = field(default_factory=dict)
    stop: str | None = None
    """``Cancel`` or ``Complete`` once somebody asked for it (botocore: ssm model, StopType)."""
    awaits: Wait | None = None
    """What it waits for, while a step does."""

    @property
    def arn(self) -> str:
        """ARN of the execution."""
        return f"arn:aws:ssm:{self.region}:{self.account}:automation-execution/{self.id}"

    @property
    def finished(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in FINAL

    @property
    def calls(self) -> list[Call]:
        """All requests to AWS, in time's order."""
        return [call for record in self.steps for call in record.calls]

    def step(self, name: str) -> StepRecord:
        """The last run of a step; raises KeyError where it was never begun."""
        for record in reversed(self.steps):
            if record.name == name:
                return record
        raise KeyError(name)
