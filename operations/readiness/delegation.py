"""``delegation``: does the security account administer GuardDuty and Security Hub everywhere?

GuardDuty's administrator is set in each region, Security Hub's in the home region (trap 1.12). Who
it is only the management account is told; where none is listed, a landing zone delegates, and the
administrator itself is asked whether it is one. Without trusted access a delegation is a name only.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Question, doubting
from settings import Account

NAME = "delegation"
ASKS = "the security account administers GuardDuty and Security Hub, and both are trusted"
SERVICES = ("guardduty.amazonaws.com", "securityhub.amazonaws.com")
NOT_ADMINISTRATOR = ("BadRequestException", "InvalidAccessException")
"""What GuardDuty and Security Hub answer whoever is none; a role that may not ask gets another."""


def questions(environment: Environment) -> Iterator[Question]:
    """One for each region, and two for the organisation; none where an account stands alone."""
    settings = environment.settings
    if settings.organization is None:
        return
    asked = settings.of_role("management") if environment.management else None
    account = asked or (settings.security if environment.hub else None)
    if account is None:
        return
    for region in settings.regions:
        if region in environment.regions[account.id]:
            yield Question(
                check=NAME,
                where=where(account, region),
                ask=partial(doubting, _guardduty, environment, account, region),
            )
    yield Question(
        check=NAME,
        where=where(account, settings.home_region),
        ask=partial(doubting, _security_hub, environment, account),
    )
    if asked:
        yield Question(
            check=NAME,
            where=where(asked),
            ask=partial(doubting, _trusted, environment, asked),
        )


def _guardduty(environment: Environment, account: Account, region: str) -> Iterator[Doubt]:
    api = environment.client(account.id, "guardduty", region)
    security = environment.settings.security
    if account.id == security.id:
        found = None
        for detector in api.list_detectors()["DetectorIds"]:
            ask = partial(api.describe_organization_configuration, DetectorId=detector)
            found = security.id if _is_administrator(ask) else None
    else:
        told = api.list_organization_admin_accounts()["AdminAccounts"]
        found = next((each["AdminAccountId"] for each in told), None)
    if found != security.id:
        yield _doubt(environment, where(account, region), "GuardDuty", found)


def _security_hub(environment: Environment, account: Account) -> Iterator[Doubt]:
    home = environment.settings.home_region
    api = environment.client(account.id, "securityhub", home)
    security = environment.settings.security
    if account.id == security.id:
        ours = _is_administrator(api.describe_organization_configuration)
        found = security.id if ours else None
    else:
        told = api.list_organization_admin_accounts()["AdminAccounts"]
        found = next((each["AccountId"] for each in told), None)
    if found != security.id:
        yield _doubt(environment, where(account, home), "Security Hub", found)


def _is_administrator(ask: Any) -> bool:
    """Whether the operation that only an administrator may call is answered."""
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_ADMINISTRATOR:
            raise
        return False
    return True


def _doubt(environment: Environment, here: str, service: str, found: str | None) -> Doubt:
    security = environment.settings.security
    is_now = f"{found} is, and not" if found else "nobody is, and it should be"
    remedy = environment.deploy()
    if environment.settings.delegation == "existing":
        remedy = f"have the landing zone delegate {service} to {security.id}"
    elif found:
        remedy = f"take {found} away as {service}'s administrator, then {remedy}"
    return Doubt(
        where=here,
        what=f"of {service}'s administrator: {is_now} {where(security)}",
        remedy=remedy,
        grave=True,
    )


def _trusted(environment: Environment, management: Account) -> Iterator[Doubt]:
    """Trusted access of both services; for the partition's own principals see trap 6.7."""
    organizations = environment.client(management.id, "organizations")
    pages = organizations.get_paginator("list_aws_service_access_for_organization").paginate()
    trusted = {
        each["ServicePrincipal"] for page in pages for each in page["EnabledServicePrincipals"]
    }
    for service in SERVICES:
        if service not in trusted:
            yield Doubt(
                where=where(management),
                what=f"{service} has no trusted access: new accounts are not enrolled",
                remedy=f"aws organizations enable-aws-service-access --service-principal {service}",
                grave=True,
            )
