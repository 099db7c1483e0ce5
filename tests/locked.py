"""A locked, encrypted bucket in the security account of an emulated organisation, made by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rehearsal.emulator.clients import Session
from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow, document
from tests.emulated import REGION, SECURITY, TAX, client

BUCKET, ALIAS = "evidence", "alias/evidence"
EVERYWHERE = f"arn:aws:s3:::{BUCKET}/*"
KEYS = f"arn:aws:kms:{REGION}:{SECURITY}:key/*"
BY_ALIAS = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ALIAS}}
PUTS = allow("s3:PutObject", EVERYWHERE)
READS = allow("s3:GetObject", EVERYWHERE)
ENCRYPTS = allow(["kms:GenerateDataKey", "kms:Decrypt"], KEYS, Condition=BY_ALIAS)
ANYBODY: dict[str, Any] = {"Principal": "*"}
INSIDE = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
OWN = f"arn:aws:s3:::{BUCKET}/${{aws:PrincipalAccount}}/*"
KEY_USE = ["kms:GenerateDataKey", "kms:Decrypt"]
FOUND = {"Bucket": BUCKET, "Key": f"{TAX}/found"}


@dataclass(frozen=True, kw_only=True)
class Locked:
    """The bucket, and who works with it."""

    running: Emulator
    owner: Any
    """The security account's own S3 client."""
    key: str
    """ARN of the key."""

    def put(self, s3: Any, name: str = f"{TAX}/found", **more: Any) -> str:
        """Put an object with a checksum; its version."""
        given = {"Body": b"memory", "ChecksumAlgorithm": "SHA256", **more}
        return str(s3.put_object(Bucket=BUCKET, Key=name, **given)["VersionId"])

    def member(self, *statements: dict[str, Any], name: str = "runner") -> Any:
        """S3 as a role of the tax account that may do what these statements say."""
        who: Session = acting(self.running, *statements, name=name)
        return who.client("s3", REGION)

    def admit(self, *statements: dict[str, Any]) -> None:
        """Give the bucket this policy."""
        self.owner.put_bucket_policy(Bucket=BUCKET, Policy=document(*statements))

    def guard(self, *statements: dict[str, Any]) -> None:
        """Give the key this policy, beside its own account's IAM."""
        own = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{SECURITY}:root"})
        policy = json.dumps({"Version": "2012-10-17", "Statement": [own, *statements]})
        kms = client(self.running, SECURITY, "kms")
        kms.put_key_policy(KeyId=self.key, PolicyName="default", Policy=policy)


def locked(running: Emulator, *, mode: str = "GOVERNANCE", days: int = 1) -> Locked:
    """Make bucket and key, with nobody let in."""
    kms, s3 = client(running, SECURITY, "kms"), client(running, SECURITY, "s3")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=key)
    s3.create_bucket(
        Bucket=BUCKET,
        CreateBucketConfiguration={"LocationConstraint": REGION},
        ObjectLockEnabledForBucket=True,
        ObjectOwnership="BucketOwnerEnforced",
    )
    s3.put_object_lock_configuration(
        Bucket=BUCKET,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": mode, "Days": days}},
        },
    )
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
        },
    )
    made = Locked(running=running, owner=s3, key=key)
    made.guard()
    return made


def opened(running: Emulator, **options: Any) -> Locked:
    """A bucket that lets the organisation put under its own prefixes, and read all."""
    made = locked(running, **options)
    put = allow("s3:PutObject", OWN, Condition=INSIDE, **ANYBODY)
    made.admit(put, allow("s3:GetObject", EVERYWHERE, Condition=INSIDE, **ANYBODY))
    made.guard(allow(KEY_USE, Condition=INSIDE, **ANYBODY))
    return made
