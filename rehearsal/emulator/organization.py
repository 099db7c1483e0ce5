"""The emulated AWS organisation: its accounts, and who may enter them before anything is deployed.

It is what a landing zone leaves behind: an organisation with all features, one deployer role in
each account, and in the management account one user that may assume those roles. Nothing else
exists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from unittest import mock

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

DEV_ACCOUNTS = {
    "management": "111111111111",
    "security": "222222222222",
    "tax": "333333333333",
    "land-registry": "444444444444",
}

ORG_ID = "moto.organizations.utils.make_random_org_id"
ACCOUNT_ID = "moto.organizations.utils.make_random_account_id"

EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}

READ: tuple[str, ...] = (
    *("chatbot", "cloudformation", "cloudtrail", "cloudwatch", "dynamodb", "ec2", "events"),
    *("guardduty", "iam", "kms", "logs", "organizations", "s3", "securityhub", "sns", "sqs", "ssm"),
    *("servicequotas", "ssm-contacts", "ssm-incidents"),
)
READS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                *(f"{each}:{verb}*" for each in READ for verb in ("Describe", "Get", "List")),
                "kms:Decrypt",  # to read what is encrypted, which ReadOnlyAccess does not allow
            ],
            "Resource": "*",
        }
    ],
}
"""AWS's own ReadOnlyAccess is of this kind, for every service."""


@dataclass(frozen=True, kw_only=True)
class Organization:
    """Which accounts there are, by name; ``management`` is the id of the one that pays."""

    id: str = "o-exampleorgid"
    management: str = "111111111111"
    accounts: Mapping[str, str] = field(default_factory=lambda: dict(DEV_ACCOUNTS))
    regions: tuple[str, ...] = ("eu-west-1", "eu-central-1")
    deployer_role: str = "OrganizationAccountAccessRole"
    reader_role: str | None = None
    """A role beside it that only reads, where a landing zone leaves one."""
    operator: str = "operator"
    workspaces: tuple[str, ...] = ("T0CONTAIN1",)
    """Slack's workspaces and Teams' teams that somebody authorised for chat, by hand."""

    @property
    def security(self) -> str:
        """The account of the ledger: the one called ``security``, or else the only one there is."""
        return self.accounts.get("security", self.management)

    @property
    def hub(self) -> str:
        """The name of that account."""
        return next(name for name, id_ in self.accounts.items() if id_ == self.security)

    def __post_init__(self) -> None:
        if self.management not in self.accounts.values():
            raise ValueError(
                f"the management account {self.management} is not among the accounts "
                f"{sorted(self.accounts.values())}"
            )


def trust(management: str, service: str) -> None:
    """Let a service into the organisation, as its own administrator call does; twice is once.

    (AWS docs: organizations_permissions of GuardDuty; services-that-can-integrate-securityhub.)
    """
    backend = organizations_backends[management]["aws"]
    backend.enable_aws_service_access(ServicePrincipal=service)


def seed(organization: Organization) -> None:
    """Make the organisation in moto's state, before IAM is enforced."""
    backend = organizations_backends[organization.management]["aws"]
    with (
        mock.patch(ORG_ID, return_value=organization.id),
        mock.patch(ACCOUNT_ID, return_value=organization.management),
    ):
        backend.create_organization(region=organization.regions[0], FeatureSet="ALL")
    for name, account in organization.accounts.items():
        if account == organization.management:
            backend.accounts[0].name = name
        else:
            with mock.patch(ACCOUNT_ID, return_value=account):
                backend.create_account(
                    AccountName=name,
                    Email=f"{name}@example.org",
                    RoleName=organization.deployer_role,
                )
        make_deployer_role(
            organization.deployer_role, management=organization.management, account=account
        )
        if organization.reader_role:
            reader = organization.reader_role
            _make_role(reader, READS, management=organization.management, account=account)
    _operator(organization)


def make_deployer_role(name: str, *, management: str, account: str) -> None:
    """A role that the management account may assume, and that may do everything: a new account's.

    Organizations makes it in each account that it creates (AWS docs: orgs_manage_accounts_access).
    """
    _make_role(name, EVERYTHING, management=management, account=account)


def _make_role(name: str, may: Mapping[str, object], *, management: str, account: str) -> None:
    iam = iam_backends[account]["aws"]
    if name not in {role.name for role in iam.get_roles()}:
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{management}:root"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam.create_role(
            role_name=name,
            assume_role_policy_document=json.dumps(trust),
            path="/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
        )
    iam.put_role_policy(name, "may", json.dumps(may))


def _operator(organization: Organization) -> None:
    iam = iam_backends[organization.management]["aws"]
    iam.create_user("us-east-1", organization.operator)
    assume = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": [
                    f"arn:aws:iam::*:role/{name}"
                    for name in (organization.deployer_role, organization.reader_role)
                    if name
                ],
            }
        ],
    }
    iam.put_user_policy(organization.operator, "assume-roles", json.dumps(assume))
    iam.create_access_key(organization.operator, prefix="AKIA")
