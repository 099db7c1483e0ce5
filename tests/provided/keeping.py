"""Samples of buckets, of what is set on them, and of objects."""

from __future__ import annotations

import json

from tests.emulated import REGION, TAX
from tests.provided import Accounts, Inputs, Sample

TAGGED = {"tags": {"team": "tax"}}
RETAGGED = {"tags": {"team": "land"}}
KEY = f"arn:aws:kms:{REGION}:{TAX}:key/00000000-0000-0000-0000-000000000000"
OTHER_KEY = KEY.replace("0000-000000000000", "1111-111111111111")
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
BUCKET = "aws:s3/bucket:Bucket"


def encryption(key: str) -> list[Inputs]:
    """Rules with a key."""
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}
    return [{"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}]


def bucket_policy(sid: str) -> str:
    """Denies what comes without TLS."""
    statement = {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::guarded/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bucket(accounts: Accounts) -> Inputs:
    """A lockable bucket, made once."""
    s3 = accounts.client(TAX, "s3")
    if not any(each["Name"] == "guarded" for each in s3.list_buckets()["Buckets"]):
        accounts.make(TAX, BUCKET, {"bucket": "guarded", "objectLockEnabled": True})
    return {"bucket": "guarded"}


def retention(days: int) -> Inputs:
    """A rule that keeps for days."""
    return {"defaultRetention": {"mode": "GOVERNANCE", "days": days}}


SAMPLES: dict[str, Sample] = {
    BUCKET: Sample(
        inputs={"bucket": "sample", "objectLockEnabled": True, "forceDestroy": True, **TAGGED},
        change={"forceDestroy": False, **RETAGGED},
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Sample(
        inputs={"versioningConfiguration": {"status": "Enabled"}}, needs=bucket, stays=True
    ),
    ENCRYPTION: Sample(
        inputs={"rules": encryption(KEY)}, change={"rules": encryption(OTHER_KEY)}, needs=bucket
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Sample(
        inputs={
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
        change={"restrictPublicBuckets": False},
        needs=bucket,
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Sample(
        inputs={"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        change={"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        needs=bucket,
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Sample(
        inputs={"policy": bucket_policy("One")},
        change={"policy": bucket_policy("Two")},
        needs=bucket,
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": Sample(
        inputs={"rule": retention(1)}, change={"rule": retention(2)}, needs=bucket
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Sample(
        inputs={
            "key": "exemptions.json",
            "content": '{"exemptions": []}',
            "contentType": "application/json",
            **TAGGED,
        },
        change={"content": '{"exemptions": [1]}', **RETAGGED},
        needs=bucket,
    ),
}
