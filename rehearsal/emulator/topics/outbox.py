"""What leaves the cloud by mail, SMS or call: nobody receives it here, everybody may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail or SMS as it was handed to its carrier."""

    at: datetime
    protocol: str
    """``email``, ``email-json`` or ``sms``; of pages ``email``, ``sms`` or ``voice``."""
    endpoint: str
    text: str
    topic: str = ""
    """ARN of the topic; empty where it is no topic that sends."""
    subject: str = ""
    subscription: str = ""
    """ARN in the link to unsubscribe, which works for whoever has the mail (trap 5.10)."""
    token: str = ""
    """In the link to confirm; only of a mail that asks for it."""
    contact: str = ""
    """Alias of Incident Manager's contact that is paged or invited; empty for a topic's."""
