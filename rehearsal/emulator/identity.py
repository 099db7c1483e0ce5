"""Who an AWS service is when it acts for somebody: a role that trusts it, or itself.

The relay and the step runner ask here before they call anything, so that a missing trust, a wrong
source condition or a closed queue is found as on AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.sts.models import sts_backends

from rehearsal.emulator.iam.evaluate import Decision, Policies, Policy, Request, evaluate, trusts
from rehearsal.emulator.principals import PARTITION, find_role, organisation_of

if TYPE_CHECKING:
    from rehearsal.emulator.clients import Session
    from rehearsal.emulator.world import World


class AccessDeniedError(Exception):
    """IAM refused; the text is AWS's usual sentence."""


def session_for_service(
    world: World,
    *,
    service: str,
    role_arn: str,
    source_arn: str,
    source_account: str,
    session_name: str,
    policy: str = "",
) -> Session:
    """The role's session, if its trust policy lets this service in for this source.

    Raises AccessDeniedError when the role is missing or its trust policy refuses. The same question
    gives the same session, as long as the role is the same. ``policy`` is a session policy.
    """
    role = check_trust(
        world,
        service=service,
        role_arn=role_arn,
        source_arn=source_arn,
        source_account=source_account,
        session_name=session_name,
    )

    def assume() -> Session:
        account = role_arn.split(":")[4]
        assumed = sts_backends[account][PARTITION].assume_role(
            region_name=world.clients.home_region,
            role_session_name=session_name,
            role_arn=role_arn,
            policy=policy,
            duration=3600,
            external_id="",
        )
        assumed.rehearsal_role_id = role.id
        return world.clients.session(
            assumed.access_key_id, assumed.secret_access_key, assumed.session_token
        )

    return world.clients.kept((service, role.id, session_name, source_arn, policy), assume)


def check_trust(
    world: World,
    *,
    service: str,
    role_arn: str,
    source_arn: str,
    source_account: str,
    session_name: str,
) -> Any:
    """moto's role, if its trust policy lets a service in; raises AccessDeniedError otherwise."""
    role = find_role(role_arn)
    if role is None:
        raise AccessDeniedError(_sentence(service, role_arn, "because the role does not exist"))
    question = Request(
        principal=service,
        action="sts:AssumeRole",
        resource=role_arn,
        context=source_context(world, service, source_arn, source_account)
        | {"sts:rolesessionname": (session_name,)},
    )
    decision = trusts(
        Policy.parse(role.assume_role_policy_document, f"trust of {role.name}"), question
    )
    if not decision.allowed:
        raise AccessDeniedError(_sentence(service, role_arn, decision.reason))
    return role


def service_may(
    world: World,
    *,
    service: str,
    action: str,
    resource: str,
    resource_policy: str | None,
    source_arn: str,
    source_account: str,
) -> Decision:
    """Whether a target's own policy lets a service act on it without any role."""
    question = Request(
        principal=service,
        action=action,
        resource=resource,
        context=source_context(world, service, source_arn, source_account),
    )
    policy = Policy.parse(resource_policy, f"policy of {resource}") if resource_policy else None
    return evaluate(question, Policies(resource=policy))


def source_context(
    world: World, service: str, source_arn: str, source_account: str
) -> dict[str, tuple[str, ...]]:
    """The condition keys of a service that acts for a resource of an account.

    (AWS docs: reference_policies_condition-keys.)
    """
    organisation = organisation_of(world, source_account)
    return {
        "aws:sourcearn": (source_arn,),
        "aws:sourceaccount": (source_account,),
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (service,),
        "aws:securetransport": ("true",),
        **({"aws:sourceorgid": (organisation,)} if organisation else {}),
    }


def _sentence(service: str, role_arn: str, why: str) -> str:
    return f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}: {why}"
