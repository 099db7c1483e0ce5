"""The V2 hub, switched on and off beside the first one (botocore: securityhub model).

All that it does here is send each import once more, in OCSF, to the buses that get the ASFF: the
doubling that AWS warns of (AWS docs: securityhub-v2-eventbridge-automations).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from rehearsal.emulator.securityhub.hubs import Hubs
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import World


class HubsV2:
    """The operations on V2 hubs: one per account and region."""

    def __init__(self, world: World, hubs: Hubs) -> None:
        self._world = world
        self._hubs = hubs
        self._held: dict[Caller, tuple[str, datetime]] = {}

    def on(self, place: Caller) -> bool:
        """Whether a place's findings are sent in OCSF as well."""
        return place in self._held

    def enable_security_hub_v2(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch it on; a second time changes nothing, as there is no error for it."""
        arn = caller.arn("securityhub", f"hubv2/{uuid.uuid4()}")
        arn, _ = self._held.setdefault(caller, (arn, self._world.clock.now()))
        self._hubs.tagged.setdefault(arn, {}).update(parameters.get("Tags") or {})
        return {"HubV2Arn": arn}

    def describe_security_hub_v2(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The caller's V2 hub."""
        if caller not in self._held:
            raise Fault("ResourceNotFoundException", f"Security Hub V2 is not on in {caller}")
        arn, since = self._held[caller]
        return {"HubV2Arn": arn, "SubscribedAt": since.strftime("%Y-%m-%dT%H:%M:%S.000Z")}

    def disable_security_hub_v2(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch it off."""
        if caller in self._held:
            arn, _ = self._held.pop(caller)
            self._hubs.tagged.pop(arn, None)
        return {}
