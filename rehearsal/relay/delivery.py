"""One event on its way to one target: tries, waits, tries again, and ends as a dead letter.

The waits double from a second to eight minutes, with a jitter; AWS says "exponential back off and
jitter" and gives no figure (AWS docs: eb-rule-retry-policy).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from rehearsal.relay.failures import DeliveryError

FIRST_WAIT = 1.0
LONGEST_WAIT = 480.0
MAX_ATTEMPTS = 185
"""Retries by default and at most, within MAX_AGE seconds (botocore: events model)."""
MAX_AGE = 86_400


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """An event and a target, with the rule as it was when the event came in."""

    number: int
    account: str
    region: str
    rule_arn: str
    target: Mapping[str, Any]
    event: dict[str, Any]
    received: datetime
    forwarded: bool
    """Whether the event came to this bus from another one (trap 6.1)."""

    @property
    def target_arn(self) -> str:
        """Where it goes."""
        return str(self.target["Arn"])

    def wait(self, retries: int) -> float:
        """Seconds until the next try, after that many retries."""
        jitter = Random(f"{self.number}.{retries}").uniform(0.5, 1.5)  # noqa: S311 - spreads, hides nothing
        return min(LONGEST_WAIT, FIRST_WAIT * 2.0**retries) * jitter

    def exhausted(self, retries: int, now: datetime, wait: float) -> str | None:
        """Which limit of the target's retry policy forbids another try."""
        policy = self.target.get("RetryPolicy") or {}
        if retries >= policy.get("MaximumRetryAttempts", MAX_ATTEMPTS):
            return "MaximumRetryAttempts"
        age = (now - self.received).total_seconds() + wait
        if age > policy.get("MaximumEventAgeInSeconds", MAX_AGE):
            return "MaximumEventAgeInSeconds"
        return None


def attributes(
    delivery: Delivery, error: DeliveryError, retries: int, exhausted: str | None
) -> dict[str, str]:
    """The message attributes of a dead letter (2023 docs: eb-rule-dlq)."""
    named = {
        "RULE_ARN": delivery.rule_arn,
        "TARGET_ARN": delivery.target_arn,
        "ERROR_CODE": error.code,
        "ERROR_MESSAGE": error.message,
        "RETRY_ATTEMPTS": str(retries),
    }
    return named | ({"EXHAUSTED_RETRY_CONDITION": exhausted} if exhausted else {})
