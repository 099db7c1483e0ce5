"""What was started to reach somebody, and what reached them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.emulator.wire import Parameters


@dataclass(kw_only=True)
class Engagement:
    """Incident Manager reaching out to a contact, a schedule or along an escalation plan."""

    arn: str
    contact: str
    sender: str
    subject: str
    content: str
    public_subject: str = ""
    public_content: str = ""
    incident: str = ""
    start: datetime
    stop: datetime | None = None
    failures: list[str] = field(default_factory=list)
    """Whom it could not reach, and why: sentences, for a person who wonders."""

    def shown(self) -> Parameters:
        """As lists have it."""
        return _known(
            {
                "EngagementArn": self.arn,
                "ContactArn": self.contact,
                "Sender": self.sender,
                "IncidentId": self.incident,
                "StartTime": self.start,
                "StopTime": self.stop,
            }
        )

    def texts(self) -> Parameters:
        """What it says, for those who may see it, and for an SMS."""
        return _known(
            {
                "Subject": self.subject,
                "Content": self.content,
                "PublicSubject": self.public_subject,
                "PublicContent": self.public_content,
            }
        )


@dataclass(kw_only=True)
class Page:
    """What one person gets of an engagement, through all channels of their plan."""

    arn: str
    engagement: Engagement
    contact: str
    code: str
    path: list[dict[str, Any]]
    """From the contact that was engaged to the person: ListPageResolutions."""
    essential: bool
    """Whether the person's answer ends the engagement."""
    sent: datetime
    delivered: datetime | None = None
    read: datetime | None = None
    receipts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def wanted(self) -> bool:
        """Whether it is worth another message."""
        return self.read is None and self.engagement.stop is None

    def shown(self) -> Parameters:
        """As lists have it."""
        return _known(
            {
                "PageArn": self.arn,
                "EngagementArn": self.engagement.arn,
                "ContactArn": self.contact,
                "Sender": self.engagement.sender,
                "IncidentId": self.engagement.incident,
                "SentTime": self.sent,
                "DeliveryTime": self.delivered,
                "ReadTime": self.read,
            }
        )

    def text(self, kind: str) -> str:
        """The message by one kind of channel; an SMS says only what is public."""
        said = self.engagement
        subject = said.public_subject if kind == "SMS" else said.subject
        content = said.public_content if kind == "SMS" else said.content
        told = "\n".join(part for part in (subject or "You are engaged.", content) if part)
        return f"{told}\nTo acknowledge, reply with the code {self.code}."


def _known(given: Parameters) -> Parameters:
    return {key: value for key, value in given.items() if value not in (None, "")}
