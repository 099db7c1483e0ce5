"""Snapshots: how long they take, what a copy asks for, and which may be shared (trap 2.11).

moto completes them at once, copies what does not exist yet, and shares whatever it is told to. A
snapshot is copied once it is completed, a copy is encrypted anew if it says so (AWS docs:
ebs-copy-snapshot), and one on the AWS-managed key ``alias/aws/ebs`` is shared with nobody
(botocore: ec2). Not emulated: copies of another account's snapshots, encryption by default.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.responses import EC2Response
from moto.kms.models import kms_backends

from rehearsal.emulator.world import NotEmulatedError, World

MANAGED_KEY = "alias/aws/ebs"


def install(world: World, undo: ExitStack) -> None:
    """Patch moto's snapshots."""
    original_create = EC2Backend.create_snapshot

    def create_snapshot(
        self: Any,
        volume_id: str,
        description: str,
        owner_id: str | None = None,
        from_ami: str | None = None,
    ) -> Any:
        made = original_create(self, volume_id, description, owner_id, from_ami)
        made.kms_key_id = made.volume.kms_key_id
        if not from_ami:
            _begin(world, made)
        return made

    def status(self: Any) -> str:
        due: datetime | None = getattr(self, "rehearsal_due", None)
        return "pending" if due and world.clock.now() < due else str(self._status)

    def set_status(self: Any, value: str) -> None:
        self._status = value

    def progress(self: Any) -> str:
        return "100%" if self.status == "completed" else "0%"

    for target, name, new in (
        (EC2Backend, "create_snapshot", create_snapshot),
        (Snapshot, "status", property(status, set_status)),
        (Snapshot, "progress", property(progress)),
        (EC2Response, "describe_snapshots", _describing()),
        (EC2Response, "copy_snapshot", _copying(world)),
        (EC2Response, "modify_snapshot_attribute", _sharing(world)),
    ):
        undo.enter_context(mock.patch.object(target, name, new, create=True))


def _begin(world: World, snapshot: Any) -> None:
    snapshot.rehearsal_due = world.clock.now() + timedelta(seconds=world.timing.snapshot)


def _describing() -> Callable[[Any], ActionResult]:
    """moto tells those of AWS's images as well, whoever's are asked for."""
    original = EC2Response.describe_snapshots

    def describe_snapshots(self: Any) -> ActionResult:
        found = original(self).result["Snapshots"]
        wanted = self._get_param("OwnerIds", [])
        owners = {self.current_account if owner == "self" else owner for owner in wanted}
        return ActionResult(
            {"Snapshots": [one for one in found if not owners or one.owner_id in owners]}
        )

    return describe_snapshots


def _copying(world: World) -> Callable[[Any], ActionResult]:
    def copy_snapshot(self: Any) -> ActionResult:
        self.error_on_dryrun()
        backend, key = self.ec2_backend, self._get_param("KmsKeyId")
        elsewhere = ec2_backends[self.current_account][self._get_param("SourceRegion")]
        source = elsewhere.get_snapshot(self._get_param("SourceSnapshotId"))
        if source.status != "completed" and world.bites("2.11"):
            raise EC2ClientError(
                "IncorrectState", f"Snapshot '{source.id}' is {source.status}, not completed."
            )
        encrypted = bool(self._get_param("Encrypted"))
        if key and not encrypted:
            raise EC2ClientError(
                "InvalidParameterDependency",
                "The parameter KmsKeyId requires the parameter Encrypted to be set.",
            )
        made = backend.copy_snapshot(
            source_snapshot_id=source.id,
            source_region=self._get_param("SourceRegion"),
            description=self._get_param("Description") or "",
            kms_key_id=None,
        )
        made.encrypted = encrypted or source.encrypted
        made.kms_key_id = _key(backend, key) if made.encrypted else None
        made.add_tags(self._parse_tag_specification().get("snapshot", {}))
        _begin(world, made)
        return ActionResult({"SnapshotId": made.id, "Tags": made.tag_set})

    return copy_snapshot


def _key(backend: Any, wanted: str | None) -> str:
    """The ARN of the key that a copy is encrypted with; of none, the account's default one."""
    if not wanted:
        return str(backend.default_kms_key_id or backend._create_default_encryption_key())
    keys = kms_backends[backend.account_id][backend.region_name]
    if wanted.startswith("arn:"):  # of a key or of an alias, in whatever account
        region, account = wanted.split(":")[3:5]
        keys = kms_backends[account][region]
    return str(keys.describe_key(wanted).arn)


def _sharing(world: World) -> Callable[[Any], EmptyResult]:
    def modify_snapshot_attribute(self: Any) -> EmptyResult:
        self.error_on_dryrun()
        if self._get_param("Attribute", "createVolumePermission") != "createVolumePermission":
            raise NotEmulatedError("ModifySnapshotAttribute of product codes is not emulated.")
        snapshot = self.ec2_backend.get_snapshot(self._get_param("SnapshotId"))
        added, removed = _permissions(self)
        if added and snapshot.encrypted and world.bites("2.11"):
            if "all" in added:
                raise EC2ClientError(
                    "OperationNotPermitted", "Encrypted snapshots cannot be made public."
                )
            if _on_the_managed_key(self.ec2_backend, snapshot):
                raise EC2ClientError(
                    "OperationNotPermitted",
                    "Encrypted snapshots with EBS default key cannot be shared",
                )
        for change, whom in (
            (self.ec2_backend.add_create_volume_permission, added),
            (self.ec2_backend.remove_create_volume_permission, removed),
        ):
            users = sorted(whom - {"all"})
            change(snapshot.id, user_ids=users, groups=["all"] if "all" in whom else [])
        return EmptyResult()

    return modify_snapshot_attribute


def _permissions(response: Any) -> tuple[set[str], set[str]]:
    """Accounts, and ``all``, that a call adds and removes, in either of its two forms."""
    changes = response._get_param("CreateVolumePermission") or {}
    added, removed = (
        {one.get("UserId") or one["Group"] for one in changes.get(way) or ()}
        for way in ("Add", "Remove")
    )
    named = {*response._get_param("UserIds", []), *response._get_param("GroupNames", [])}
    kind = response._get_param("OperationType")
    if named and kind not in ("add", "remove"):
        raise EC2ClientError("MissingParameter", "The request must contain OperationType.")
    return (added | named, removed) if kind == "add" else (added, removed | named)


def _on_the_managed_key(backend: Any, snapshot: Any) -> bool:
    keys = kms_backends[backend.account_id][backend.region_name]
    if not keys.alias_exists(MANAGED_KEY):
        return False
    return bool(keys.describe_key(MANAGED_KEY).arn == snapshot.kms_key_id)
