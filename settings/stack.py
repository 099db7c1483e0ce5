"""What a stack deploys: the whole of its environment, its hub, or a batch of its members.

An environment is listed in one file, ``Pulumi.<environment>.yaml``. Its stack deploys the hub and
every account without a batch; a stack ``<environment>-<batch>`` says only whose part it is, and
deploys the accounts of that batch. Names are derived, so that no stack reads another's outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pulumi

from settings import Account, Settings, SettingsError, parse
from settings.part import is_part, part_of
from settings.stack_file import StackFileError, path_of, raw_settings


@dataclass(frozen=True, kw_only=True)
class Stack:
    """An environment's settings, and which part of it is deployed."""

    settings: Settings
    batch: str | None = None
    reads: bool = False
    """Whether it is only looked at, by the role for that, where the settings name one."""

    @property
    def has_hub(self) -> bool:
        """Whether what there is once in an organisation is deployed by this stack."""
        return self.batch is None

    @property
    def role(self) -> str:
        """The name of the role that is assumed in each account."""
        reader = self.settings.reader_role if self.reads else None
        return reader or self.settings.deployer_role

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Those that this stack deploys into."""
        return tuple(each for each in self.settings.accounts if each.batch == self.batch)


def load(beside: Path) -> Stack:
    """The stack that is being deployed; its environment's file lies ``beside`` this one.

    Raises SettingsError with every mistake.
    """
    config = pulumi.Config("containment")
    stack = stack_of(config.require_object("settings"), beside.parent)
    return replace(stack, reads=bool(config.get_bool("reads")))


def stack_of(raw: object, folder: Path) -> Stack:
    """What these settings deploy, which may be a part of a file in the folder. SettingsError."""
    if not is_part(raw):
        return Stack(settings=parse(raw))
    part = part_of(raw)
    stack = Stack(settings=parse(environment(part.of, folder)), batch=part.batch)
    if not stack.accounts:
        raise SettingsError(
            [
                f"batch: no account of {part.of} has the batch {part.batch!r}, so that this would "
                "take away all that the stack holds; if that is meant, use pulumi destroy"
            ]
        )
    return stack


def environment(name: str, folder: Path) -> Mapping[str, Any]:
    """The settings in the file that lists all accounts, as they stand there. SettingsError."""
    try:
        raw = raw_settings(path_of(name, folder))
    except (FileNotFoundError, StackFileError) as error:
        raise SettingsError([f"of: {error}"]) from error
    if "of" in raw:
        raise SettingsError([f"of: {name} is itself a part, of {raw['of']!r}; name that one"])
    return raw
