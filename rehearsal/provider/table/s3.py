"""S3: buckets, what is set on them, and objects (botocore: s3 model).

Tags of buckets and objects are replaced as a whole; a bucket that is in use elsewhere is not empty,
and only ``forceDestroy`` takes its versions away, held back by governance or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.emulator.world import NotEmulatedError
from rehearsal.provider.codecs import Document, Pairs, Same, Several, Shape
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging

BUCKET = Property(to="Bucket", change="replace")
"""The input by which everything that is set on a bucket names it."""

DEFAULT_REGION = "us-east-1"
"""Where a bucket is made that names no place; naming it is refused (AWS docs: CreateBucket)."""


def _place(scope: Scope) -> dict[str, str] | None:
    region = scope["region"]
    return None if region == DEFAULT_REGION else {"LocationConstraint": region}


def _remove(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    if scope.get("forceDestroy"):
        _empty(call)
    call(Call("delete_bucket", Bucket="{id}"))


def _empty(call: Callable[[Call], dict[str, Any]], key: str | None = None) -> None:
    """Delete every version and marker, of one key or of all, past a governance lock."""
    while True:
        listed = call(Call("list_object_versions", Bucket="{bucket}", Prefix=key or ""))
        held = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
        found = [each for each in held if key in (None, each["Key"])]
        for each in found:
            past = {"BypassGovernanceRetention": True} if key is None else {}
            one = {"Key": each["Key"], "VersionId": each["VersionId"], **past}
            call(Call("delete_object", Bucket="{bucket}", **one))
        if not listed.get("IsTruncated"):
            return
        if not found:
            raise NotEmulatedError(f"{key}: hidden behind more than a page of other keys")


def _remove_object(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    _empty(call, scope["key"])


class _Content(Same):
    """The text of an object: given as text, read as a stream."""

    def sent(self, value: Any) -> Any:
        return value.encode()

    def seen(self, value: Any, held: Any) -> Any:
        return None if value is None else value.read().decode()


_RETENTION = Shape(
    {"defaultRetention": ("DefaultRetention", Shape({"mode": "Mode", "days": "Days"}))}
)
_ENCRYPTION = Several(
    Shape(
        {
            "applyServerSideEncryptionByDefault": (
                "ApplyServerSideEncryptionByDefault",
                Shape({"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}),
            ),
            "bucketKeyEnabled": "BucketKeyEnabled",
        }
    )
)
_STATUS = Shape({"status": "Status"})
_OWNER = Shape({"objectOwnership": "ObjectOwnership"})


def _closed(name: str) -> Property:
    aws = name[0].upper() + name[1:]
    path = f"PublicAccessBlockConfiguration.{aws}"
    return Property(to=path, read=path, default=False)


KINDS: dict[str, Kind] = {
    "aws:s3/bucket:Bucket": Kind(
        service="s3",
        create=Call("create_bucket", CreateBucketConfiguration=_place),
        read=Call("head_bucket", Bucket="{id}"),
        delete=_remove,
        id="{bucket}",
        properties={
            "bucket": BUCKET,
            # Never taken back once given, so that no drift from it is possible.
            "objectLockEnabled": Property(to="ObjectLockEnabledForBucket", change="replace"),
            "forceDestroy": Property(change=lambda call, scope: None, default=False),
        },
        outputs={
            "arn": "arn:{partition}:s3:::{bucket}",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
        },
        identity=("bucket",),
        auto_named="bucket",
        gone=("404",),
        tags=Tagging(
            add=Call("put_bucket_tagging", Bucket="{id}", Tagging={"TagSet": "{tags}"}),
            remove=Call("put_bucket_tagging", Bucket="{id}", Tagging={"TagSet": "{tags}"}),
            read=Call("get_bucket_tagging", Bucket="{id}"),
            none=("NoSuchTagSet",),
            path="TagSet",
            codec=Pairs(),
        ),
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Kind(
        service="s3",
        create=Call("put_bucket_versioning"),
        read=Call("get_bucket_versioning", Bucket="{id}"),
        pick="Status && @",
        delete=None,  # what is versioned stays so: it can only be suspended
        id="{bucket}",
        properties={
            "bucket": BUCKET,
            "versioningConfiguration": Property(
                to="VersioningConfiguration", read="@", codec=_STATUS
            ),
        },
        identity=("bucket",),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Kind(
        service="s3",
        create=Call("put_bucket_encryption"),
        read=Call("get_bucket_encryption", Bucket="{id}"),
        delete=Call("delete_bucket_encryption", Bucket="{id}"),
        id="{bucket}",
        properties={
            "bucket": BUCKET,
            "rules": Property(
                to="ServerSideEncryptionConfiguration.Rules",
                read="ServerSideEncryptionConfiguration.Rules",
                codec=_ENCRYPTION,
            ),
        },
        identity=("bucket",),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Kind(
        service="s3",
        create=Call("put_public_access_block"),
        read=Call("get_public_access_block", Bucket="{id}"),
        delete=Call("delete_public_access_block", Bucket="{id}"),
        id="{bucket}",
        properties={
            "bucket": BUCKET,
            **{
                name: _closed(name)
                for name in (
                    *("blockPublicAcls", "blockPublicPolicy"),
                    *("ignorePublicAcls", "restrictPublicBuckets"),
                )
            },
        },
        identity=("bucket",),
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Kind(
        service="s3",
        create=Call("put_bucket_ownership_controls"),
        read=Call("get_bucket_ownership_controls", Bucket="{id}"),
        delete=Call("delete_bucket_ownership_controls", Bucket="{id}"),
        id="{bucket}",
        properties={
            "bucket": BUCKET,
            "rule": Property(
                to="OwnershipControls.Rules.0", read="OwnershipControls.Rules[0]", codec=_OWNER
            ),
        },
        identity=("bucket",),
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Kind(
        service="s3",
        create=Call("put_bucket_policy"),
        read=Call("get_bucket_policy", Bucket="{id}"),
        delete=Call("delete_bucket_policy", Bucket="{id}"),
        id="{bucket}",
        properties={
            "bucket": BUCKET,
            "policy": Property(to="Policy", read="Policy", codec=Document()),
        },
        identity=("bucket",),
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": Kind(
        service="s3",
        create=Call(
            "put_object_lock_configuration",
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"},
        ),
        read=Call("get_object_lock_configuration", Bucket="{id}"),
        pick="ObjectLockConfiguration.Rule && ObjectLockConfiguration",
        # A bucket stays lockable for ever; what goes is the retention that new objects get.
        delete=Call(
            "put_object_lock_configuration",
            Bucket="{id}",
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"},
        ),
        id="{bucket}",
        properties={
            "bucket": BUCKET,
            "rule": Property(to="ObjectLockConfiguration.Rule", read="Rule", codec=_RETENTION),
        },
        identity=("bucket",),
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Kind(
        service="s3",
        create=Call("put_object", ChecksumAlgorithm="SHA256"),
        read=Call("get_object", Bucket="{bucket}", Key="{key}"),
        delete=_remove_object,
        id="{bucket}/{key}",
        properties={
            "bucket": BUCKET,
            "key": Property(to="Key", change="replace"),
            "content": Property(to="Body", read="Body", codec=_Content()),
            "contentType": Property(to="ContentType", read="ContentType"),
        },
        outputs={
            "arn": "arn:{partition}:s3:::{bucket}/{key}",
            "versionId": "{@VersionId}",
        },
        identity=("bucket", "key"),
        tags=Tagging(
            add=Call(
                "put_object_tagging", Bucket="{bucket}", Key="{key}", Tagging={"TagSet": "{tags}"}
            ),
            remove=Call(
                "put_object_tagging", Bucket="{bucket}", Key="{key}", Tagging={"TagSet": "{tags}"}
            ),
            read=Call("get_object_tagging", Bucket="{bucket}", Key="{key}"),
            path="TagSet",
            codec=Pairs(),
        ),
    ),
}
