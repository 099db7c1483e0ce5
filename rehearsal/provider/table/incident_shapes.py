"""How Incident Manager's values are written in Pulumi and on AWS.

(botocore: ssm-incidents and ssm-contacts models.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rehearsal.provider.codecs import SAME, Codec, Same, Several, Shape

AWS_KEY = "DefaultKey"
"""How Pulumi writes that a region of the replication set has a key of AWS's own."""


@dataclass(frozen=True)
class InOrder:
    """A list whose order means something."""

    each: Codec

    def sent(self, value: Any) -> Any:
        """Element by element."""
        return [self.each.sent(one) for one in value]

    def seen(self, value: Any, held: Any) -> Any:
        """Element by element, each with what is held at its place."""
        before = list(held or []) + [None] * len(value or [])
        return [self.each.seen(one, before[place]) for place, one in enumerate(value or [])]

    def unmapped(self, value: Any, path: str) -> Iterator[str]:
        """Of each element."""
        yield from Several(self.each).unmapped(value, path)


class Regions(Same):
    """A list of regions, each with its key, which AWS has as a mapping."""

    def sent(self, value: Any) -> Any:
        """By name."""
        keys = {one["name"]: one.get("kmsKeyArn") for one in value}
        return {
            name: {} if key in (None, AWS_KEY) else {"sseKmsKeyId": key}
            for name, key in keys.items()
        }

    def seen(self, value: Any, held: Any) -> Any:
        """What is held, if the regions and their keys are the same."""
        now = {
            name: {"sseKmsKeyId": one["sseKmsKeyId"]} if one.get("sseKmsKeyId") else {}
            for name, one in (value or {}).items()
        }
        if now == self.sent(held or []):
            return held
        return [
            {"name": name, **({"kmsKeyArn": one["sseKmsKeyId"]} if one else {})}
            for name, one in now.items()
        ]


class Values(Same):
    """Named lists of values, which AWS has as a mapping."""

    def sent(self, value: Any) -> Any:
        """By name."""
        return {one["name"]: one["values"] for one in value}

    def seen(self, value: Any, held: Any) -> Any:
        """What is held, if it is the same in any order."""
        if value == self.sent(held or []):
            return held
        return [{"name": name, "values": values} for name, values in (value or {}).items()]


class Variables(Same):
    """Parameter → variable of the incident, which AWS has one level deeper."""

    def sent(self, value: Any) -> Any:
        """Each under ``variable``."""
        return {name: {"variable": variable} for name, variable in value.items()}

    def seen(self, value: Any, held: Any) -> Any:
        """The mapping."""
        return {name: one["variable"] for name, one in (value or {}).items()}


class Chat(Same):
    """Topics; none of them is said by a field of its own."""

    def sent(self, value: Any) -> Any:
        """AWS's chat channel."""
        return {"chatbotSns": value} if value else {"empty": {}}

    def seen(self, value: Any, held: Any) -> Any:
        """The topics, in any order."""
        return TOPICS.seen((value or {}).get("chatbotSns"), held)


class Moment(Same):
    """A time, which boto3 reads from text and answers as a datetime."""

    def seen(self, value: Any, held: Any) -> Any:
        """The text that is held, if it means the same time."""
        if value is None:
            return None
        if held and datetime.fromisoformat(held) == value:
            return held
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


TOPICS = Several(SAME)

TEMPLATE = Shape(
    {
        "title": "title",
        "impact": "impact",
        "summary": "summary",
        "dedupeString": "dedupeString",
        "incidentTags": "incidentTags",
        "notificationTargets": (
            "notificationTargets",
            Several(Shape({"snsTopicArn": "snsTopicArn"})),
        ),
    }
)
AUTOMATION = Shape(
    {
        "documentName": "ssmAutomation.documentName",
        "documentVersion": "ssmAutomation.documentVersion",
        "roleArn": "ssmAutomation.roleArn",
        "targetAccount": "ssmAutomation.targetAccount",
        "parameters": ("ssmAutomation.parameters", Values()),
        "dynamicParameters": ("ssmAutomation.dynamicParameters", Variables()),
    }
)


class Action(Same):
    """One block with a list of automations; on AWS a list of actions, each an automation."""

    def sent(self, value: Any) -> Any:
        """The list."""
        return AUTOMATIONS.sent(value.get("ssmAutomations") or [])

    def seen(self, value: Any, held: Any) -> Any:
        """The block, or nothing."""
        if not value:
            return None
        return {"ssmAutomations": AUTOMATIONS.seen(value, (held or {}).get("ssmAutomations"))}

    def unmapped(self, value: Any, path: str) -> Iterator[str]:
        """Of the block and of each automation."""
        yield from Shape({"ssmAutomations": ("x", AUTOMATIONS)}).unmapped(value, path)


AUTOMATIONS = InOrder(AUTOMATION)

TARGET = Shape(
    {
        "channelTargetInfo": (
            "ChannelTargetInfo",
            Shape(
                {
                    "contactChannelId": "ContactChannelId",
                    "retryIntervalInMinutes": "RetryIntervalInMinutes",
                }
            ),
        ),
        "contactTargetInfo": (
            "ContactTargetInfo",
            Shape({"contactId": "ContactId", "isEssential": "IsEssential"}),
        ),
    }
)
STAGE = Shape({"durationInMinutes": "DurationInMinutes", "targets": ("Targets", Several(TARGET))})

HANDOFF = Shape({"hourOfDay": "HourOfDay", "minuteOfHour": "MinuteOfHour"})
RECURRENCE = Shape(
    {
        "numberOfOnCalls": "NumberOfOnCalls",
        "recurrenceMultiplier": "RecurrenceMultiplier",
        "dailySettings": ("DailySettings", Several(HANDOFF)),
        "weeklySettings": (
            "WeeklySettings",
            Several(Shape({"dayOfWeek": "DayOfWeek", "handOffTime": ("HandOffTime", HANDOFF)})),
        ),
    }
)
"""Monthly rotations and cover by the hour have no place: the emulator does not know them."""
