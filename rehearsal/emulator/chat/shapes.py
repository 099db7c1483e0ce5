"""Which messages chat shows: its own schema for everybody, and events of AWS that it knows.

Everything else is dropped (trap 5.3; AWS docs: custom-notifs, related-services). An event counts
only as EventBridge wrote it, with all of its envelope. Which of AWS's events are known is a small
part of a long list, and how Incident Manager's look is UNVERIFIED.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CUSTOM = "Custom"
"""The type of notification that a button of ours is made for (trap 5.4)."""
BUDGET = "AWS Budget Notification"
INCIDENTS = "aws.ssm-incidents"
"""The source of Incident Manager's own messages, of whatever ``detail-type``."""
EVENTS = frozenset(
    {
        ("aws.guardduty", "GuardDuty Finding"),
        ("aws.securityhub", "Security Hub Findings - Imported"),
        ("aws.securityhub", "Security Hub Findings - Custom Action"),
        ("aws.cloudwatch", "CloudWatch Alarm State Change"),
        ("aws.health", "AWS Health Event"),
    }
)
"""``source`` and ``detail-type``."""
_ENVELOPE = {"id", "account", "time", "resources", "detail"}
_ALARM = {"AlarmName", "AlarmArn", "NewStateValue", "StateChangeTime"}


@dataclass(frozen=True)
class Shown:
    """How a message looks."""

    title: str
    description: str
    kind: str = CUSTOM
    thread: str = ""


def read(text: str) -> Shown | str:
    """How chat shows a message, or why it does not."""
    if text.startswith(BUDGET):
        return Shown(BUDGET, text, "Budgets")
    try:
        told = json.loads(text)
    except ValueError:
        return "it is no JSON"
    if not isinstance(told, dict):
        return "it is no JSON object"
    return _custom(told) if told.get("source") == "custom" else _event(told, text)


def _event(told: Mapping[str, Any], text: str) -> Shown | str:
    source, kind = told.get("source"), told.get("detail-type")
    if _text(source) and _text(kind) and told.keys() >= _ENVELOPE:
        if (source, kind) in EVENTS or source == INCIDENTS:
            return Shown(str(kind), json.dumps(told["detail"]), str(kind))
    elif told.keys() >= _ALARM:
        return Shown(f"{told['AlarmName']} is {told['NewStateValue']}", text, "CloudWatch")
    return f"it is neither of the custom schema nor an event that chat knows: {source}, {kind}"


def _custom(told: Mapping[str, Any]) -> Shown | str:
    content, metadata = told.get("content"), told.get("metadata", {})
    if not isinstance(content, dict) or not isinstance(metadata, dict):
        return "content or metadata is no object"
    if wrong := next(_wrong(told.get("version"), content, metadata), ""):
        return wrong
    return Shown(
        content.get("title", ""), content["description"], thread=metadata.get("threadId", "")
    )


def _wrong(version: Any, content: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[str]:
    if version != "1.0":
        yield f"version is {version!r} in place of '1.0'"
    for part, texts, lists in (
        (content, ("title", "description", "textType"), ("nextSteps", "keywords")),
        (metadata, ("threadId", "summary", "eventType"), ("relatedResources",)),
    ):
        yield from (f"{name} is no string" for name in texts if not _text(part.get(name, "")))
        for name in lists:
            given = part.get(name, [])
            if not isinstance(given, list) or not all(map(_text, given)):
                yield f"{name} is no list of strings"
    if not content.get("description"):
        yield "content.description is missing"
    if content.get("textType", "client-markdown") != "client-markdown":
        yield "content.textType is not client-markdown"
    context = metadata.get("additionalContext", {})
    if not isinstance(context, dict) or not all(map(_text, context.values())):
        yield "metadata.additionalContext is no map of strings"


def _text(value: Any) -> bool:
    return isinstance(value, str)
