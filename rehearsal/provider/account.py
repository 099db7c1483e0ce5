"""One provider's way into its account: roles assumed as the program says, clients made once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from rehearsal.emulator.clients import (
    OPERATOR_KEY,
    Clients,
    Credentials,
    Session,
    partition_of,
)

LOOPBACK = ("127.0.0.1", "localhost", "::1")

UNDERSTOOD = (
    "region",
    "assumeRoles",
    "allowedAccountIds",
    "defaultTags",
    "version",
    "maxRetries",
    "skipCredentialsValidation",
    "skipRegionValidation",
    "skipMetadataApiCheck",
    "skipRequestingAccountId",
)
"""Arguments of ``aws.Provider`` that mean something here, or nothing on an emulator."""

ROLE = {
    "roleArn": "RoleArn",
    "sessionName": "RoleSessionName",
    "externalId": "ExternalId",
    "policy": "Policy",
}


class Account:
    """An account, a region unless a resource says another one, and boto3 clients."""

    def __init__(self, session: Session, region: str, *, allowed: Sequence[str] = ()) -> None:
        self.region = region
        self._session = session
        self.id: str = session.client("sts", region).get_caller_identity()["Account"]
        if allowed and self.id not in allowed:
            raise PermissionError(f"AWS account ID not allowed: {self.id} is none of {allowed}")

    def client(self, service: str, region: str) -> Any:
        """The boto3 client of a service."""
        return self._session.client(service, region)

    @staticmethod
    def partition(region: str) -> str:
        """The partition of a region, which stands in ARNs."""
        return partition_of(region)


def unmapped_arguments(arguments: Mapping[str, Any]) -> list[str]:
    """Provider arguments that nothing here would heed."""
    unknown = [name for name in arguments if name not in UNDERSTOOD]
    for number, role in enumerate(arguments.get("assumeRoles") or []):
        unknown += [f"assumeRoles[{number}].{name}" for name in role if name not in ROLE]
    tags = arguments.get("defaultTags") or {}
    return unknown + [f"defaultTags.{name}" for name in tags if name != "tags"]


def enter(
    arguments: Mapping[str, Any], *, endpoint: str | None = None, clients: Clients | None = None
) -> Account:
    """Sign as the operator, assume each role in turn, and check that the account is an allowed one.

    The endpoint is ``AWS_ENDPOINT_URL`` unless given, and has to be on loopback: nothing here may
    reach AWS itself.
    """
    where = endpoint or os.environ.get("AWS_ENDPOINT_URL", "")
    if urlsplit(where).hostname not in LOOPBACK:
        raise PermissionError(
            f"the stand-in for the AWS provider talks to an emulator on loopback only, not to "
            f"{where or 'AWS'}: set AWS_ENDPOINT_URL"
        )
    region = arguments["region"]
    operator = Credentials(
        os.environ.get("AWS_ACCESS_KEY_ID", OPERATOR_KEY),
        os.environ.get("AWS_SECRET_ACCESS_KEY", "rehearsal"),
        os.environ.get("AWS_SESSION_TOKEN"),
    )
    clients = clients or Clients(where, operator=operator, home_region=region)
    session = clients.operator()
    for role in arguments.get("assumeRoles") or []:
        asked = {ROLE[name]: value for name, value in role.items()}
        asked.setdefault("RoleSessionName", "pulumi-rehearsal")
        held = session.client("sts", region).assume_role(**asked)["Credentials"]
        session = clients.session(
            held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"], region
        )
    return Account(session, region, allowed=arguments.get("allowedAccountIds") or ())
