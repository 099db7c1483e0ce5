"""How SSM says that a step failed.

The frame of each sentence is AWS's (aws-solutions/automated-security-response-on-aws, test data;
AWS docs: servicecatalog troubleshooting). Inside stands the API's or the script's own error; where
the wording of AWS is not known, ours names the facts.
"""

from __future__ import annotations

import traceback
from types import TracebackType

GUIDE = "Please refer to Automation Service Troubleshooting Guide for more diagnosis details."

RESOLVING = "validating and resolving the step inputs"
CALLING = "Execute/Cancelling action"
POLLING = "Poll action status for completion"


class StepFailedError(Exception):
    """A step's end that is no success: what AWS was doing, and why it failed."""

    def __init__(self, phase: str, reason: str, *, status: str = "Failed") -> None:
        super().__init__(f"Step fails when it is {phase}. {reason.rstrip('.')}. {GUIDE}")
        self.status = status


def of_script(error: BaseException, file: str, source: str) -> str:
    """A script's error with the frames of the script itself, as SSM reports it."""
    frames = [
        frame
        for frame in traceback.extract_tb(_begin(error, file))
        if frame.filename == file and frame.lineno
    ]
    lines = source.splitlines()
    shown = [
        f'  File "{file}", line {frame.lineno}, in {frame.name}\n'
        f"    {lines[(frame.lineno or 1) - 1].strip()}\n"
        for frame in frames
    ]
    head = "Traceback (most recent call last):\n"
    return f"{head}{''.join(shown)}\n{type(error).__name__} - {error}"


def _begin(error: BaseException, file: str) -> TracebackType | None:
    """The first frame of the script: what is above it is the rehearsal's own."""
    at = error.__traceback__
    while at is not None and at.tb_frame.f_code.co_filename != file:
        at = at.tb_next
    return at
