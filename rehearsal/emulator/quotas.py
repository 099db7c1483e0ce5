"""Service Quotas, and the one quota that binds here: how many rules an event bus takes.

GetServiceQuota knows what was applied to an account in a region, and nothing where nothing was: the
default binds then, and another operation tells it (aws/aws-cli#6629). Every other quota, and the
request for more, is not emulated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rehearsal.emulator import wire
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World

RULES: Final = ("events", "L-244521F2")
"""Service and quota code of the rules of one event bus (AWS docs: eb-quota)."""
FEW: Final = frozenset({"af-south-1", "eu-south-1"})
"""Regions where it is 100 by default, not 300 (AWS docs: eb-quota)."""


class Quotas:
    """What was applied, by account and region."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.applied: dict[tuple[str, str], int] = {}

    def install(self) -> Callable[[], None]:
        """Answer for the service; returns what undoes it."""
        self._world.emulated["service-quotas"] = "our own: the rules of an event bus"
        return wire.serve("service-quotas", self)

    def refuse_rule(self, account: str, region: str, there: int) -> None:
        """Raise the Fault that PutRule answers where a bus has as many rules as it takes."""
        if there >= self.applied.get((account, region), 100 if region in FEW else 300):
            message = "The requested resource exceeds the maximum number allowed."
            raise Fault("LimitExceededException", message)

    def get_service_quota(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetServiceQuota."""
        asked = (parameters["ServiceCode"], parameters["QuotaCode"])
        if asked != RULES:
            raise NotEmulatedError(f"The quota {' '.join(asked)} is not emulated.")
        value = self.applied.get((caller.account, caller.region))
        if value is None:
            message = "The request failed because no applied value of this quota exists."
            raise Fault("NoSuchResourceException", message)
        return {
            "Quota": {
                "ServiceCode": asked[0],
                "ServiceName": "Amazon EventBridge (CloudWatch Events)",
                "QuotaArn": caller.arn("servicequotas", "/".join(asked)),
                "QuotaCode": asked[1],
                "QuotaName": "Number of rules",
                "Value": float(value),
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
            }
        }
