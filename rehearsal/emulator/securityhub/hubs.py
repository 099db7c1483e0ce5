"""Security Hub's hubs: one per account and region."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World


@dataclass(kw_only=True)
class Hub:
    """One account's Security Hub CSPM in one region."""

    since: datetime
    auto_enable_controls: bool = True
    finding_generator: str = "SECURITY_CONTROL"
    tags: dict[str, str] = field(default_factory=dict)


class Hubs:
    """The operations on hubs, and on the tags of everything in Security Hub."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: dict[Caller, Hub] = {}
        self.tagged: dict[str, dict[str, str]] = {}
        """Tags of what is not a hub, by ARN."""

    def at(self, place: Caller) -> Hub:
        """The place's hub; a Fault where Security Hub is off."""
        if place not in self._held:
            raise Fault(
                "InvalidAccessException",
                f"Account {place.account} is not subscribed to AWS Security Hub",
            )
        return self._held[place]

    def on(self, place: Caller) -> bool:
        """Whether Security Hub is on in a place."""
        return place in self._held

    def drop(self, place: Caller) -> None:
        """Switch a place's hub off, if there is one."""
        self._held.pop(place, None)

    def make(self, place: Caller) -> Hub:
        """The place's hub, new if there is none."""
        return self._held.setdefault(place, Hub(since=self._world.clock.now()))

    def enable_security_hub(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch Security Hub on; a second time is refused, whoever was first (trap 1.18)."""
        if caller in self._held and self._world.bites("1.18"):
            raise Fault(
                "ResourceConflictException", "Account is already subscribed to Security Hub"
            )
        hub = self.make(caller)
        hub.tags = dict(parameters.get("Tags") or {})
        hub.finding_generator = parameters.get("ControlFindingGenerator") or hub.finding_generator
        return {}

    def describe_hub(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The hub of the caller."""
        hub = self.at(caller)
        arn = caller.arn("securityhub", "hub/default")
        if parameters.get("HubArn") not in (None, arn):
            raise Fault("ResourceNotFoundException", f"no hub was found: {parameters['HubArn']}")
        return {
            "HubArn": arn,
            "SubscribedAt": hub.since.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "AutoEnableControls": hub.auto_enable_controls,
            "ControlFindingGenerator": hub.finding_generator,
        }

    def update_security_hub_configuration(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Change what is named."""
        hub = self.at(caller)
        if parameters.get("AutoEnableControls") is not None:
            hub.auto_enable_controls = parameters["AutoEnableControls"]
        hub.finding_generator = parameters.get("ControlFindingGenerator") or hub.finding_generator
        return {}

    def disable_security_hub(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch Security Hub off."""
        self.at(caller)
        del self._held[caller]
        return {}

    def tag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add tags."""
        self._tags(caller, parameters).update(parameters["Tags"])
        return {}

    def untag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take tags off."""
        for key in parameters["TagKeys"]:
            self._tags(caller, parameters).pop(key, None)
        return {}

    def list_tags_for_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All tags."""
        return {"Tags": self._tags(caller, parameters)}

    def _tags(self, caller: Caller, parameters: Parameters) -> dict[str, Any]:
        arn = parameters["ResourceArn"]
        if arn == caller.arn("securityhub", "hub/default"):
            return self.at(caller).tags
        if arn in self.tagged:
            return self.tagged[arn]
        raise NotEmulatedError(f"Tags of {arn} are not emulated, or there is no such resource.")
