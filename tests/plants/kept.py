"""Violations of how something is kept."""

from __future__ import annotations

from tests.plants.plant import Plant

KEPT = (
    Plant(
        rule="queues-encrypted",
        says="kmsMasterKeyId is 'alias/aws/sqs'",
        file="components/targets.py",
        old="        sqs_managed_sse_enabled=True,\n",
        new='        kms_master_key_id="alias/aws/sqs",\n',
        near="        sqs_managed_sse_enabled=True,\n        visibility_timeout_seconds=60,\n",
    ),
    Plant(
        rule="topics-on-our-key",
        says="'alias/aws/sns'",
        file="components/notification.py",
        old="kms_master_key_id=key.arn,",
        new='kms_master_key_id="alias/aws/sns",',
        near="kms_master_key_id=NOTIFICATION_KEY,",
    ),
    Plant(
        rule="keys-rotate",
        says="enableKeyRotation is missing",
        file="components/evidence.py",
        old="            enable_key_rotation=True,\n",
        new="",
        near="            enable_key_rotation=True,\n            rotation_period_in_days=90,\n",
    ),
    Plant(
        rule="tables-encrypted",
        says="pointInTimeRecovery.enabled is False",
        file="components/access.py",
        old="aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True)",
        new="aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=False)",
        near="aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True, recovery_period_in_days=9)",
    ),
    Plant(
        rule="buckets-closed",
        says="restrictPublicBuckets is False",
        file="components/evidence.py",
        old="            restrict_public_buckets=True,\n",
        new="            restrict_public_buckets=False,\n",
        near="            restrict_public_buckets=True,\n            skip_destroy=True,\n",
    ),
    Plant(
        rule="buckets-on-our-key",
        says="'AES256'",
        file="components/evidence.py",
        old='sse_algorithm="aws:kms", kms_master_key_id=self._key.arn',
        new='sse_algorithm="AES256"',
        near='sse_algorithm="aws:kms", kms_master_key_id=self._key.key_id',
    ),
    Plant(
        rule="buckets-guarded",
        says="has no owner",
        file="components/evidence.py",
        old='            f"{name}-owner",\n            bucket=bucket.bucket,\n',
        new='            f"{name}-owner",\n            bucket="another",\n',
        near='            f"{name}-owner",\n            bucket=bucket.id,\n',
    ),
    Plant(
        rule="evidence-locked",
        says="days is 0",
        file="components/evidence.py",
        old="days=self._args.retention_days",
        new="days=0",
        near="days=1",
    ),
    Plant(
        rule="dead-letters-kept",
        says="is 345600",
        file="components/targets.py",
        old="message_retention_seconds=1_209_600,",
        new="message_retention_seconds=345_600,",
        near="message_retention_seconds=14 * 86_400,",
    ),
    Plant(
        rule="ledger-kept",
        says="retentionInDays is 90",
        file="components/ledger.py",
        old="retention_in_days=731,",
        new="retention_in_days=90,",
        near="retention_in_days=365,",
    ),
    Plant(
        rule="data-kept",
        says="access-state can be deleted",
        file="components/access.py",
        old="            deletion_protection_enabled=retain,\n",
        new="",
        near="            deletion_protection_enabled=True,\n",
    ),
)
