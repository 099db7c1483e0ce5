"""Rules of who is let in: by the trust of a role, and by what a queue, bus, bucket or key says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from policy.rule import Rule, Seen
from policy.statements import (
    ADMISSIONS,
    KEYS,
    TRUSTS,
    Statement,
    actions,
    allows,
    in_policies_of,
    over_policies_of,
    principals,
    required,
)

SOURCES: Final = ("aws:sourcearn", "aws:sourceaccount")
"""What says for whom a service speaks; without one it speaks for any account (confused deputy)."""
CALLERS: Final = ("aws:principalarn", "aws:principalorgid")
_SOURCE_CONDITIONS: Final = (*SOURCES, "aws:sourceorgid", "aws:sourceorgpaths")
_BUCKET: Final = "aws:s3/bucketPolicy:BucketPolicy"
_OF_ONE_ACCOUNT: Final = r"\d{12}|arn:[a-z-]+:[a-z0-9-]+:[a-z0-9*-]*:\d{12}:.+"


def _trusts(seen: Seen, statement: Statement) -> Iterator[str]:
    if allows(statement):
        yield from _nobody_unnamed(statement)
        for kind, name in principals(statement):
            if kind == "Service":
                yield from _for_whom(statement, name)
            elif kind == "AWS" and name != "*":
                # In its own account the account's IAM decides: which of its roles is said there.
                own = {"aws:principalaccount"} if name.split(":")[4:5] == [seen.account] else set()
                if not {*CALLERS, *own} & required(statement).keys():
                    yield f"{name} is let in, whoever of it asks: no condition is on the caller"
            else:
                yield f"{kind} {name} may take the role"


def _admits(seen: Seen, statement: Statement) -> Iterator[str]:
    if not allows(statement):
        return
    yield from _nobody_unnamed(statement)
    for action in actions(statement):
        if action == "*" or action.endswith(":*"):
            yield f"{action} lets in to whatever AWS adds"
    for kind, name in principals(statement):
        yield from _let_in(seen, statement, kind, name)


def _key_admits(seen: Seen, statement: Statement) -> Iterator[str]:
    """A key's own account keeps all of it, or nobody could manage it (AWS docs: default policy)."""
    own = re.fullmatch(rf"arn:[a-z-]+:iam::{seen.account}:root", _only(statement))
    if allows(statement) and not (seen.account and own):
        yield from _nobody_unnamed(statement)
        yield from (f"{each} for others" for each in actions(statement) if each in ("*", "kms:*"))
        for kind, name in principals(statement):
            if kind == "Service" or name == "*":
                yield from _let_in(seen, statement, kind, name, key=True)
            elif not required(statement):
                yield f"{name} is let in without a condition"


def _let_in(
    seen: Seen, statement: Statement, kind: str, name: str, *, key: bool = False
) -> Iterator[str]:
    conditions = required(statement)
    if kind == "Service":
        context = any(each.startswith("kms:encryptioncontext:") for each in conditions)
        if not (key and context):
            yield from _for_whom(statement, name)
    elif kind != "AWS":
        yield f"{kind} {name} is nobody of ours"
    elif name == "*":
        if missing := {"aws:principalorgid", "aws:principalarn"} - conditions.keys():
            yield f"everybody is let in: there is no condition on {' and '.join(sorted(missing))}"
    elif not {*CALLERS} & conditions.keys():
        yield f"{name} is let in, whoever of it asks: no condition is on the caller"


def _for_whom(statement: Statement, service: str) -> Iterator[str]:
    conditions = required(statement)
    said = [value for key in SOURCES for value in conditions.get(key, ())]
    if not said:
        yield f"{service} is let in for whomever it speaks: no aws:SourceArn, no aws:SourceAccount"
    elif not any(
        all(re.fullmatch(_OF_ONE_ACCOUNT, value) for value in conditions.get(key, [""]))
        for key in SOURCES
    ):
        yield f"{service} is let in for any account: {', '.join(said)} names none"


def _nobody_unnamed(statement: Statement) -> Iterator[str]:
    if "NotPrincipal" in statement:
        yield "NotPrincipal lets in whoever comes"
    if "NotAction" in statement:
        yield "NotAction lets in to whatever AWS adds"
    for _, name in principals(statement):
        if re.search(r":(role|user|assumed-role)/", name):
            yield f"{name} has to exist when the policy is written, and is kept by its id"


def _only(statement: Statement) -> str:
    whom = principals(statement)
    return whom[0][1] if len(whom) == 1 and whom[0][0] == "AWS" else ""


def _events_reach_the_topic(_: Seen, statement: Statement) -> Iterator[str]:
    speaking = ("Service", "events.amazonaws.com") in principals(statement)
    if allows(statement) and speaking:
        keys = {key.lower() for test in (statement.get("Condition") or {}).values() for key in test}
        for key in _SOURCE_CONDITIONS:
            if key in keys:
                yield f"EventBridge gives no {key} to the key of an encrypted topic"


def _by_tls(_: Seen, statements: Sequence[Statement]) -> Iterator[str]:
    def refuses(statement: Statement) -> bool:
        test = (statement.get("Condition") or {}).get("Bool") or {}
        return (
            not allows(statement)
            and ("AWS", "*") in principals(statement)
            and actions(statement) == ["s3:*"]
            and str(test.get("aws:SecureTransport")).lower() == "false"
        )

    if not any(map(refuses, statements)):
        yield "there is no statement that denies s3:* to everybody without TLS"


RULES: Final = (
    Rule(
        name="trusts-conditioned",
        holds="a role says for which source or caller it may be taken, and names no role",
        matters="a service would take it for another customer, or an account for any of its roles",
        remedy="add aws:SourceArn with the account in it, or aws:PrincipalArn and the organisation",
        traps="6.4",
        each=in_policies_of(TRUSTS, _trusts),
    ),
    Rule(
        name="admissions-conditioned",
        holds="queues, topics, buckets, buses and log groups let in under a condition, by action",
        matters="anybody's rules could fill the ledger, and anybody could read or put evidence",
        remedy="add aws:SourceArn for a service, aws:PrincipalArn and aws:PrincipalOrgID for roles",
        traps="1.7, 6.1, 6.4",
        each=in_policies_of(ADMISSIONS, _admits),
    ),
    Rule(
        name="keys-conditioned",
        holds="a key lets in its own account by IAM, and others under a condition, by action",
        matters="another account could read what is encrypted, or let others read it",
        remedy="narrow by kms:ViaService, the encryption context, or the caller",
        traps="6.4, 6.5",
        each=in_policies_of(KEYS, _key_admits),
    ),
    Rule(
        name="keys-let-events-in",
        holds="the key of a topic asks EventBridge for no source",
        matters="EventBridge gives none there: every message would vanish without a trace",
        remedy="narrow by kms:EncryptionContext:aws:sns:topicArn; the source stands on the topic",
        traps="5.6",
        each=in_policies_of(KEYS, _events_reach_the_topic),
    ),
    Rule(
        name="buckets-by-tls",
        holds="a bucket's policy denies everything to everybody who comes without TLS",
        matters="evidence could be read on its way",
        remedy="deny s3:* where aws:SecureTransport is false",
        each=over_policies_of({_BUCKET: ADMISSIONS[_BUCKET]}, _by_tls),
    ),
)
