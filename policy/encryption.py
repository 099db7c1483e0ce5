"""Rules of what is kept in queues, topics and tables: encrypted, and on which key."""

from __future__ import annotations

from typing import Final

from policy.rule import Rule, Seen, Verdicts

QUEUE: Final = "aws:sqs/queue:Queue"
TABLE: Final = "aws:dynamodb/table:Table"


def _queues(seen: Seen) -> Verdicts:
    if seen.type != QUEUE:
        return
    yield from seen.wants("sqsManagedSseEnabled", True, "true is SQS's own key, for every service")
    yield from seen.demands(
        "kmsMasterKeyId", lambda key: not key, "AWS's own KMS key would shut EventBridge out"
    )


def _topics(seen: Seen) -> Verdicts:
    if seen.type == "aws:sns/topic:Topic":
        yield from seen.demands(
            "kmsMasterKeyId",
            lambda key: bool(key) and not str(key).endswith("alias/aws/sns"),
            "a topic is on a key of ours, for AWS's own would shut EventBridge and the alarms out",
        )


def _keys(seen: Seen) -> Verdicts:
    if seen.type == "aws:kms/key:Key":
        yield from seen.wants("enableKeyRotation", True, "keys are rotated")


def _tables(seen: Seen) -> Verdicts:
    if seen.type != TABLE:
        return
    for path in ("serverSideEncryption.enabled", "pointInTimeRecovery.enabled"):
        yield from seen.wants(path, True, "it is switched on for what we keep")


RULES: Final = (
    Rule(
        name="queues-encrypted",
        holds="queues are encrypted with SQS's own key",
        matters="an AWS-managed KMS key refuses EventBridge, and a dead letter would be lost",
        remedy="set sqs_managed_sse_enabled=True and no kms_master_key_id",
        traps="4.5",
        each=_queues,
    ),
    Rule(
        name="topics-on-our-key",
        holds="a topic is encrypted with a key of the stack, not with alias/aws/sns",
        matters="every message of EventBridge and of the alarms would vanish",
        remedy="set kms_master_key_id to the ARN of a key that lets the services in",
        traps="5.6",
        each=_topics,
    ),
    Rule(
        name="keys-rotate",
        holds="every key is rotated",
        matters="who copied a key's use once would read everything that ever comes",
        remedy="set enable_key_rotation=True",
        each=_keys,
    ),
    Rule(
        name="tables-encrypted",
        holds="tables are encrypted with a KMS key and can be restored to a point in time",
        matters="locks and prior states would be gone with one wrong write",
        remedy="set server_side_encryption and point_in_time_recovery, both enabled",
        each=_tables,
    ),
)
