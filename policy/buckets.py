"""Rules of buckets: whose they are, who reads them, and what keeps evidence as it was put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from names import PREFIX
from policy.rule import UNKNOWN, Broken, Rule, Seen, Stack, Unjudged, Verdicts

BUCKET: Final = "aws:s3/bucket:Bucket"
LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_ENCRYPTION: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
GUARDS: Final = {
    "aws:s3/bucketVersioning:BucketVersioning": "versions",
    _ENCRYPTION: "encryption",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "block of public access",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "owner of all objects",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
}
"""Type → what of a bucket it is."""
_CLOSED: Final[Mapping[str, Mapping[str, Any]]] = {
    "BucketVersioning": {"versioningConfiguration.status": "Enabled"},
    "BucketPublicAccessBlock": {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    },
    "BucketOwnershipControls": {"rule.objectOwnership": "BucketOwnerEnforced"},
}
_KEY: Final = "rules.0.applyServerSideEncryptionByDefault"


def _closed(seen: Seen) -> Verdicts:
    if seen.type in GUARDS:
        for path, wanted in _CLOSED.get(seen.kind, {}).items():
            yield from seen.wants(path, wanted, f"not {wanted!r}")


def _encrypted(seen: Seen) -> Verdicts:
    if seen.type != _ENCRYPTION:
        return
    yield from seen.wants(f"{_KEY}.sseAlgorithm", "aws:kms", "not 'aws:kms'")
    yield from seen.demands(
        f"{_KEY}.kmsMasterKeyId",
        lambda key: bool(key) and not str(key).endswith("alias/aws/s3"),
        "only a key of our own has a policy of ours, and only that says who reads",
    )


def _guarded(stack: Stack) -> Verdicts:
    for bucket in stack.of(BUCKET):
        for kind, what in GUARDS.items():
            if not stack.fed(bucket, kind, "bucket"):
                yield Broken(f"{bucket.name} has no {what} that names it", bucket.urn)


def _locked(stack: Stack) -> Verdicts:
    for bucket in stack.of(BUCKET):
        name = bucket.value("bucket")
        if name is UNKNOWN:
            yield Unjudged("bucket", bucket.urn)
        elif str(name).startswith(f"{PREFIX}evidence"):
            if bucket.value("objectLockEnabled") is not True:
                yield Broken(f"{bucket.name}: objectLockEnabled is not true", bucket.urn)
            if not (locks := stack.fed(bucket, LOCK, "bucket")):
                yield Broken(f"{bucket.name} has no retention that names it", bucket.urn)
            for lock in locks:
                yield from lock.demands(
                    "rule.defaultRetention.days", lambda days: bool(days), "not for a day"
                )


RULES: Final = (
    Rule(
        name="buckets-closed",
        holds="buckets keep versions, block public access and own every object",
        matters="evidence could be overwritten, or read by whoever was let in by a list",
        remedy="set all four blocks, BucketOwnerEnforced and versioning Enabled",
        each=_closed,
    ),
    Rule(
        name="buckets-on-our-key",
        holds="buckets are encrypted with a key of the stack",
        matters="with S3's own key whoever may read the bucket reads the evidence",
        remedy='set sse_algorithm="aws:kms" and kms_master_key_id to the ARN of a key of ours',
        each=_encrypted,
    ),
    Rule(
        name="buckets-guarded",
        holds="each bucket has versions, encryption, a block, an owner and a policy of its own",
        matters="what guards one bucket guards no other: a new one would stand open",
        remedy="make it as evidence.py makes the others",
        whole=_guarded,
    ),
    Rule(
        name="evidence-locked",
        holds="the evidence bucket has Object Lock, for a day at least",
        matters="whoever takes the security account over could delete what shows it",
        remedy="set object_lock_enabled=True and a default retention in days",
        whole=_locked,
    ),
)
