"""Does a statement speak of a request: its action, its resource, its caller?

(AWS docs: reference_policies_elements_action, …_resource, …_notresource, …_principal.)
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from rehearsal.emulator.iam.conditions import holds, is_known
from rehearsal.emulator.iam.policy import Principals, Statement
from rehearsal.emulator.iam.request import Request
from rehearsal.emulator.iam.text import Variable, expression, has_variable, segments, tokens
from rehearsal.emulator.iam.verdict import Doubt, Verdict, all_of, any_of, opposite


class Grant(IntEnum):
    """How directly a resource policy names the caller: what else still counts depends on it."""

    NONE = 0
    ACCOUNT = 1  # the account may share it out by its own identity policies
    ROLE = 2  # still limited by a boundary and by session policies
    ANYBODY = 3
    SESSION = 4
    USER = 5
    SERVICE = 6


def speaks_of(statement: Statement, request: Request) -> Verdict:
    """Whether action, resource and conditions of a statement match; the caller is asked apart."""
    if not _action(statement, request.action):
        return False
    return all_of(
        [
            _resource(statement, request),
            *(
                holds(c, request.context, request.known, variables=statement.variables)
                for c in statement.conditions
            ),
        ]
    )


@lru_cache(maxsize=65536)
def _action(statement: Statement, action: str) -> bool:
    written = statement.actions or statement.not_actions
    found = any(_glob(text.lower(), action.lower()) for text in written)
    return found == bool(statement.actions)


def _glob(text: str, value: str) -> bool:
    pattern = expression(text, {}, variables=False)
    return pattern is not None and pattern.fullmatch(value) is not None


def _resource(statement: Statement, request: Request) -> Verdict:
    written = statement.resources or statement.not_resources
    if not written:  # a trust policy
        return True
    found = any_of([_one_resource(text, statement, request) for text in written])
    return found if statement.resources else opposite(found)


def _one_resource(text: str, statement: Statement, request: Request) -> Verdict:
    if text == "*" or request.resource == "*":
        return text == "*"
    if request.resource is None:
        return Doubt(f"the resource of {request.action}, which is compared with {text}")
    pattern, value = segments(text), segments(request.resource)
    if len(value) != 6:
        return Doubt(f"the resource {request.resource}, which is no ARN")
    if statement.variables and (doubt := _unsure(text, pattern, request)):
        return doubt
    complete = (*pattern, *("*" for _ in range(6 - len(pattern))))  # as IAM completes a short ARN
    return all(
        (accepted := expression(written, request.context, variables=statement.variables))
        and accepted.fullmatch(part)
        for part, written in zip(value, complete, strict=True)
    )


def _unsure(text: str, pattern: tuple[str, ...], request: Request) -> Doubt | None:
    if any(has_variable(part) for part in pattern[:5]):
        return Doubt(f"a variable outside of the resource part of {text}")
    for token in tokens(text, variables=True, wildcards=True):
        name = token.name if isinstance(token, Variable) else ""
        if name and name not in request.context and not is_known(name, request.known):
            return Doubt(f"variable {name}")
    return None


def grants(principals: Principals | None, request: Request) -> Grant:
    """How a statement of a resource policy names the caller."""
    if principals is None:
        return Grant.NONE
    found = [Grant.ANYBODY] if principals.anybody else [Grant.NONE]
    for kind, texts in principals.named:
        if kind == "Service" and request.is_service and request.principal in texts:
            found.append(Grant.SERVICE)
        elif kind == "AWS" and not request.is_service:
            found += [_named(text, request) for text in texts]
    return max(found)


def _named(text: str, request: Request) -> Grant:
    account = request.principal_account
    if text == account or (text.startswith("arn:") and text.endswith(f"::{account}:root")):
        return Grant.ACCOUNT
    if text == request.principal:
        return Grant.SESSION if request.role else Grant.USER
    return Grant.ROLE if request.role and text == request.role else Grant.NONE
