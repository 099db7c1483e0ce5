"""What copying and sharing a snapshot asks of IAM (source: AWS's service authorization reference).

A copy asks for the source and for the snapshot that it makes (AWS storage blog, on resource-level
permissions for CopySnapshot), and, encrypted, for its keys, whoever's they are (AWS docs:
ebs-encryption-requirements, which lists the actions, and not which call takes which).
On AWS a copy without leave to use the key fails later, by its state; here the call is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends

from rehearsal.emulator.actions.keys import arn_of, needed
from rehearsal.emulator.actions.need import Call, Context, Need, Rule

Existing = Callable[[Call, str], Need]
Created = Callable[[Call, str], Iterator[Need]]

USES = ("kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext")
"""What a copy does with the key that it is encrypted with."""
READS = ("kms:Decrypt", "kms:ReEncryptFrom")
"""What it does with the key of a source that is encrypted; the other key then needs ReEncryptTo."""

_PERMISSIONS = frozenset({"ec2:add/userid", "ec2:add/group", "ec2:remove/userid"})
_KNOWN = _PERMISSIONS | {"ec2:remove/group", "ec2:attribute"}


def copying(existing: Existing, created: Created) -> Rule:
    """The rule of CopySnapshot."""

    def rule(call: Call) -> Iterator[Need]:
        source = call.params["SourceSnapshotId"]
        there = replace(call, region=call.params.get("SourceRegion") or call.region)
        yield existing(there, source)
        yield from created(call, "snapshot")
        held = ec2_backends[there.account][there.region].snapshots.get(source)
        encrypted = held is not None and held.kms_key_id
        if key := call.params.get("KmsKeyId"):
            for use in (*USES, "kms:ReEncryptTo") if encrypted else USES:
                yield _use(call, use, arn_of(call, key))
        if encrypted and not _is_managed(there, encrypted):
            for use in READS:
                yield _use(there, use, encrypted)

    return rule


def sharing(existing: Existing) -> Rule:
    """The rule of ModifySnapshotAttribute, with whom it adds and removes."""

    def rule(call: Call) -> Iterator[Need]:
        need = existing(call, call.params["SnapshotId"])
        context: Context = {"ec2:attribute": ("createVolumePermission",)}
        changes = call.params.get("CreateVolumePermission") or {}
        for way in ("Add", "Remove"):
            chosen = str(call.params.get("OperationType")) == way.lower()
            users = [*(call.params.get("UserIds") or ())] if chosen else []
            groups = [*(call.params.get("GroupNames") or ())] if chosen else []
            users += [one["UserId"] for one in changes.get(way) or () if "UserId" in one]
            groups += [one["Group"] for one in changes.get(way) or () if "Group" in one]
            for kind, names in (("userid", users), ("group", groups)):
                if names:
                    context[f"ec2:{way.lower()}/{kind}"] = tuple(names)
        yield replace(need, context=need.context | context, known=need.known | _KNOWN)

    return rule


def _use(call: Call, action: str, key_arn: str) -> Need:
    context: Context = {
        "kms:viaservice": (f"ec2.{call.region}.amazonaws.com",),
        "aws:viaawsservice": ("true",),
    }
    if action == "kms:CreateGrant":
        context["kms:grantisforawsresource"] = ("true",)
    return needed(call, action, key_arn, context)


def _is_managed(call: Call, key_arn: str) -> bool:
    keys = kms_backends[call.account][call.region]
    managed = "alias/aws/ebs"
    return bool(keys.alias_exists(managed) and keys.describe_key(managed).arn == key_arn)
