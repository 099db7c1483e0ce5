"""IAM's verdict on a request from all policies that have a say in it.

The order is AWS's (AWS docs: reference_policies_evaluation-logic, …_cross-account): an explicit
deny anywhere, then organisation, resource policy, identity policies, boundary, session policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rehearsal.emulator.iam.matching import Grant, grants, speaks_of
from rehearsal.emulator.iam.policy import Policy, Statement, UnknownPolicyElementError
from rehearsal.emulator.iam.request import Request
from rehearsal.emulator.iam.verdict import Doubt

__all__ = [
    "Decision",
    "Policies",
    "Policy",
    "Request",
    "UnknownPolicyElementError",
    "evaluate",
    "trusts",
]

_IDENTITY, _RESOURCE = "identity-based policy", "resource-based policy"
_SCP, _BOUNDARY, _SESSION = "service control policy", "permissions boundary", "session policy"


@dataclass(frozen=True, kw_only=True)
class Policies:
    """Every policy that has a say; what is left out does not exist."""

    identity: Sequence[Policy] = ()
    resource: Policy | None = None
    boundary: Policy | None = None
    session: Sequence[Policy] = ()
    service_control: Sequence[Sequence[Policy]] = ()
    """One list per level: root, organisational units, account."""


@dataclass(frozen=True)
class Decision:
    """The verdict, with the statement that made it."""

    allowed: bool
    reason: str
    clause: str = ""
    """How AWS ends its sentence about a refusal."""


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decide; UnknownPolicyElementError where the verdict hangs on what is not known."""
    return _certain(lambda reading: _decide(reading, policies), request)


def trusts(trust_policy: Policy, request: Request) -> Decision:
    """Whether a role's trust policy lets the caller in; its own policies are not asked."""

    def decide(reading: _Reading) -> Decision:
        if denied := _denied(reading, [(_RESOURCE, trust_policy)]):
            return denied
        for statement in _matching(reading, [trust_policy], "Allow"):
            if grants(statement.principals, request):
                return Decision(True, f"allowed by statement {statement.name}")
        return _implicit(request, _RESOURCE)

    return _certain(decide, request)


@dataclass
class _Reading:
    """One reading of the policies: whether doubtful allows count, and doubtful denies do not."""

    request: Request
    generous: bool
    doubts: list[str] = field(default_factory=list)

    def matches(self, statement: Statement) -> bool:
        verdict = speaks_of(statement, self.request)
        if isinstance(verdict, Doubt):
            self.doubts.append(f"{verdict.why}, in statement {statement.name}")
            return self.generous == (statement.effect == "Allow")
        return verdict


def _certain(decide: Callable[[_Reading], Decision], request: Request) -> Decision:
    strict, generous = _Reading(request, generous=False), _Reading(request, generous=True)
    decision = decide(strict)
    if not strict.doubts or decision.allowed:
        return decision
    other = decide(generous)
    if other.allowed:
        raise UnknownPolicyElementError(
            f"{request.principal} asks for {request.action} on {request.resource or 'a resource'}; "
            f"the verdict hangs on {strict.doubts[0]}"
        )
    return other


def _matching(reading: _Reading, policies: Iterable[Policy], effect: str) -> Iterator[Statement]:
    for policy in policies:
        for statement in policy.statements:
            if statement.effect == effect and reading.matches(statement):
                yield statement


def _denied(reading: _Reading, policies: Iterable[tuple[str, Policy]]) -> Decision | None:
    for kind, policy in policies:
        for statement in _matching(reading, [policy], "Deny"):
            if kind != _RESOURCE or grants(statement.principals, reading.request):
                return Decision(
                    False,
                    f"explicit deny by statement {statement.name}",
                    f"with an explicit deny in {'an' if kind == _IDENTITY else 'a'} {kind}",
                )
    return None


def _implicit(request: Request, kind: str) -> Decision:
    return Decision(
        False,
        f"implicit deny: no statement of any {kind} allows {request.action}",
        f"because no {kind} allows the {request.action} action",
    )


def _decide(reading: _Reading, policies: Policies) -> Decision:
    request = reading.request
    if denied := _denied(reading, _all(policies)):
        return denied
    for level in policies.service_control:
        if not next(_matching(reading, level, "Allow"), None):
            return _implicit(request, _SCP)
    grant, granting = _granted(reading, policies.resource)
    same = request.is_service or request.owner == request.principal_account
    if request.is_service or (same and grant == Grant.USER):
        return _by(granting) if grant else _implicit(request, _RESOURCE)
    if not grant and (not same or _resource_decides(request)):
        identity = next(_matching(reading, policies.identity, "Allow"), None)
        return _implicit(request, _RESOURCE if identity else _IDENTITY)
    if same and grant >= Grant.ROLE:
        allowing = granting
    else:
        allowing = next(_matching(reading, policies.identity, "Allow"), None)
    if not allowing:
        return _implicit(request, _IDENTITY)
    return _limited(reading, policies, grant if same else Grant.NONE) or _by(allowing)


def _limited(reading: _Reading, policies: Policies, grant: Grant) -> Decision | None:
    """What a boundary and session policies take away, unless the resource's grant passes them."""
    boundaries = [policies.boundary] if policies.boundary and grant < Grant.ANYBODY else []
    sessions = policies.session if grant != Grant.SESSION else []
    for kind, limits in ((_BOUNDARY, boundaries), (_SESSION, sessions)):
        if limits and not next(_matching(reading, limits, "Allow"), None):
            return _implicit(reading.request, kind)
    return None


def _granted(reading: _Reading, resource: Policy | None) -> tuple[Grant, Statement | None]:
    best: tuple[Grant, Statement | None] = (Grant.NONE, None)
    for statement in _matching(reading, [resource] if resource else [], "Allow"):
        grant = grants(statement.principals, reading.request)
        if grant > best[0]:
            best = (grant, statement)
    return best


def _resource_decides(request: Request) -> bool:
    """Roles' trust policies and keys' policies must allow, even within one account."""
    action, resource = request.action.lower(), request.resource or ""
    return action.startswith("sts:assumerole") or (
        action.startswith("kms:") and ":key/" in resource
    )


def _by(statement: Statement | None) -> Decision:
    return Decision(True, f"allowed by statement {statement.name if statement else ''}")


def _all(policies: Policies) -> Iterator[tuple[str, Policy]]:
    yield from ((_SCP, policy) for level in policies.service_control for policy in level)
    yield from ((_IDENTITY, policy) for policy in policies.identity)
    yield from ((_RESOURCE, policy) for policy in (policies.resource,) if policy)
    yield from ((_BOUNDARY, policy) for policy in (policies.boundary,) if policy)
    yield from ((_SESSION, policy) for policy in policies.session)
