"""What the emulated services share: the clock, the traps that bite, and each other.

moto keeps its state per process, so there is one world per process at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.automation import Automation
    from rehearsal.clock import Clock
    from rehearsal.emulator.chat import Chat
    from rehearsal.emulator.clients import Clients
    from rehearsal.emulator.cloudtrail import Trail
    from rehearsal.emulator.cloudwatch import CloudWatch
    from rehearsal.emulator.quotas import Quotas
    from rehearsal.emulator.topics.outbox import Mail
    from rehearsal.relay import Relay


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds that AWS takes, as assumed: no figure of AWS's own is published for any of them."""

    delivery: float = 0.5  # EventBridge, event to target
    step: float = 1.0  # Automation, from one step to the next
    script: float = 2.0  # Automation, starting a script's sandbox
    api_call: float = 0.2  # any call of a step
    ec2_read_lag: float = 2.0  # EC2, from a write to a read that shows it (trap 2.13)
    iam_delay: float = 8.0  # IAM, from a write to a verdict that heeds it (trap 3.15)
    boot: float = 30.0  # EC2, from a launch to the instance's user data
    detection: float = 1200.0  # GuardDuty, DNS query to finding: users tell of 20 min to 2 hours
    snapshot: float = 30.0  # EBS, until a snapshot is completed (trap 2.11)
    scaling_step: float = 5.0  # Auto Scaling, from one state of a member to the next (trap 2.5)
    incident: float = 2.0  # Incident Manager, from an incident to its pages and runbook
    security_hub: float = 180.0  # GuardDuty to Security Hub: "usually within five minutes"
    security_hub_update: float = 60.0  # BatchUpdateFindings, until it shows (trap 5.7)
    security_hub_aggregation: float = 5.0  # from a linked region to the aggregation region
    cloudtrail: float = 120.0  # CloudTrail, until a lookup shows a call
    cloudtrail_event: float = 5.0  # CloudTrail, until the call's event is on the bus
    scaling_health: float = 60.0  # Auto Scaling, until an unhealthy member is replaced (trap 2.5)
    account_closure: float = 60.0  # Organizations, from the request to close until it is closed


class NotEmulatedError(NotImplementedError):
    """The rehearsal does not know this part of AWS; it never answers with a silent success."""


@dataclass(kw_only=True)
class World:
    """One emulated AWS organisation and everything in it that acts by itself."""

    clock: Clock
    timing: Timing = field(default_factory=Timing)
    without: frozenset[str] = frozenset()
    """Traps taken out, by number; only tests do that."""
    endpoint: str = ""
    management_account: str = "111111111111"
    clients: Clients = field(init=False)
    relay: Relay = field(init=False)
    automation: Automation = field(init=False)
    chat: Chat = field(init=False)
    outbox: list[Mail] = field(default_factory=list)
    """Mails and SMS that left, oldest first."""
    trail: Trail = field(init=False)
    cloudwatch: CloudWatch = field(init=False)
    quotas: Quotas = field(init=False)
    closed: Callable[[str, str], bool] = lambda account, region: False
    """Whether an account has not enabled a region, where whoever calls is unknown."""
    emulated: dict[str, str] = field(default_factory=dict)
    """What was emulated → by what, for the report."""

    def bites(self, trap: str) -> bool:
        """Whether a numbered trap of AWS is in place."""
        return trap not in self.without


Install = Callable[[World], Callable[[], None]]
"""Each service module has ``install(world)``: it patches, and returns what undoes that."""
