"""Which regions an account has switched on: Account Management's part about regions.

A region that is no opt-in region is on by default; the others are off until the account enables
them, and whoever calls there before gets the answer to an unknown key. (botocore: account model;
AWS docs: manage-acct-regions.) Not emulated: the minutes that a change takes, and asking for
another account of the organisation, which needs trusted access.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from regions import OPT_IN, PARTITIONS
from rehearsal.emulator import wire
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World


class Regions:
    """One world's regions, account by account; those that it is seeded with are on everywhere."""

    def __init__(self, world: World, seeded: Iterable[str]) -> None:
        self._world = world
        self._enabled = OPT_IN.intersection(seeded)
        self._changed: dict[tuple[str, str], bool] = {}

    def closed(self, account: str, region: str) -> bool:
        """Whether the account has to enable a region before anybody can call there."""
        if region not in OPT_IN:
            return False
        return not self._changed.get((account, region), region in self._enabled)

    def install(self) -> Callable[[], None]:
        """Answer all of Account Management's paths; returns what undoes it."""
        self._world.emulated["account"] = "our own switching of regions, at once"
        self._world.closed = self.closed
        return wire.serve("account", self)

    def list_regions(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Every region of the partition with its status, or those of the statuses asked for."""
        _own_account(parameters)
        wanted = parameters.get("RegionOptStatusContains")
        listed = [
            {"RegionName": region, "RegionOptStatus": self._status(caller, region)}
            for region, partition in PARTITIONS.items()
            if partition == "aws"
        ]
        kept = [each for each in listed if not wanted or each["RegionOptStatus"] in wanted]
        return wire.page("Regions", kept, parameters)

    def get_region_opt_status(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One region's status."""
        _own_account(parameters)
        region = parameters["RegionName"]
        return {"RegionName": region, "RegionOptStatus": self._status(caller, region)}

    def enable_region(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch an opt-in region on."""
        self._switch(caller, parameters, on=True)
        return {}

    def disable_region(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch an opt-in region off; what is in it stays, and cannot be reached."""
        self._switch(caller, parameters, on=False)
        return {}

    def _switch(self, caller: Caller, parameters: Parameters, *, on: bool) -> None:
        _own_account(parameters)
        region = parameters["RegionName"]
        if region not in OPT_IN:
            raise Fault("ValidationException", f"{region} is enabled by default")
        self._changed[caller.account, region] = on

    def _status(self, caller: Caller, region: str) -> str:
        if region not in OPT_IN:
            return "ENABLED_BY_DEFAULT"
        return "DISABLED" if self.closed(caller.account, region) else "ENABLED"


def _own_account(parameters: Parameters) -> None:
    if parameters.get("AccountId"):
        raise NotEmulatedError("Account Management for another account is not emulated.")
