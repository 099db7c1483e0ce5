"""One environment as its file says it: its accounts, and which stack deploys each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from operations.accounts.editing import comment_above
from operations.accounts.files import StackFile, name_of, read
from operations.accounts.judging import judged
from operations.accounts.mistake import AccountsError
from settings import Account, Settings, SettingsError, parse
from settings.part import is_part

HUB: Final = "hub"
"""What a person calls the environment's own stack, where a batch is asked for."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """An environment that the program would read, and the file that it stands in."""

    file: StackFile
    settings: Settings

    @property
    def name(self) -> str:
        """The environment, which is its first stack's name as well."""
        return self.file.stack

    def account(self, name: str) -> Account:
        """The account of a name; AccountsError names those that there are."""
        for each in self.settings.accounts:
            if each.name == name:
                return each
        there = ", ".join(each.name for each in self.settings.accounts)
        raise AccountsError([f"{self.file.name} has no account {name!r}; there are {there}"])

    def number(self, name: str) -> int:
        """Where in the list an account stands."""
        return [each.name for each in self.settings.accounts].index(name)

    def comment_above(self, number: int) -> int:
        """The line of a comment right above an account, whose it may be; 0 where there is none."""
        return comment_above(self.file, number)

    def stack_of(self, batch: str | None) -> str:
        """The stack that deploys a batch, or the hub."""
        return f"{self.name}-{batch}" if batch else self.name


@dataclass(frozen=True, kw_only=True)
class Row:
    """An account as it is listed: what part it plays, who deploys it, and what differs."""

    name: str
    id: str
    role: str
    batch: str
    stack: str
    contains: bool
    regions: list[str]
    modes: dict[str, str]
    """Routes whose mode is another than the environment's."""


def environment_of(files: Mapping[str, bytes], name: str) -> Environment:
    """The environment of a name; raises AccountsError with every mistake of its files."""
    there = name_of(name)
    if there not in files:
        stacks = ", ".join(each.removeprefix("Pulumi.").removesuffix(".yaml") for each in files)
        raise AccountsError([f"there is no {there}; there are {stacks or 'none'}"])
    file, _ = read(there, files[there])
    if file is None:
        raise AccountsError(judged(files, name))
    if is_part(file.raw):
        of = file.raw.get("of")
        raise AccountsError([f"{there} is a batch of {of}; name that environment"])
    try:
        return Environment(file=file, settings=parse(file.raw))
    except SettingsError:
        raise AccountsError(judged(files, name)) from None


def rows(environment: Environment) -> list[Row]:
    """Every account of an environment, in the order of its list."""
    settings = environment.settings
    return [
        Row(
            name=each.name,
            id=each.id,
            role=each.role,
            batch=each.batch or HUB,
            stack=environment.stack_of(each.batch),
            contains=each.contains,
            regions=list(settings.regions),
            modes=_differing(settings, each),
        )
        for each in settings.accounts
    ]


def _differing(settings: Settings, account: Account) -> dict[str, Any]:
    usual = settings.modes(account.model_copy(update={"routes": {}}))
    own = settings.modes(account)
    return {route: mode for route, mode in own.items() if mode != usual[route]}
