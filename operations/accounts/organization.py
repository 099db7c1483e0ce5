"""The accounts of the AWS organisation, as Organizations lists them.

Only the management account may ask, and a delegated administrator of some service (botocore:
organizations model, ListAccounts). An account's ``Status`` was retired on 9 September 2026 in
favour of its ``State``, which tells a closed account from a suspended one (botocore: organizations
model, Account; AWS docs: orgs_manage_accounts_account_state).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from operations.accounts.mistake import AccountsError

ACTIVE: Final = "ACTIVE"


@dataclass(frozen=True, kw_only=True)
class Member:
    """An account of the organisation, as AWS has it."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Organization:
    """Who is in it; ``management`` is the id of the account that pays."""

    id: str
    management: str
    members: tuple[Member, ...]
    """In the order in which they joined."""


def organization(organizations: Any) -> Organization:
    """The organisation of whoever asks; ``organizations`` is a boto3 client.

    Raises ClientError where it may not be asked, AccountsError where an account has no state.
    """
    described = organizations.describe_organization()["Organization"]
    listed = []
    for page in organizations.get_paginator("list_accounts").paginate():
        listed += page["Accounts"]
    listed.sort(key=lambda each: (each["JoinedTimestamp"], each["Id"]))
    silent = [each["Id"] for each in listed if not _state(each)]
    if silent:
        raise AccountsError([f"AWS says no state of {', '.join(silent)}: renew boto3"])
    return Organization(
        id=described["Id"],
        management=described["MasterAccountId"],
        members=tuple(
            Member(id=each["Id"], name=each.get("Name", ""), state=_state(each)) for each in listed
        ),
    )


def _state(account: Any) -> str:
    """Its state; where a partition does not tell that yet, its status, which is coarser."""
    return str(account.get("State") or account.get("Status") or "")
