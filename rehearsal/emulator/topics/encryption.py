"""Who may publish on an encrypted topic: those who may use its key as well (trap 5.6).

SNS makes a data key and decrypts it with the publisher's permissions: ``kms:GenerateDataKey`` and
``kms:Decrypt``, under the encryption context ``aws:sns:topicArn`` (AWS docs: sns-key-management). A
service needs them from the key's policy, which AWS's own key ``alias/aws/sns`` has for no service;
and EventBridge's request carries no source, so that a statement with a condition on one is no
permission for it. Which of KMS's errors becomes which of SNS's is by botocore's model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends

from rehearsal.emulator import authorization, identity
from rehearsal.emulator.actions import Call, Need
from rehearsal.emulator.actions.keys import key_arn, needed
from rehearsal.emulator.actions.need import Context
from rehearsal.emulator.iam.evaluate import Policies, Request, evaluate
from rehearsal.emulator.iam.request import ALWAYS_KNOWN
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.resource_policies import policy_of

if TYPE_CHECKING:
    from rehearsal.emulator.principals import Principal
    from rehearsal.emulator.world import World

ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")
WITHOUT_SOURCE = frozenset({"events.amazonaws.com"})
"""Services whose requests to KMS name no source."""
SOURCES = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})

Permits = Callable[[Need], bool]


def check_principal(world: World, topic: Any, principal: Principal) -> None:
    """Raise RefusedError, as SNS words it, unless a user or role may encrypt for the topic."""
    region = topic.arn.split(":")[3]
    via = {"kms:viaservice": (f"sns.{region}.amazonaws.com",)}

    def permits(need: Need) -> bool:
        asked = replace(need, context=need.context | via)
        return authorization.decide(world, principal, asked, region=region).allowed

    _check(world, topic, principal.account, permits, own=principal.account)


def check_service(
    world: World, topic: Any, service: str, *, source_arn: str, source_account: str
) -> None:
    """The same for a service that publishes for a resource of an account."""
    context = identity.source_context(world, service, source_arn, source_account)
    if service in WITHOUT_SOURCE:
        context = {key: value for key, value in context.items() if key not in SOURCES}

    def permits(need: Need) -> bool:
        question = Request(
            principal=service,
            action=need.action,
            resource=need.resource,
            context=context | _of_service(need),
            known=(ALWAYS_KNOWN | need.known | SOURCES) - {"kms:viaservice"},
        )
        return evaluate(question, Policies(resource=policy_of(need.resource or ""))).allowed

    _check(world, topic, topic.account_id, permits, own="")


def _of_service(need: Need) -> dict[str, tuple[str, ...]]:
    """A service has no account that could be the caller's."""
    return {key: value for key, value in need.context.items() if key != "kms:calleraccount"}


def _check(world: World, topic: Any, account: str, permits: Permits, own: str) -> None:
    given = topic.kms_master_key_id
    if not given or not world.bites("5.6"):
        return
    region = topic.arn.split(":")[3]
    if given.split(":")[-1].startswith("alias/aws/"):
        # Its policy, which nobody can change, admits the account's own users and roles.
        if own != topic.account_id:
            raise _denied(given)
        return
    # A key without an account in its name is the topic's, whoever publishes.
    arn = key_arn(topic.account_id, region, given)
    _usable(arn)
    call = Call(
        service="sns",
        operation="Publish",
        params={},
        account=account,
        region=region,
        without=world.without,
    )
    context: Context = {
        "kms:encryptioncontext:aws:sns:topicarn": (topic.arn,),
        "kms:encryptioncontextkeys": ("aws:sns:topicArn",),
    }
    if not all(permits(needed(call, action, arn, context)) for action in ACTIONS):
        raise _denied(arn)


def _usable(arn: str) -> None:
    _, _, _, region, account, resource = arn.split(":", 5)
    key = kms_backends[account][region].keys.get(resource.removeprefix("key/"))
    if key is None:
        raise RefusedError("KMSNotFound", f"Invalid keyId {arn}")
    if key.key_state == "PendingDeletion":
        raise RefusedError("KMSInvalidState", f"{arn} is pending deletion.")
    if key.key_state == "Disabled":
        raise RefusedError("KMSDisabled", f"{arn} is disabled.")


def _denied(key: str) -> RefusedError:
    return RefusedError(
        "KMSAccessDenied",
        "The ciphertext refers to a customer master key that does not exist, does not exist in "
        f"this region, or you are not allowed to access: {key} (Service: AWSKMS; Status Code: "
        "400; Error Code: AccessDeniedException)",
    )
