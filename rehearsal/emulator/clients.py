"""boto3 clients of the emulated organisation, one per principal, service and region.

Creating a client takes longer than most emulated calls, so each is made once and kept. Nothing here
retries: a retry would sleep in real time beside a virtual clock, and would hide what was answered.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from rehearsal.emulator import shortcut

HOME_REGION = "eu-west-1"
OPERATOR_KEY = "AKIAREHEARSAL0000000"
"""A long-term key that the emulator does not know, and therefore signs as ``operator``."""


# One for the process: a session reads botocore's models, which takes longer than most tests.
_BOTO3 = boto3.session.Session()


@functools.cache
def partition_of(region: str) -> str:
    """The partition of a region, by botocore's endpoint data, which take a while to read."""
    return str(_BOTO3.get_partition_for_region(region))


@functools.cache
def regions_of(service: str) -> frozenset[str]:
    """The regions in which botocore's endpoint data have a service."""
    return frozenset(_BOTO3.get_available_regions(service))


@dataclass(frozen=True)
class Credentials:
    """What signs a request: a long-term key, or a temporary one with its token."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


class Session:
    """One principal's clients at the emulator's endpoint."""

    def __init__(self, clients: Clients, credentials: Credentials, region: str) -> None:
        self.credentials = credentials
        self.region = region
        self._clients = clients
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, service_name: str, region_name: str | None = None) -> Any:
        """The boto3 client of a service, in the session's region unless another one is named."""
        key = (service_name, region_name or self.region)
        with self._lock:
            if key not in self._made:
                self._made[key] = self._clients.make(self.credentials, *key)
            return self._made[key]


class Clients:
    """Makes sessions, and remembers those that are asked for again."""

    def __init__(
        self, endpoint: str, *, operator: Credentials | None = None, home_region: str = HOME_REGION
    ) -> None:
        self.endpoint = endpoint
        self.home_region = home_region
        self._operator = operator or Credentials(OPERATOR_KEY, "rehearsal")
        self._making = threading.Lock()
        self._lock = threading.RLock()
        self._kept: dict[Hashable, Session] = {}

    def session(
        self,
        access_key_id: str,
        secret_access_key: str,
        session_token: str | None = None,
        region: str | None = None,
    ) -> Session:
        """A session of credentials that somebody else obtained; not kept."""
        credentials = Credentials(access_key_id, secret_access_key, session_token)
        return Session(self, credentials, region or self.home_region)

    def kept(self, key: Hashable, obtain: Callable[[], Session]) -> Session:
        """The session under a key, obtained the first time that it is asked for."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = obtain()
            return self._kept[key]

    def operator(self) -> Session:
        """The management account's user ``operator``, who may only assume the deployer role."""
        key = self._operator
        return self.kept(key, lambda: Session(self, key, self.home_region))

    def account(self, account_id: str, role: str = "OrganizationAccountAccessRole") -> Session:
        """A role of an account, assumed by the operator once; raises what STS answers."""

        def assume() -> Session:
            answer = (
                self.operator()
                .client("sts")
                .assume_role(
                    RoleArn=f"arn:aws:iam::{account_id}:role/{role}",
                    RoleSessionName="rehearsal",
                )["Credentials"]
            )
            return self.session(
                answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"]
            )

        return self.kept((account_id, role), assume)

    def make(self, credentials: Credentials, service_name: str, region_name: str) -> Any:
        """A new boto3 client; one at a time, since boto3 does not make clients in parallel."""
        with self._making:
            client = _BOTO3.client(
                service_name,
                region_name=region_name,
                endpoint_url=self.endpoint,
                aws_access_key_id=credentials.access_key_id,
                aws_secret_access_key=credentials.secret_access_key,
                aws_session_token=credentials.session_token,
                config=Config(
                    retries={"total_max_attempts": 1},
                    max_pool_connections=50,
                    proxies={},  # none, so that none is looked for; the endpoint is on loopback
                    s3={"addressing_style": "path"},
                ),
            )
        shortcut.take(client, self.endpoint)
        return client
