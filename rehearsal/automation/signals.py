"""What an execution waits for, and the signals that end the wait.

(AWS docs: automation-action-approve, automation-action-pause; botocore: ssm model, SignalType.)
UNVERIFIED, since AWS does not publish them: the sentences, that a second decision and somebody who
is no approver get InvalidAutomationSignalException, that a session counts as its role (trap 5.2),
and that two sessions of one role are two approvers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from rehearsal.clock import Bell
from rehearsal.emulator.world import NotEmulatedError

NOT_EMULATED = frozenset({"StartStep", "StopStep", "Revoke"})
"""Signals of interactive executions and of change requests."""


class SignalRefusedError(Exception):
    """AWS's InvalidAutomationSignalException: the signal does not fit the execution as it is."""


class StepMissingError(LookupError):
    """AWS's AutomationStepNotFoundException: the execution has no such step."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """What somebody sent."""

    kind: str
    """``Approve``, ``Reject`` or ``Resume``."""
    payload: Mapping[str, Sequence[str]]
    sender: str
    """ARN of who signed the request: a user, or a session of a role."""
    role: str
    """ARN of the role behind a session; of a user, the user's own."""
    at: datetime


class Wait(Protocol):
    """What a step waits for."""

    bell: Bell

    def take(self, signal: Signal) -> None:
        """Heed a signal and ring once the wait is over; raises SignalRefusedError."""
        ...


def refuse_unknown(kind: str) -> None:
    """Raise NotEmulatedError for a signal that no emulated step waits for."""
    if kind in NOT_EMULATED:
        raise NotEmulatedError(f"ssm:SendAutomationSignal with {kind} is not emulated.")


class Paused:
    """``aws:pause`` waits for Resume with the step's name (botocore: ssm model, Payload)."""

    def __init__(self, bell: Bell, step: str) -> None:
        self.bell = bell
        self._step = step

    def take(self, signal: Signal) -> None:
        """Resume."""
        named = list(signal.payload.get("StepName", ()))
        if signal.kind != "Resume" or named != [self._step]:
            raise SignalRefusedError(
                f"The execution is paused at {self._step}: it waits for Resume with StepName "
                f"{self._step}, not for {signal.kind} with {named or 'no StepName'}."
            )
        self.bell.ring()


class Approval:
    """``aws:approve`` waits for enough approvals, or for the first rejection."""

    def __init__(
        self, bell: Bell, *, account: str, approvers: Sequence[str], needed: int, anybody: bool
    ) -> None:
        self.bell = bell
        self.shown: dict[str, Any] = {"ApprovalStatus": "Waiting", "ApproverDecisions": []}
        """The step's outputs as they are now."""
        self._account = account
        self._approvers = approvers
        self._needed = needed
        self._anybody = anybody

    def take(self, signal: Signal) -> None:
        """Count a decision; each approver has one."""
        if signal.kind not in ("Approve", "Reject") or self.status != "Waiting":
            raise SignalRefusedError(
                f"{signal.kind} does not fit: the approval is {self.status.lower()}."
            )
        if not self._anybody and not self._names(signal):
            raise SignalRefusedError(f"{signal.sender} is not one of the step's approvers.")
        if any(decision["Approver"] == signal.sender for decision in self.decisions):
            raise SignalRefusedError(f"{signal.sender} has decided already.")
        self.decisions.append(_decision(signal))
        if signal.kind == "Reject":
            self.shown["ApprovalStatus"] = "Rejected"
        elif len(self.decisions) >= self._needed:
            self.shown["ApprovalStatus"] = "Approved"
        if self.status != "Waiting":
            self.bell.ring()

    @property
    def status(self) -> str:
        """Waiting, Approved or Rejected."""
        return str(self.shown["ApprovalStatus"])

    @property
    def decisions(self) -> list[dict[str, str]]:
        """In the order in which they came."""
        found: list[dict[str, str]] = self.shown["ApproverDecisions"]
        return found

    def _names(self, signal: Signal) -> bool:
        """By ARN of the user, the session or its role, or by the name of a user of the account."""
        user = f"arn:aws:iam::{self._account}:user/"
        by_name = signal.sender.rsplit("/", 1)[-1] if signal.sender.startswith(user) else None
        return any(named in (signal.sender, signal.role, by_name) for named in self._approvers)


def _decision(signal: Signal) -> dict[str, str]:
    """(third party: re.post QU5C69u39dSR63RgqyIYtDYQ shows one; a missing comment UNVERIFIED.)"""
    return {
        "Approver": signal.sender,
        "Decision": signal.kind,
        "ApprovalDecisionTime": signal.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "Comment": next(iter(signal.payload.get("Comment", ())), ""),
    }
