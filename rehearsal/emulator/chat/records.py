"""What chat has: channels as configured, the actions for their buttons, messages as they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

State = dict[str, Any]

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
"""The guardrail of a channel that was given none (trap 5.12)."""


@dataclass
class Channel:
    """One configuration, of Slack or Teams."""

    arn: str
    state: State

    @property
    def account(self) -> str:
        """Whose it is; a configuration has no region."""
        return self.arn.split(":")[4]

    @property
    def name(self) -> str:
        """As it is called in its ARN and its log group."""
        return str(self.state["ConfigurationName"])

    @property
    def topics(self) -> list[str]:
        """What it listens to."""
        return list(self.state.get("SnsTopicArns") or [])


@dataclass(frozen=True)
class Button:
    """A custom action on a message, with what it shows and the values of its variables."""

    action: str
    text: str
    arn: str
    variables: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Message:
    """What came to a channel, shown or not."""

    id: str
    channel: str
    """ARN of the configuration."""
    thread: str
    """The message that it answers to, by ``threadId``; its own id where it has none."""
    at: datetime
    shown: bool
    raw: str
    title: str = ""
    description: str = ""
    buttons: tuple[Button, ...] = field(default=())
    why_dropped: str = ""
