"""Physical names and ARNs, derived from account, region and name, never looked up: pure data.

So a preview makes no call and no stack reads another's outputs. All begin with ``containment-``,
which lets a policy speak of everything that is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PREFIX: Final = "containment-"

CENTRAL_BUS: Final = "containment-ledger"
LOCAL_BUS: Final = "containment-ledger-local"
LOG_GROUP: Final = "/containment/ledger"
STATE_TABLE: Final = "containment-state"
DEAD_LETTERS: Final = "containment-dead-letters"
LEDGER_DEAD_LETTERS: Final = "containment-ledger-dead-letters"
METRICS: Final = "Containment"
BEAT: Final = "Containment Heartbeat"
"""Detail type of the event with which a place says that it is watched (trap 6.3)."""
ALIVE: Final = "alive"
"""The stage of a beat."""
RESPONSE_BEAT: Final = "Response Heartbeat"
"""Detail type of the event with which Escalate says how long people have been asked."""
WAITING: Final = "waiting"
"""The stage of that."""

EVIDENCE_KEY: Final = "alias/containment-evidence"
EXEMPTIONS_OBJECT: Final = "exemptions.json"
SNAPSHOT_KEY: Final = "alias/containment-snapshots"
"""In the security account, in each region: what is copied for the forensic account (trap 2.11)."""

TOPIC: Final = "Automation-containment"
"""What people hear; a topic that ``aws:approve`` writes to must begin so (trap 5.2)."""
NOTIFICATION_KEY: Final = "alias/containment-notification"
CHAT_CHANNEL: Final = "containment"

STARTER: Final = "containment-starter"
FORWARDER: Final = "containment-ledger-forwarder"
ENGAGER: Final = "containment-engager"
"""The security account's rules engage people with it."""
RESPONDER: Final = "containment-responder"
"""In each account: what ``respond_to_incident`` may do there for a person."""
APPROVER: Final = "containment-approver"
"""In the security account: whoever decides from chat holds it."""
CHAT_ROLE: Final = "containment-chat"
"""In the security account: the channel's own role, which may do nothing."""
PLAN_STARTER: Final = "containment-plan-starter"
"""In the security account: Incident Manager starts the response with it."""
PEOPLE_DEAD_LETTERS: Final = "containment-people-dead-letters"
RESPOND: Final = "containment-respond-to-incident"
"""The document that guides people, and its role."""
ESCALATE: Final = "containment-respond-to-incident-escalate"
"""The document that looks, by schedule, for what nobody has taken up, and its role."""

DENY_INSTANCE: Final = "containment-deny-instance"
"""The pre-made policy that denies everything to the instances that its role's tags name."""
DENIED_TAG: Final = "containment:denied-"
"""Key of such a tag, before its slot's number; the value is an instance's ARN."""
DENIED_SLOTS: Final = 5
"""So many instances of one role can be denied at a time."""

METRICS_SHARED: Final = "CloudWatch-CrossAccountSharingRole"
"""In each member: CloudWatch's own name for what lets another account's dashboards read metrics."""

METRICS_SHARED_FOR: Final = "cloudwatch-crossaccount.amazonaws.com"
"""The service that takes that role, by its service-linked role in the security account."""

RUNBOOK_EVENTS: Final = "containment.runbook"
"""Source of the events that runbooks put; AWS's own sources begin with ``aws.``."""
RESPONSE_EVENTS: Final = "containment.response"
"""Source of what happens between people and the pipeline: paged, approved, a step done."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account in a region, and the partition that goes into its ARNs."""

    partition: str
    account: str
    region: str

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """An ARN here; ``region=""`` for global services."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"

    def role(self, name: str) -> str:
        """ARN of a role of this account."""
        return self.arn("iam", f"role/{name}", region="")

    def policy(self, name: str) -> str:
        """ARN of a managed policy of this account."""
        return self.arn("iam", f"policy/{name}", region="")

    def bus(self, name: str) -> str:
        """ARN of an event bus here."""
        return self.arn("events", f"event-bus/{name}")

    def queue(self, name: str) -> str:
        """ARN of a queue here."""
        return self.arn("sqs", name)


def response_plan(team: str) -> str:
    """Name of a team's response plan, and of its escalation among the contacts."""
    return f"{PREFIX}{team}"


def evidence_bucket(central: Place) -> str:
    """The locked bucket of all evidence, in the security account and home region.

    Names of buckets are the world's, not the account's, and at most 63 characters long (AWS docs:
    bucketnamingrules): account and region make ours its own.
    """
    return f"{PREFIX}evidence-{central.account}-{central.region}"


def exemptions_bucket(central: Place) -> str:
    """The bucket of the one object that says what is never contained (trap 4.7)."""
    return f"{PREFIX}exemptions-{central.account}-{central.region}"
