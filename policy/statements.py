"""The statements of every policy that is declared, and what may be asked of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from policy.rule import UNKNOWN, Broken, Seen, Unjudged, Verdicts

TRUSTS: Final = {"aws:iam/role:Role": "assumeRolePolicy"}
GRANTS: Final = {"aws:iam/rolePolicy:RolePolicy": "policy", "aws:iam/policy:Policy": "policy"}
KEYS: Final = {"aws:kms/key:Key": "policy"}
ADMISSIONS: Final = {
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
}
POLICIES: Final = {**TRUSTS, **GRANTS, **KEYS, **ADMISSIONS}
"""Type → the input that holds its policy: what the rules of this pack read."""

Statement = Mapping[str, Any]
Judge = Callable[[Seen, Statement], Iterator[str]]
JudgeAll = Callable[[Seen, Sequence[Statement]], Iterator[str]]


def in_policies_of(types: Mapping[str, str], judge: Judge) -> Callable[[Seen], Verdicts]:
    """A rule's ``each``: every statement of a policy of these types is judged."""

    def all_of(seen: Seen, statements: Sequence[Statement]) -> Iterator[str]:
        for number, statement in enumerate(statements):
            for said in judge(seen, statement):
                yield f"{statement.get('Sid') or f'statement {number}'}: {said}"

    return over_policies_of(types, all_of)


def over_policies_of(types: Mapping[str, str], judge: JudgeAll) -> Callable[[Seen], Verdicts]:
    """A rule's ``each``: every policy of these types is judged as a whole."""

    def each(seen: Seen) -> Verdicts:
        if seen.type not in types:
            return
        key = types[seen.type]
        policy = seen.value(key)
        if policy is UNKNOWN:
            yield Unjudged(key, seen.urn)
            return
        try:
            statements = many(json.loads(policy or "{}").get("Statement"))
        except (ValueError, TypeError, AttributeError):
            yield Broken(f"{key} is no policy: {policy!r:.80}", seen.urn)
            return
        if odd := [each for each in statements if not isinstance(each, Mapping)]:
            yield Broken(f"{key} has a statement that is none: {odd[0]!r:.80}", seen.urn)
            return
        for said in judge(seen, statements):
            yield Broken(f"{key}, {said}", seen.urn)

    return each


def many(value: Any) -> list[Any]:
    """One or several, as a policy may write it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def allows(statement: Statement) -> bool:
    """Whether it gives something; a deny only takes away."""
    return statement.get("Effect") != "Deny"


def actions(statement: Statement) -> list[str]:
    """The actions that it names."""
    return [str(each) for each in many(statement.get("Action"))]


def resources(statement: Statement) -> list[str]:
    """The resources that it names."""
    return [str(each) for each in many(statement.get("Resource"))]


def principals(statement: Statement) -> list[tuple[str, str]]:
    """Whom it is about, as kind and name: ``("Service", "events.amazonaws.com")``."""
    whom = statement.get("Principal")
    if isinstance(whom, str):
        return [("AWS", whom)]
    return [(kind, str(name)) for kind, named in (whom or {}).items() for name in many(named)]


def required(statement: Statement) -> dict[str, list[str]]:
    """Condition keys, in small letters, that a request has to carry, with what each may be.

    A negation, ``…IfExists`` and ``ForAllValues`` are fulfilled where the key is missing (AWS docs:
    reference_policies_elements_condition_operators), and ``*`` by anything: none of them counts.
    """
    found: dict[str, list[str]] = {}
    for operator, tests in (statement.get("Condition") or {}).items():
        if "Not" in operator or operator.endswith("IfExists") or operator == "Null":
            continue
        if operator.startswith("ForAllValues:"):
            continue
        for key, values in tests.items():
            if "*" not in (texts := [str(each) for each in many(values)]):
                found[key.lower()] = texts
    return found
