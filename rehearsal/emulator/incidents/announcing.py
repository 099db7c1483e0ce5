"""What Incident Manager itself says on topics: those of the chat channel, and those to notify.

A topic must let ``ssm-incidents.amazonaws.com`` publish (AWS docs: incident-manager chat). The text
is an envelope like an event's, with a timeline event's type as its ``detail-type`` (third party);
its source and the rest of its shape are UNVERIFIED.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.topics import publishing

if TYPE_CHECKING:
    from rehearsal.emulator.incidents.records import Incident
    from rehearsal.emulator.world import World

SERVICE = "ssm-incidents.amazonaws.com"


def announce(world: World, incident: Incident, what: str, data: dict[str, Any]) -> None:
    """Publish on every topic of an incident; one that does not take it is noted there."""
    text = json.dumps(_envelope(world, incident, what, data))
    for topic in dict.fromkeys([*incident.chat, *incident.notified]):
        if why := publish(world, incident, topic, text):
            incident.unheard.append(f"{topic}: {why}")


def publish(world: World, incident: Incident, topic: str, text: str) -> str:
    """Publish on one topic; why it was not taken, if it was not."""
    try:
        publishing.publish_as_service(
            world,
            topic,
            text,
            service=SERVICE,
            source_arn=incident.arn,
            source_account=incident.arn.split(":")[4],
        )
    except RefusedError as refused:
        return str(refused)
    return ""


def _envelope(world: World, incident: Incident, what: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": what,
        "source": "aws.ssm-incidents",
        "account": incident.arn.split(":")[4],
        "time": f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "resources": [incident.arn],
        "detail": {"incidentTitle": incident.title, **data},
    }
