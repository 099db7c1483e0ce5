"""Runs SSM Automation documents as they were deployed, step by step, on the world's clock.

Nothing of ours is read: the document comes from the emulated SSM, the role from the document, and
every call goes to the emulator under that role, so a mistake in either shows as on AWS.
"""

from rehearsal.automation.limits import LimitExceededError, ThrottledError
from rehearsal.automation.parameters import ParameterError
from rehearsal.automation.records import Call, Execution, StepRecord
from rehearsal.automation.service import Automation, DocumentMissingError, NotStoppableError
from rehearsal.automation.signals import Signal, SignalRefusedError, StepMissingError

__all__ = [
    "Automation",
    "Call",
    "DocumentMissingError",
    "Execution",
    "LimitExceededError",
    "NotStoppableError",
    "ParameterError",
    "Signal",
    "SignalRefusedError",
    "StepMissingError",
    "StepRecord",
    "ThrottledError",
]
