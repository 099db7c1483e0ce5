"""Events ``AWS API Call via CloudTrail``, for the operations that somebody here listens to."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from rehearsal.emulator.cloudtrail.entry import Entry

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

SENT = frozenset({("ssm", "SendAutomationSignal")})
"""Any other write would be on AWS's bus too; nothing that is rehearsed matches one."""


def send(world: World, entry: Entry) -> None:
    """Put the event on the default bus of the account and region (AWS docs: eb-service-event)."""
    account, region = entry.call.account, entry.region
    world.relay.publish(
        account,
        region,
        "default",
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "AWS API Call via CloudTrail",
            "source": f"aws.{entry.call.service}",
            "account": account,
            "time": entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": [],
            "detail": entry.event,
        },
    )
