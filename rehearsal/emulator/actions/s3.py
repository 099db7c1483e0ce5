"""What S3's operations ask of IAM, and of the key with which an object is encrypted.

(Source: AWS's service authorization reference; AWS docs: using-with-s3-policy-actions,
UsingKMSEncryption.) An operation that is not here is not emulated, since many have other names than
their actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.s3.models import s3_backends

from rehearsal.emulator.actions.keys import needed
from rehearsal.emulator.actions.need import Call, Context, Need, Rule
from rehearsal.emulator.world import NotEmulatedError

ENCRYPTION = "s3:x-amz-server-side-encryption"
_HEADERS = {
    ENCRYPTION: "ServerSideEncryption",
    f"{ENCRYPTION}-aws-kms-key-id": "SSEKMSKeyId",
    "s3:x-amz-acl": "ACL",
    "s3:object-lock-mode": "ObjectLockMode",
    "s3:versionid": "VersionId",
    "s3:prefix": "Prefix",
}
"""Condition key → parameter that fills it in."""


def bucket_of(name: str) -> Any:
    """moto's bucket, in whatever account it is; None where there is none."""
    partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[account][partition].buckets.get(name) if account else None


@dataclass(frozen=True, kw_only=True)
class Encryption:
    """The key of ours with which an object is, or would be, encrypted."""

    action: str
    key: str
    """Its ARN."""
    shared: bool
    """Whether with a bucket key, which one call to KMS makes for many objects."""


def encryption_of(call: Call) -> Encryption | None:
    """What a call asks of KMS; None where S3's own keys are used, or nothing is there.

    Raises NotEmulatedError for AWS's managed key, and for a bucket's key that is no ARN: it would
    be looked up in the account that puts (AWS docs: bucket-encryption).
    """
    bucket = bucket_of(call.params.get("Bucket", ""))
    if bucket is None:
        return None
    if call.operation == "PutObject":
        return _chosen(call, bucket)
    # A HEAD needs no key, unless it asks for the checksum (AWS docs: HeadObject).
    reads = call.operation == "GetObject" or call.params.get("ChecksumMode") == "ENABLED"
    held = version_of(bucket, call.params.get("Key", ""), call.params.get("VersionId"))
    if not reads or held is None or held.encryption != "aws:kms":
        return None
    return Encryption(
        action="kms:Decrypt", key=str(held.kms_key_id), shared=_true(held.bucket_key_enabled)
    )


def _chosen(call: Call, bucket: Any) -> Encryption | None:
    rule = (bucket.encryption or {}).get("Rule") or {}
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    named = call.params.get("ServerSideEncryption")
    if (named or default.get("SSEAlgorithm") or "AES256") == "AES256":
        return None
    key = call.params.get("SSEKMSKeyId") or (not named and default.get("KMSMasterKeyID")) or ""
    if not key.startswith("arn:") or ":key/" not in key:
        raise NotEmulatedError(f"{call.action} with the key {key!r}: only keys by their ARN are")
    shared = _true(rule.get("BucketKeyEnabled"))
    return Encryption(action="kms:GenerateDataKey", key=key, shared=shared)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def version_of(bucket: Any, key: str, version: str | None) -> Any:
    """moto's object, the newest or of a version; None where it is gone or hidden by a marker."""
    held = bucket.keys.getlist(key, [])
    found = [each for each in held if version in (None, each.version_id)]
    return found[-1] if found and hasattr(found[-1], "encryption") else None


def _on_key(call: Call) -> Iterator[Need]:
    """S3's own call to KMS, for the caller (AWS docs: UsingKMSEncryption, bucket-key)."""
    encryption = encryption_of(call)
    if encryption is None:
        return
    arn = f"arn:aws:s3:::{call.params['Bucket']}"
    region = encryption.key.split(":")[3]
    context: Context = {
        "kms:viaservice": (f"s3.{region}.amazonaws.com",),
        "kms:encryptioncontext:aws:s3:arn": (
            arn if encryption.shared else f"{arn}/{call.params['Key']}",
        ),
        "aws:viaawsservice": ("true",),
    }
    yield needed(call, encryption.action, encryption.key, context)


def _asked(call: Call) -> tuple[Context, frozenset[str]]:
    given = {key: call.params.get(name) for key, name in _HEADERS.items()}
    return {key: (str(value),) for key, value in given.items() if value}, frozenset(_HEADERS)


def _on(call: Call, action: str, *, key: str = "") -> Need:
    name = call.params["Bucket"]
    held = bucket_of(name)
    context, known = _asked(call)
    return Need(
        action=f"s3:{action}",
        resource=f"arn:aws:s3:::{name}" + (f"/{key}" if key else ""),
        owner=held.account_id if held is not None else "",
        context=context,
        known=known,
    )


def _of_bucket(*actions: str) -> Rule:
    return lambda call: [_on(call, action) for action in actions]


def _of_object(action: str, versioned: str = "") -> Rule:
    def needs(call: Call) -> Iterator[Need]:
        of_version = versioned and call.params.get("VersionId")
        yield _on(call, versioned if of_version else action, key=call.params["Key"])
        if call.params.get("BypassGovernanceRetention"):
            yield _on(call, "BypassGovernanceRetention", key=call.params["Key"])

    return needs


def _put(call: Call) -> Iterator[Need]:
    name = call.params["Key"]
    yield _on(call, "PutObject", key=name)
    if call.params.get("Tagging"):
        yield _on(call, "PutObjectTagging", key=name)
    if call.params.get("ObjectLockMode") or call.params.get("ObjectLockRetainUntilDate"):
        yield _on(call, "PutObjectRetention", key=name)
    if call.params.get("ObjectLockLegalHoldStatus"):
        yield _on(call, "PutObjectLegalHold", key=name)
    yield from _on_key(call)


def _get(call: Call) -> Iterator[Need]:
    yield from _of_object("GetObject", "GetObjectVersion")(call)
    bucket = bucket_of(call.params["Bucket"])
    if bucket and version_of(bucket, call.params["Key"], call.params.get("VersionId")) is None:
        # Whether it exists is told to those who may list (AWS docs: GetObject).
        yield _on(call, "ListBucket")
    yield from _on_key(call)


def _create(call: Call) -> Iterator[Need]:
    yield _on(call, "CreateBucket")
    if call.params.get("ObjectLockEnabledForBucket"):
        yield _on(call, "PutBucketObjectLockConfiguration")
        yield _on(call, "PutBucketVersioning")


def unknown(call: Call) -> Iterator[Need]:
    """Raises NotEmulatedError, whatever the call."""
    raise NotEmulatedError(f"The operation s3:{call.operation} is not emulated.")


S3_RULES: dict[str, Rule] = {
    "ListBuckets": lambda call: [Need(action="s3:ListAllMyBuckets", resource="*")],
    "CreateBucket": _create,
    "DeleteBucket": _of_bucket("DeleteBucket"),
    "HeadBucket": _of_bucket("ListBucket"),
    "ListObjectsV2": _of_bucket("ListBucket"),
    "ListObjectVersions": _of_bucket("ListBucketVersions"),
    "GetBucketVersioning": _of_bucket("GetBucketVersioning"),
    "PutBucketVersioning": _of_bucket("PutBucketVersioning"),
    "GetBucketEncryption": _of_bucket("GetEncryptionConfiguration"),
    "PutBucketEncryption": _of_bucket("PutEncryptionConfiguration"),
    "DeleteBucketEncryption": _of_bucket("PutEncryptionConfiguration"),
    "GetPublicAccessBlock": _of_bucket("GetBucketPublicAccessBlock"),
    "PutPublicAccessBlock": _of_bucket("PutBucketPublicAccessBlock"),
    "DeletePublicAccessBlock": _of_bucket("PutBucketPublicAccessBlock"),
    "GetBucketOwnershipControls": _of_bucket("GetBucketOwnershipControls"),
    "PutBucketOwnershipControls": _of_bucket("PutBucketOwnershipControls"),
    "DeleteBucketOwnershipControls": _of_bucket("PutBucketOwnershipControls"),
    "GetBucketPolicy": _of_bucket("GetBucketPolicy"),
    "PutBucketPolicy": _of_bucket("PutBucketPolicy"),
    "DeleteBucketPolicy": _of_bucket("DeleteBucketPolicy"),
    "GetObjectLockConfiguration": _of_bucket("GetBucketObjectLockConfiguration"),
    "PutObjectLockConfiguration": _of_bucket("PutBucketObjectLockConfiguration"),
    "GetBucketTagging": _of_bucket("GetBucketTagging"),
    "PutBucketTagging": _of_bucket("PutBucketTagging"),
    "PutObject": _put,
    "GetObject": _get,
    "HeadObject": _get,
    "DeleteObject": _of_object("DeleteObject", "DeleteObjectVersion"),
    "GetObjectTagging": _of_object("GetObjectTagging", "GetObjectVersionTagging"),
    "PutObjectTagging": _of_object("PutObjectTagging", "PutObjectVersionTagging"),
    "GetObjectRetention": _of_object("GetObjectRetention"),
    "PutObjectRetention": _of_object("PutObjectRetention"),
}
