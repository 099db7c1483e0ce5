"""Rules of where events go: retried, dead-lettered, and to documents that the stack decides.

A document is pinned by its default version. The stack sets it whenever it writes the document, so
that what starts is what Git says; ``$LATEST`` would be whatever somebody uploaded since, a number
what it was before the stack was last deployed, and a document that the stack does not declare
whatever its owner makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from names import PREFIX
from policy.encryption import QUEUE
from policy.rule import UNKNOWN, Broken, Rule, Seen, Stack, Unjudged, Verdicts
from policy.statements import many

TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
PLAN: Final = "aws:ssmincidents/responsePlan:ResponsePlan"
DOCUMENT: Final = "aws:ssm/document:Document"
MAXIMA: Final = {
    "retryPolicy.maximumEventAgeInSeconds": 86_400,
    "retryPolicy.maximumRetryAttempts": 185,
}
"""As long, and as often, as EventBridge ever tries (botocore: events model)."""

_STARTED: Final = (
    r"arn:[a-z-]+:ssm:([a-z0-9-]+):(\d{12}):(?:automation-definition|document)/([^:]+)(?::(.*))?"
)


def _retried(seen: Seen) -> Verdicts:
    if seen.type != TARGET:
        return
    if seen.value("deadLetterConfig.arn") is None:
        yield Broken("there is no queue for what cannot be delivered", seen.urn)
    for path, most in MAXIMA.items():
        yield from seen.wants(path, most, f"not {most}")


def _dead_letters_beside(stack: Stack) -> Verdicts:
    """By where the queue's ARN comes from, which a preview knows as well."""
    for target in stack.of(TARGET):
        queues = [q for q in stack.feeding(target, "deadLetterConfig") if q.type == QUEUE]
        beside = [q for q in queues if (q.account, q.region) == (target.account, target.region)]
        if not beside:
            yield Broken(
                f"{target.name}: its dead letters come from no queue of the stack in "
                f"{target.account} {target.region}",
                target.urn,
            )
    for queue in stack.of(QUEUE):
        if not stack.fed(queue, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl"):
            yield Broken(f"{queue.name} has no policy: it refuses EventBridge", queue.urn)


def _starts(seen: Seen) -> Iterator[tuple[str, Any, Any, Any]]:
    """Each document that a resource starts: input, name, version, and where as account region."""
    if seen.type == TARGET:
        arn = seen.value("arn")
        if arn is UNKNOWN:
            # What has no role starts nothing: EventBridge refuses a document without one (6.6).
            if seen.value("roleArn") is not None:
                yield "arn", UNKNOWN, UNKNOWN, UNKNOWN
        elif found := re.fullmatch(_STARTED, str(arn)):
            region, account, name, version = found.groups()
            yield "arn", name, version, f"{account} {region}"
    elif seen.type == PLAN:
        for each in many(seen.value("action.ssmAutomations")):
            if not isinstance(each, Mapping):
                yield "action", UNKNOWN, UNKNOWN, UNKNOWN
                continue
            here = f"{seen.account} {seen.region}"
            where = here if each.get("targetAccount") == "RESPONSE_PLAN_OWNER_ACCOUNT" else ""
            yield "action", each.get("documentName"), each.get("documentVersion"), where


def _pinned(seen: Seen) -> Verdicts:
    for key, name, version, where in _starts(seen):
        if UNKNOWN in (name, version):
            yield Unjudged(key, seen.urn)
            continue
        if not str(name).startswith(PREFIX):
            yield Broken(f"it starts {name}, which is not ours", seen.urn)
        if version != "$DEFAULT":
            yield Broken(f"it starts version {version} of {name}, not $DEFAULT", seen.urn)
        if where != f"{seen.account} {seen.region}":
            yield Broken(f"it starts {name} in {where or 'the account of a resource'}", seen.urn)


def _declared(stack: Stack) -> Verdicts:
    there = {(d.account, d.region, d.value("name")) for d in stack.of(DOCUMENT)}
    for seen in stack.of(TARGET, PLAN):
        for key, name, _, _ in _starts(seen):
            if name is UNKNOWN:
                yield Unjudged(key, seen.urn)
            elif (seen.account, seen.region, name) not in there:
                yield Broken(
                    f"{seen.name} starts {name}, which the stack does not declare", seen.urn
                )


RULES: Final = (
    Rule(
        name="targets-retried",
        holds="every target is tried as long as EventBridge can, and then dead-lettered",
        matters="a burst would lose the findings that wait behind it",
        remedy="make targets by components/targets.py",
        traps="4.5",
        each=_retried,
    ),
    Rule(
        name="dead-letters-beside",
        holds="dead letters go to a queue that the stack declares in the target's account and "
        "region, and every queue has a policy",
        matters="a queue elsewhere, or one that refuses EventBridge, takes no letter",
        remedy="pass the queue of the place; make queues by dead_letter_queue",
        traps="4.5",
        whole=_dead_letters_beside,
    ),
    Rule(
        name="starts-pinned",
        holds="what is started is a document of ours beside it, in its default version",
        matters="$LATEST is whatever somebody uploaded, and a number is what it once was",
        remedy="name automation-definition/containment-…:$DEFAULT of the own account and region",
        traps="1.7, 5.11",
        each=_pinned,
    ),
    Rule(
        name="starts-declared",
        holds="what a rule or a plan starts is a document that the stack declares beside it",
        matters="its content would be decided by somebody else, or there would be none",
        remedy="declare the document in the same stack, account and region",
        traps="4.5",
        whole=_declared,
    ),
)
