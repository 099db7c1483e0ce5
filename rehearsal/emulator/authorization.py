"""IAM for every request that reaches the emulator, in place of moto's own check. Nobody is exempt.

For each call the actions that it needs are looked up (``actions``), the caller is found by its key
(``principals``), and all policies that have a say are evaluated (``iam``). TLS is taken for granted
(``aws:SecureTransport`` is true), although the emulator listens without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest import mock

import moto.iam.models
from moto.core.exceptions import ServiceException
from moto.core.responses import BaseResponse
from moto.sts.models import STSBackend

from rehearsal.emulator import refusal
from rehearsal.emulator.actions import PREFIXES, Call, Need, needs
from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.iam.evaluate import Decision, Request, evaluate
from rehearsal.emulator.iam.request import ALWAYS_KNOWN
from rehearsal.emulator.iam.text import segments
from rehearsal.emulator.principals import (
    Principal,
    UnknownKeyError,
    by_key,
    find_key,
    find_role,
    organisation_of,
)
from rehearsal.emulator.reading import call_of
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.resource_policies import policy_of, refused_write
from rehearsal.emulator.role_writes import in_use
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World


def caller(world: World, response: Any) -> Principal:
    """Who signed the request that a moto response object answers. Raises RefusedError."""
    try:
        token = response.headers.get("X-Amz-Security-Token")
        return by_key(world, response.get_access_key(), token)
    except UnknownKeyError:
        raise refusal.unknown_key(response.service_name) from None


def decide(world: World, principal: Principal, need: Need, *, region: str = "") -> Decision:
    """IAM's verdict on one need of a principal. Raises UnknownPolicyElementError."""
    now = world.clock.now()
    owner = segments(need.resource)[4] if (need.resource or "").count(":") >= 5 else ""
    owner = owner if owner not in ("", "aws") else ""  # aws: its managed policies
    owner = owner or need.owner or principal.account
    organisation = organisation_of(world, owner)
    context = {
        **principal.context,
        "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:securetransport": ("true",),
        "aws:viaawsservice": ("false",),
        "aws:principalisawsservice": ("false",),
        "aws:resourceaccount": (owner,),
        **({"aws:resourceorgid": (organisation,)} if organisation else {}),
        **({"aws:requestedregion": (region,)} if region else {}),
        **need.context,
    }
    request = Request(
        principal=principal.arn,
        action=need.action,
        resource=need.resource,
        context=context,
        resource_account=owner,
        known=ALWAYS_KNOWN | need.known | {"aws:resourceorgid"},
    )
    carried = policy_of(need.resource) if need.resource and _asks_resource(need) else None
    return evaluate(request, replace(principal.policies, resource=carried))


def _asks_resource(need: Need) -> bool:
    """A role's trust policy speaks of assuming it, not of what IAM does to it."""
    return not need.action.startswith("iam:")


def require(
    world: World,
    principal: Principal,
    action: str,
    resource: str | None,
    context: Mapping[str, tuple[str, ...]] | None = None,
    *,
    service: str = "",
    region: str = "",
) -> None:
    """Raise RefusedError (inside a moto method: an answer) unless IAM allows one action.

    The keys of the context are taken to be all that the action fills in.
    """
    given = dict(context or {})
    need = Need(action=action, resource=resource, context=given, known=frozenset(given))
    _require(world, principal, need, service or action.split(":")[0], region)


def check_pass_role(
    world: World, principal: Principal, role_arn: str, *, passed_to: str, service: str
) -> None:
    """Raise RefusedError, as ``service`` words it, unless the caller may pass a role to a service.

    Passing a role of another account is refused, as on AWS. (AWS docs: id_roles_use_passrole.)
    """
    if role_arn.split(":")[4:5] != [principal.account] or find_role(role_arn) is None:
        why = "because the role is not one of the caller's account"
        raise refusal.denied(service, _sentence(principal, "iam:PassRole", role_arn, why))
    _require(world, principal, pass_role(role_arn, passed_to), service, "")


def _require(world: World, principal: Principal, need: Need, service: str, region: str) -> None:
    decision = decide(world, principal, need, region=region)
    if not decision.allowed:
        sentence = _sentence(principal, need.action, need.resource, decision.clause)
        raise refusal.denied(service, sentence)


def _sentence(principal: Principal, action: str, resource: str | None, why: str) -> str:
    where = f" on resource: {resource}" if resource else ""
    return f"User: {principal.arn} is not authorized to perform: {action}{where} {why}"


def answered(world: World, response: Any, answer: Callable[[Call], Any]) -> Any:
    """What a request gets: the answer, or a refusal; either goes into the trail."""
    try:
        principal = caller(world, response)
        if world.closed(principal.account, response.region):
            raise refusal.unknown_key(response.service_name)
        call = call_of(world, response, principal.account)
    except RefusedError as refused:
        return refusal.answer(response, refused)

    def record(outcome: object) -> None:
        world.trail.record(principal, call, response.get_access_key(), outcome)

    try:
        _permit(world, principal, call, response.service_name)
        response.rehearsal_principal = principal.arn
        given = answer(call)
    except RefusedError as refused:
        record(refused)
        return refusal.answer(response, refused)
    except ServiceException as failed:  # S3's way to say no, which is answered further out
        record(failed)
        raise
    record(given)
    return given


def _permit(world: World, principal: Principal, call: Call, service: str) -> None:
    """Raise RefusedError unless the caller may do all that a call needs."""
    for need in needs(call):
        _require(world, principal, need, service, call.region)
    refused = refused_write(
        call.service, call.operation, call.params, principals=world.bites("6.4")
    )
    if refused:
        raise RefusedError(*refused)


def install(world: World) -> Callable[[], None]:
    """Put the check in front of every operation; returns what takes it out again."""
    answer, prepare, assume = (
        BaseResponse.call_action,
        BaseResponse.setup_class,
        STSBackend.assume_role,
    )

    def call_action(self: Any) -> Any:
        return answered(world, self, lambda _: answer(self))

    def setup_class(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.service_name not in PREFIXES and self.service_name != "moto_api":
            raise NotEmulatedError(f"IAM for the service {self.service_name} is not emulated")
        prepare(self, *args, **kwargs)

    def assume_role(self: Any, *args: Any, **kwargs: Any) -> Any:
        session = assume(self, *args, **kwargs)
        role = find_role(session.role_arn)
        session.rehearsal_role_id = role.id if role is not None else ""
        if role is not None:
            in_use(role)
        session.access_key.rehearsal_session = session
        return session

    def caller_identity(self: Any, access_key_id: str, region: str) -> tuple[str, str, str]:
        _, key = find_key(access_key_id)
        session = getattr(key, "rehearsal_session", None)
        principal = by_key(world, access_key_id, session.session_token if session else None)
        return principal.user_id, principal.arn, principal.account

    def account_of(access_key_id: str) -> str:
        return find_key(access_key_id)[0] or world.management_account

    def current_account(self: Any) -> str:
        return account_of(self.get_access_key())

    with ExitStack() as patches:
        for target, name, function in (
            (BaseResponse, "call_action", call_action),
            (BaseResponse, "setup_class", setup_class),
            (BaseResponse, "get_current_account", current_account),
            (BaseResponse, "_authenticate_and_authorize_normal_action", _nothing),
            (STSBackend, "assume_role", assume_role),
            (STSBackend, "get_caller_identity", caller_identity),
            (moto.iam.models, "get_account_id_from", account_of),
        ):
            patches.enter_context(mock.patch.object(target, name, function))
        world.emulated["iam"] = "an evaluator of our own, in front of every operation"
        return patches.pop_all().close


def _nothing(self: Any, resource: str = "*") -> None:
    """moto's own check, which evaluates neither conditions nor most resources."""
