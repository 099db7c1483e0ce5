"""``aws:approve``: asks on a topic, then waits until enough people have agreed or one has refused.

(AWS docs: automation-action-approve; trap 5.2.) A refusal fails the step at once. The request's
wording on the topic is UNVERIFIED: it is no schema that the chat knows (trap 5.3).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.automation.actions.task import Outcome, Task
from rehearsal.automation.failures import CALLING, POLLING, RESOLVING, StepFailedError
from rehearsal.automation.signals import Approval
from rehearsal.emulator.world import NotEmulatedError

MOST_APPROVERS = 10
LONGEST_MESSAGE = 4_096
LONGEST_WAIT = 2_592_000
"""Seconds: 30 days."""
TOPIC = "Automation"
"""What a topic's name begins with."""


def approve(task: Task) -> Outcome:
    """Wait for the decision; outputs are there for later steps however it ends."""
    if task.record.step.outputs:
        raise NotEmulatedError("Declared outputs of aws:approve are not emulated.")
    approvers, needed = _asked(task.inputs)
    approval = Approval(
        task.world.clock.bell(),
        account=task.execution.account,
        approvers=approvers,
        needed=needed,
        anybody=not task.world.bites("5.2"),
    )
    task.record.outputs = approval.shown
    _notify(task, approvers, needed)
    task.wait_for(approval)
    if approval.status == "Rejected":
        who = approval.decisions[-1]
        raise StepFailedError(
            POLLING, f"The approval was rejected by {who['Approver']}: {who['Comment']}"
        )
    return Outcome(outputs=approval.shown)


def _asked(inputs: Mapping[str, Any]) -> tuple[list[str], int]:
    approvers = list(inputs["Approvers"])
    if not 1 <= len(approvers) <= MOST_APPROVERS:
        raise StepFailedError(
            RESOLVING, f"Approvers has {len(approvers)} entries, not 1 to {MOST_APPROVERS}"
        )
    if len(str(inputs.get("Message", ""))) > LONGEST_MESSAGE:
        raise StepFailedError(RESOLVING, f"Message has more than {LONGEST_MESSAGE} characters")
    needed = int(inputs.get("MinRequiredApprovals", 1))
    if not 1 <= needed <= len(approvers):
        raise StepFailedError(
            RESOLVING, f"MinRequiredApprovals is {needed}, with {len(approvers)} approvers"
        )
    return approvers, needed


def _notify(task: Task, approvers: list[str], needed: int) -> None:
    """Publish the request under the document's role."""
    topic = str(task.inputs.get("NotificationArn") or "")
    if not topic:
        return
    if task.world.bites("5.2") and not topic.rsplit(":", 1)[-1].startswith(TOPIC):
        raise StepFailedError(RESOLVING, f"The name of topic {topic} does not begin with {TOPIC}")
    request = {
        "ApprovalRequest": str(task.inputs.get("Message", "")),
        "AutomationExecutionId": task.execution.id,
        "StepName": task.record.name,
        "DocumentName": task.execution.document.name,
        "Approvers": approvers,
        "MinRequiredApprovals": needed,
        "Region": task.execution.region,
    }
    try:
        task.calls.client("sns").publish(
            TopicArn=topic,
            Subject="Automation approval is requested",
            Message=json.dumps(request),
        )
    except (ClientError, BotoCoreError) as refused:
        raise StepFailedError(CALLING, str(refused)) from refused
