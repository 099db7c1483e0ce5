"""The replication set: without one there is no Incident Manager in an account, nor contacts.

An account has one; it names the regions in which Incident Manager may be called, and after it was
made, one region is added or taken out at a time (pulumi_aws: ssmincidents.ReplicationSet). Not
emulated: that regions take minutes; that a key of KMS is used for what is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from rehearsal.emulator.wire import Caller, Fault, Parameters, page
from rehearsal.emulator.world import World


@dataclass(kw_only=True)
class Set:
    """One account's replication set."""

    arn: str
    created: datetime
    by: str
    regions: dict[str, str | None]
    """Region → key of KMS, if it is one of the account's own."""
    protected: bool = False
    tags: dict[str, str] = field(default_factory=dict)


class Replication:
    """The operations on replication sets."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: dict[str, Set] = {}
        self.forgetting: list[Callable[[str], None]] = []
        """Called with the account: what goes when its set is deleted, which is everything."""

    def needed(self, caller: Caller) -> Set:
        """The account's set; a Fault without one, or in a region that is not in it.

        How AWS words this refusal is UNVERIFIED.
        """
        held = self._held.get(caller.account)
        if held is None or caller.region not in held.regions:
            raise Fault(
                "ValidationException",
                f"Incident Manager has no replication set in {caller.region} of {caller.account}.",
            )
        return held

    def of(self, account: str, arn: str) -> Set:
        """The set of an ARN; a Fault if it is not the account's."""
        held = self._held.get(account)
        if held is None or held.arn != arn:
            raise Fault("ResourceNotFoundException", f"There is no replication set {arn}.")
        return held

    def create_replication_set(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The only one of the account."""
        if caller.account in self._held:
            raise Fault("ConflictException", "The account has a replication set already.")
        keys = {name: (one or {}).get("sseKmsKeyId") for name, one in parameters["regions"].items()}
        if caller.region not in keys:
            raise Fault("ValidationException", f"{caller.region} must be one of the regions.")
        _alike(keys)
        held = Set(
            arn=f"arn:aws:ssm-incidents::{caller.account}:replication-set/{uuid.uuid4()}",
            created=self._world.clock.now(),
            by=f"arn:aws:iam::{caller.account}:root",
            regions=keys,
            tags=dict(parameters.get("tags") or {}),
        )
        self._held[caller.account] = held
        return {"arn": held.arn}

    def list_replication_sets(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One or none."""
        held = self._held.get(caller.account)
        return page("replicationSetArns", [held.arn] if held else [], parameters)

    def get_replication_set(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All of it, every region active."""
        held = self.of(caller.account, parameters["arn"])
        regions = {
            name: {"status": "ACTIVE", "statusUpdateDateTime": held.created}
            | ({"sseKmsKeyId": key} if key else {})
            for name, key in held.regions.items()
        }
        return {
            "replicationSet": {
                "arn": held.arn,
                "createdBy": held.by,
                "createdTime": held.created,
                "deletionProtected": held.protected,
                "lastModifiedBy": held.by,
                "lastModifiedTime": held.created,
                "regionMap": regions,
                "status": "ACTIVE",
            }
        }

    def update_replication_set(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add a region or take one out."""
        held = self.of(caller.account, parameters["arn"])
        if len(parameters["actions"]) != 1:
            raise Fault("ValidationException", "One region is added or deleted at a time.")
        [action] = parameters["actions"]
        keys = dict(held.regions)
        if added := action.get("addRegionAction"):
            if added["regionName"] in keys:
                raise Fault("ConflictException", f"{added['regionName']} is in the set already.")
            keys[added["regionName"]] = added.get("sseKmsKeyId")
        else:
            gone = action["deleteRegionAction"]["regionName"]
            if keys.pop(gone, "") == "":
                raise Fault("ResourceNotFoundException", f"{gone} is not in the set.")
        if not keys:
            raise Fault("ValidationException", "The last region goes with the set.")
        _alike(keys)
        held.regions = keys
        return {}

    def update_deletion_protection(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Keep the set from being deleted, or let it."""
        self.of(caller.account, parameters["arn"]).protected = parameters["deletionProtected"]
        return {}

    def delete_replication_set(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete it, and all of Incident Manager's data with it (botocore: ssm-incidents model)."""
        if self.of(caller.account, parameters["arn"]).protected:
            raise Fault("ValidationException", "The replication set is protected from deletion.")
        del self._held[caller.account]
        for forget in self.forgetting:
            forget(caller.account)
        return {}


def _alike(keys: dict[str, str | None]) -> None:
    """AWS's key in all regions, or one of the account's own in each."""
    if len({key is None for key in keys.values()}) > 1:
        raise Fault("ValidationException", "Either every region has a key of KMS or none.")
