"""The actions of Automation documents: those that run here, and those that AWS has beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rehearsal.automation.actions import api, approval, branch, pause, script, waiting
from rehearsal.automation.actions.task import Action

ACTIONS: Final[Mapping[str, Action]] = {
    "aws:executeAwsApi": api.execute,
    "aws:assertAwsResourceProperty": api.assert_property,
    "aws:waitForAwsResourceProperty": api.wait_for_property,
    "aws:executeScript": script.execute,
    "aws:branch": branch.branch,
    "aws:sleep": waiting.sleep,
    "aws:approve": approval.approve,
    "aws:pause": pause.pause,
}

UNRESOLVED: Final = frozenset({"aws:branch"})
"""Actions that resolve their references themselves, because a missing value is no failure there."""

NOT_EMULATED: Final = frozenset(
    f"aws:{name}"
    for name in (
        "changeInstanceState",
        "copyImage",
        "createImage",
        "createStack",
        "createTags",
        "deleteImage",
        "deleteStack",
        "executeAutomation",
        "executeStateMachine",
        "invokeLambdaFunction",
        "invokeWebhook",
        "loop",
        "runCommand",
        "runInstances",
        "updateVariable",
    )
)
"""AWS has them (AWS docs: automation-actions); an execution with one is refused at its start."""
