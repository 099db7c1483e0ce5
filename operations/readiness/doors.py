"""The way into many accounts: one role of each, assumed once, and clients for many threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Final

import boto3
from botocore.config import Config

KEPT: Final = 256
"""Clients that are not made again."""


class Doors:
    """Clients of every account, signed with one role's name in each.

    boto3 makes no clients in parallel, so one lock is held while one is made; what is made may be
    used by all threads. The last ``KEPT`` are kept: hundreds of accounts have tens of thousands, of
    a quarter of a megabyte each. A call that is not answered ends after ``seconds``. Raises what
    STS answers where the caller is nobody.
    """

    def __init__(self, role: str, *, partition: str, home: str, seconds: float) -> None:
        self._role, self._partition, self._home = role, partition, home
        self._session = boto3.Session(region_name=home)
        self._config = Config(
            connect_timeout=seconds,
            read_timeout=seconds,
            retries={"total_max_attempts": 3, "mode": "standard"},
            max_pool_connections=50,
        )
        self._lock = threading.Lock()
        self._held: dict[str, dict[str, Any]] = {}
        self._made: OrderedDict[tuple[str, str, str], Any] = OrderedDict()
        self._sts = self._session.client("sts", config=self._config)
        self.who = str(self._sts.get_caller_identity()["Arn"])

    def enter(self, account: str) -> None:
        """Assume the role; raises what STS answers where it may not be.

        The home region's STS is asked, whose credentials are good in opt-in regions too (AWS docs:
        id_credentials_temp_enable-regions).
        """
        arn = f"arn:{self._partition}:iam::{account}:role/{self._role}"
        answer = self._sts.assume_role(RoleArn=arn, RoleSessionName="containment-preflight")
        self._held[account] = answer["Credentials"]

    def client(self, account: str, service: str, region: str | None = None) -> Any:
        """The client of a service in an account that was entered, at home unless elsewhere."""
        key = (account, service, region or self._home)
        with self._lock:
            if key not in self._made:
                held = self._held[account]
                self._made[key] = self._session.client(
                    service,
                    region_name=key[2],
                    aws_access_key_id=held["AccessKeyId"],
                    aws_secret_access_key=held["SecretAccessKey"],
                    aws_session_token=held["SessionToken"],
                    config=self._config,
                )
            self._made.move_to_end(key)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
            return self._made[key]
