"""The environment that is asked: its settings, its accounts, and the way into each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from names import Place
from operations.routing.answers import RoutesError
from operations.routing.stack_file import CHECKOUT, stack_settings
from regions import PARTITIONS
from settings import Account, Settings, SettingsError, parse


class UnusableError(ValueError):
    """The environment's file cannot be used; the message says why, and what to write."""


class Client(Protocol):
    """Makes the client of a service in an account, in the home region unless one is named."""

    def __call__(self, account: str, service: str, region: str | None = None) -> Any:
        """The client, from whatever thread."""
        ...


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What questions are made of."""

    name: str
    settings: Settings
    client: Client
    now: datetime
    entered: frozenset[str] = frozenset()
    """Ids of the accounts whose role could be assumed: nobody else is asked."""
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Id of an account → the regions that are on there."""

    @property
    def partition(self) -> str:
        """The partition of all its regions."""
        return PARTITIONS[self.settings.home_region]

    @property
    def central(self) -> Place:
        """The security account in the home region."""
        return self.at(self.settings.security, self.settings.home_region)

    @property
    def hub(self) -> str | None:
        """The id of the security account, None where its role cannot be assumed."""
        security = self.settings.security.id
        return security if security in self.entered else None

    @property
    def management(self) -> str | None:
        """The id of the management account, None where none is listed or it is closed to us."""
        account = self.settings.of_role("management")
        return account.id if account and account.id in self.entered else None

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Those that can be asked."""
        return tuple(each for each in self.settings.accounts if each.id in self.entered)

    @property
    def containing(self) -> tuple[Account, ...]:
        """Those of them that have a pipeline."""
        return tuple(each for each in self.accounts if each.contains)

    @property
    def places(self) -> Iterator[tuple[Account, str]]:
        """Every account and region that has a pipeline and can be asked."""
        for account in self.containing:
            for region in self.settings.regions:
                if region in self.regions[account.id]:
                    yield account, region

    def at(self, account: Account, region: str) -> Place:
        """An account in a region."""
        return Place(partition=self.partition, account=account.id, region=region)

    def stack(self, account: Account) -> str:
        """The stack that deploys an account."""
        return f"{self.name}-{account.batch}" if account.batch else self.name

    def deploy(self, account: Account | None = None) -> str:
        """The command that puts right what is deployed; of the hub, unless an account is named."""
        stack = self.stack(account) if account else self.name
        return f"pulumi up --refresh --stack {stack}"


def where(account: Account, region: str | None = None) -> str:
    """How a place is called."""
    return f"{account.name} ({account.id})" + (f", {region}" if region else "")


def settings_of(name: str, folder: Path = CHECKOUT) -> Settings:
    """The settings of an environment, from ``Pulumi.<name>.yaml``, checked as the program does.

    Raises UnusableError with every mistake.
    """
    try:
        raw = stack_settings(name, folder)
        if "of" in raw:
            raise UnusableError(
                f"{name} is a part of {raw['of']}, whose file lists all accounts: "
                f"--environment {raw['of']}"
            )
        return parse(raw)
    except (RoutesError, SettingsError) as error:
        raise UnusableError(f"Pulumi.{name}.yaml: {error}") from error
