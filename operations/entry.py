"""A person's way into an account: as they are, or with a role of that account."""

from __future__ import annotations

from typing import Any, Final

import boto3

DEPLOYER: Final = "OrganizationAccountAccessRole"
"""What AWS Organizations makes in each account that it creates (AWS docs: orgs_manage_accounts)."""


class EntryError(RuntimeError):
    """No way in; the message says what is missing."""


class Entry:
    """boto3 clients of one account and region, signed as whoever runs the command.

    A ``role`` that is named is assumed; without one, the caller stays who they are in the account
    itself, and takes the ``deployer`` role from another, the organisation's access role where the
    environment has none of its own. Raises EntryError where there is no region, and what STS
    answers where the role may not be assumed.
    """

    def __init__(
        self, account: str, *, role: str | None, region: str | None, deployer: str = DEPLOYER
    ) -> None:
        caller = boto3.Session(region_name=region)
        if not caller.region_name:
            raise EntryError("no region: give --region, the home region of the stack")
        self.region: str = caller.region_name
        sts = caller.client("sts")
        identity = sts.get_caller_identity()
        self.who: str = identity["Arn"].rpartition(":")[2]
        self._session = caller
        if role or identity["Account"] != account:
            partition = identity["Arn"].split(":")[1]
            held = sts.assume_role(
                RoleArn=f"arn:{partition}:iam::{account}:role/{role or deployer}",
                RoleSessionName="containment-operations",
            )["Credentials"]
            self._session = boto3.Session(
                region_name=self.region,
                aws_access_key_id=held["AccessKeyId"],
                aws_secret_access_key=held["SecretAccessKey"],
                aws_session_token=held["SessionToken"],
            )

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service, in the entry's own region unless another is named."""
        return self._session.client(service, region_name=region)
