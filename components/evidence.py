"""Evidence that stays as it was put, and the exemptions: two buckets and a key of our own.

Members put evidence under their own account's prefix and can never read, change or delete any of
it; they read one object, which says what is never contained. The bucket is locked: a version cannot
go before its time (AWS docs: object-lock-overview).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components.evidence_policies import Reach
from names import EVIDENCE_KEY, EXEMPTIONS_OBJECT, Place, evidence_bucket, exemptions_bucket

Mode = Literal["GOVERNANCE", "COMPLIANCE"]
Policy = Callable[[pulumi.Output[str]], dict[str, Any]]
"""A bucket's policy, by the ARN of its key."""


@dataclass(frozen=True, kw_only=True)
class EvidenceArgs:
    """What ``Evidence`` needs; ``place`` is the security account in the home region."""

    place: Place
    organization: str | None
    retention_days: int
    retention_mode: Mode
    exemptions: Sequence[Mapping[str, str]]
    """Resource (ARN, * matches any), Owner, Reason and Expires (YYYY-MM-DD, inclusive) of each."""
    writers: Sequence[str]
    """Names of the roles that put evidence, in whichever account."""
    readers: Sequence[str]
    """Names of the roles that read the exemptions."""
    retain_data: bool


class Evidence(pulumi.ComponentResource):
    """The locked bucket, the bucket of the exemptions, and the key of both."""

    def __init__(
        self, name: str, args: EvidenceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Evidence", name, None, opts)
        self._name, self._args, self._region = name, args, args.place.region
        self._reach = Reach(
            place=args.place,
            organization=args.organization,
            writers=args.writers,
            readers=args.readers,
        )
        self._key = aws.kms.Key(
            f"{name}-key",
            description="evidence of containment, and its exemptions",
            enable_key_rotation=True,
            policy=json.dumps(self._reach.to_key()),
            region=self._region,
            opts=self._child(),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=EVIDENCE_KEY,
            target_key_id=self._key.key_id,
            region=self._region,
            opts=self._child(),
        )
        self._locked(f"{name}-locked", evidence_bucket(args.place))
        self._exempt(f"{name}-exemptions", exemptions_bucket(args.place))
        self.register_outputs({})

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """All of it is kept where data is: a bucket that outlives its policy would stand open."""
        return pulumi.ResourceOptions(
            parent=self, depends_on=[*after], retain_on_delete=self._args.retain_data
        )

    def _locked(self, name: str, physical: str) -> None:
        bucket, ready = self._bucket(name, physical, self._reach.to_evidence, locked=True)
        aws.s3.BucketObjectLockConfiguration(
            f"{name}-retention",
            bucket=bucket.bucket,
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
                default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                    mode=self._args.retention_mode, days=self._args.retention_days
                )
            ),
            region=self._region,
            opts=self._child(*ready),
        )

    def _exempt(self, name: str, physical: str) -> None:
        """One object, a version for each change in Git: whoever reads it says which (trap 4.7)."""
        bucket, ready = self._bucket(name, physical, self._reach.to_exemptions, locked=False)
        content = {"exemptions": [dict(each) for each in self._args.exemptions]}
        aws.s3.BucketObjectv2(
            f"{name}-object",
            bucket=bucket.bucket,
            key=EXEMPTIONS_OBJECT,
            content=json.dumps(content),
            content_type="application/json",
            region=self._region,
            # A version that is put before the settings are there is neither kept nor encrypted.
            opts=self._child(*ready),
        )

    def _bucket(
        self, name: str, physical: str, policy: Policy, *, locked: bool
    ) -> tuple[aws.s3.Bucket, list[pulumi.Resource]]:
        """A bucket with all that guards it, one after the other.

        S3 refuses two changes of one bucket at a time (botocore: s3 model, OperationAborted).
        """
        bucket = aws.s3.Bucket(
            name,
            bucket=physical,
            object_lock_enabled=locked,
            force_destroy=not self._args.retain_data,
            region=self._region,
            opts=self._child(),
        )
        versions = aws.s3.BucketVersioning(
            f"{name}-versions",
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled"
            ),
            region=self._region,
            opts=self._child(),
        )
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(  # noqa: E501 - the SDK's own name
            sse_algorithm="aws:kms", kms_master_key_id=self._key.arn
        )
        encrypted = aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=default, bucket_key_enabled=True
                )
            ],
            region=self._region,
            opts=self._child(versions),
        )
        closed = aws.s3.BucketPublicAccessBlock(
            f"{name}-closed",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            region=self._region,
            opts=self._child(encrypted),
        )
        owned = aws.s3.BucketOwnershipControls(
            f"{name}-owner",
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            region=self._region,
            opts=self._child(closed),
        )
        guarded = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=pulumi.Output.json_dumps(policy(self._key.arn)),
            region=self._region,
            opts=self._child(owned),
        )
        return bucket, [versions, encrypted, closed, owned, guarded]
