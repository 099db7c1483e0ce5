"""A stack of the Automation API that runs the command it is asked to run, and no other.

After an operation the API runs ``pulumi stack output`` twice and ``pulumi stack history``: three
commands, each of which reads the state and makes its key from the passphrase by a million rounds.
Nobody here reads what they say; the engine's events say what was done.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pulumi import automation

_NOTHING: Final = automation.UpdateSummary(
    kind="update",
    start_time=datetime.fromtimestamp(0, UTC),
    message="",
    environment={},
    config={},
    result="not asked",
)


def unasked(stack: automation.Stack) -> automation.Stack:
    """The same stack; the results of its operations have no outputs, and no summary."""
    stack.outputs = dict  # type: ignore[method-assign]
    stack.info = lambda show_secrets=False: _NOTHING  # type: ignore[method-assign]
    return stack
