"""The inputs of ``aws:approve`` (AWS docs: automation-action-approve; trap 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.automation.actions.approval import LONGEST_MESSAGE, MOST_APPROVERS, TOPIC
from rehearsal.automation.values import REFERENCE

OPTIONAL = frozenset({"NotificationArn", "Message", "MinRequiredApprovals"})

PRINCIPAL = re.compile(
    r"[\w+=,.@-]{1,64}"
    r"|arn:aws[\w-]*:iam::\d{12}:(user|role)/.+"
    r"|arn:aws[\w-]*:sts::\d{12}:assumed-role/.+"
)
"""A user's name, or the ARN of a user, a role, or an assumed role."""

TOPIC_ARN = re.compile(rf"arn:aws[\w-]*:sns:[a-z0-9-]+:\d{{12}}:{TOPIC}[\w-]*")


def mistakes(inputs: Mapping[str, Any]) -> Iterator[str]:
    """One sentence a mistake in what is written out; a reference may be anything."""
    approvers = inputs["Approvers"]
    listed = isinstance(approvers, list)
    if not listed and not _open(approvers):
        yield "Approvers is no list."
    elif listed and not 1 <= len(approvers) <= MOST_APPROVERS:
        yield f"Approvers has {len(approvers)} entries, not 1 to {MOST_APPROVERS}."
    for approver in approvers if listed else ():
        if not _open(approver) and not PRINCIPAL.fullmatch(str(approver)):
            yield f"the approver {approver} is no user's name and no ARN of a user or role."
    needed = inputs.get("MinRequiredApprovals", 1)
    if not _open(needed):
        if not str(needed).isdigit() or int(needed) < 1:
            yield f"MinRequiredApprovals is {needed!r}, not a positive whole number."
        elif listed and not _open(approvers) and int(needed) > max(1, len(approvers)):
            yield f"MinRequiredApprovals is {needed}, and there are {len(approvers)} approvers."
    topic = inputs.get("NotificationArn", "")
    if topic and not _open(topic) and not TOPIC_ARN.fullmatch(str(topic)):
        yield f"NotificationArn {topic} is no topic whose name begins with {TOPIC}."
    if len(str(inputs.get("Message", ""))) > LONGEST_MESSAGE:
        yield f"Message has more than {LONGEST_MESSAGE} characters."


def _open(value: Any) -> bool:
    return bool(REFERENCE.search(str(value)))
