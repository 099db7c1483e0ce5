"""Rules of how long something is kept, and what outlives a stack that goes.

Whether a resource is retained is not among the options that the engine tells a policy pack
(pulumirpc: AnalyzerResourceOptions): the tests of the declared graph see to that. What guards data
in AWS itself is seen here.
"""

from __future__ import annotations

from typing import Final

from policy.buckets import BUCKET
from policy.encryption import QUEUE, TABLE
from policy.rule import UNKNOWN, Broken, Rule, Seen, Stack, Unjudged, Verdicts

FORTNIGHT: Final = 14 * 24 * 3600  # the longest that SQS keeps (botocore: sqs model)
YEAR: Final = 365


def _dead_letters(seen: Seen) -> Verdicts:
    if seen.type == QUEUE:
        yield from seen.wants("messageRetentionSeconds", FORTNIGHT, f"14 days are {FORTNIGHT}")


def _logs(seen: Seen) -> Verdicts:
    if seen.type == "aws:cloudwatch/logGroup:LogGroup":
        yield from seen.demands(
            "retentionInDays",
            lambda days: days is not None and (days == 0 or days >= YEAR),
            f"the ledger is kept for {YEAR} days at least, or with 0 for good",
        )


def _kept(stack: Stack) -> Verdicts:
    """By what each table and bucket says of itself, since a part of a stack has no settings."""
    kept: list[Seen] = []
    going: list[Seen] = []
    for kind, key, keeps in (
        (TABLE, "deletionProtectionEnabled", True),
        (BUCKET, "forceDestroy", False),
    ):
        for each in stack.of(kind):
            value = each.value(key)
            if value is UNKNOWN:
                yield Unjudged(key, each.urn)
            else:
                (kept if bool(value) is keeps else going).append(each)
    retain = stack.config.get("retain")
    if retain or (retain is None and kept and going):
        for each in going:
            yield Broken(f"{each.name} can be deleted with what is in it", each.urn)
    elif retain is False:
        for each in kept:
            yield Broken(f"{each.name} would outlive a stack that is to leave nothing", each.urn)


RULES: Final = (
    Rule(
        name="dead-letters-kept",
        holds="queues keep for 14 days what reached nobody",
        matters="the default is four: an event lost before a long weekend would be gone after it",
        remedy=f"set message_retention_seconds={FORTNIGHT}",
        traps="4.5",
        each=_dead_letters,
    ),
    Rule(
        name="ledger-kept",
        holds="log groups keep what they have for a year at least",
        matters="the ledger is the only source of every figure and of every analysis",
        remedy="set retention_in_days to 365 or more",
        each=_logs,
    ),
    Rule(
        name="data-kept",
        holds="a stack keeps all of its data or none of it: tables are protected, buckets not "
        "emptied; all of it where retain is configured to be true",
        matters="a destroy would forget how everything was before it was contained",
        remedy="pass retain_data on to each: deletion_protection_enabled, and force_destroy=not",
        traps="4.11",
        whole=_kept,
        properties={"retain": {"type": "boolean"}},
    ),
)
