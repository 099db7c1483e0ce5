"""Changes of stack files: an account added, taken out, or moved; judged, then written.

A change is made in memory and read back: it has to say what was meant, no more, and to bring no
mistake that was not there before. Only then the files are written, each in one step.
"""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from operations.accounts import editing
from operations.accounts.environment import HUB, Environment, environment_of
from operations.accounts.files import StackFile, name_of, read
from operations.accounts.judging import judged, part_text
from operations.accounts.mistake import AccountsError
from operations.accounts.placing import batches, place, size_of
from settings import SettingsError, parse

Files = Mapping[str, bytes]
ORDER: Final = ("name", "id", "role", "batch", "routes")


@dataclass(frozen=True, kw_only=True)
class Change:
    """New content of files, and where accounts are by it."""

    files: Files
    """Every stack file, as it is after the change."""
    changed: tuple[str, ...] = ()
    """Those that are to be written, batches first: they are read with their environment's file."""
    into: tuple[str | None, ...] = ()
    """The batches of what was added or moved; None is the hub."""
    was: str | None = None
    """The batch that an account was in."""
    emptied: bool = False
    """Whether that one has no account any more."""


def added(
    files: Files,
    environment: str,
    *accounts: Mapping[str, Any],
    batch: str | None = None,
    size: int | None = None,
) -> Change:
    """Members at the end of the list; AccountsError with every mistake, theirs among them.

    ``batch`` is one of digits, or ``hub`` for the environment's own stack; without one, the first
    batch that has room, a new one where none has, and the only stack where there are no batches.
    A batch has room for ``size`` accounts; without a size, for those of a few account-regions.
    """
    whole = environment_of(files, environment)
    size = size or size_of(len(whole.settings.regions))
    there = batches(environment, whole.file.raw, files)
    into, members = [], []
    for account in accounts:
        chosen = _named(batch) if batch else place(there, size)
        if chosen:
            there[chosen] = there.get(chosen, 0) + 1
        new = {**account, "batch": chosen}
        into.append(chosen)
        members.append({key: new[key] for key in ORDER if new.get(key)})

    def listed(raw: dict[str, Any]) -> None:
        raw["accounts"] += members

    after = _settings(whole, listed)  # before it is text: a name may hold anything
    text = editing.with_accounts(whole.file, members)
    return _judged(whole, text, after, Change(files=files, into=tuple(into)))


def removed(files: Files, environment: str, name: str) -> Change:
    """A member taken out of the list; AccountsError where it is none, or not there."""
    whole = environment_of(files, environment)
    account, number = _member(whole, name, "taken out"), whole.number(name)

    def listed(raw: dict[str, Any]) -> None:
        del raw["accounts"][number]

    after = _settings(whole, listed)
    text = editing.without_account(whole.file, number)
    mates = batches(environment, after, ()).get(account.batch or "", 0)
    emptied = bool(account.batch) and not mates
    return _judged(whole, text, after, Change(files=files, was=account.batch, emptied=emptied))


def moved(files: Files, environment: str, name: str, to: str) -> Change:
    """A member in another batch, whose file is written where it is new; AccountsError."""
    whole = environment_of(files, environment)
    account, number, batch = _member(whole, name, "moved"), whole.number(name), _named(to)
    if batch == account.batch:
        stack = whole.stack_of(batch)
        raise AccountsError([f"{name} is in {to} already: {stack} deploys it"])

    def listed(raw: dict[str, Any]) -> None:
        raw["accounts"][number].pop("batch", None)
        if batch:
            raw["accounts"][number]["batch"] = batch

    after = _settings(whole, listed)
    text = editing.with_batch(whole.file, number, batch)
    mates = batches(environment, after, ()).get(account.batch or "", 0)
    emptied = bool(account.batch) and not mates
    change = Change(files=files, into=(batch,), was=account.batch, emptied=emptied)
    return _judged(whole, text, after, change)


def write(folder: Path, change: Change) -> None:
    """Write what a change has changed; each file is the old one or the new one, never a part."""
    for name in change.changed:
        path = (folder / name).resolve()
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(change.files[name])
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _named(batch: str) -> str | None:
    return None if batch == HUB else batch


def _member(whole: Environment, name: str, done: str) -> Any:
    account = whole.account(name)
    if account.role != "member":
        raise AccountsError(
            [f"{name} is the {account.role} account, without which {whole.name} is none: it is not "
             f"{done}; to end the environment, pulumi destroy --stack {whole.name}"]
        )  # fmt: skip
    return account


def _settings(whole: Environment, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The settings after a change, on plain data; AccountsError with what is wrong with them."""
    if not editing.changeable(whole.file):
        raise _by_hand(whole)
    raw = copy.deepcopy(dict(whole.file.raw))
    change(raw)
    try:
        parse(raw)
    except SettingsError as error:
        raise AccountsError([f"{whole.file.name}: {each}" for each in error.mistakes]) from None
    return raw


def _by_hand(whole: Environment) -> AccountsError:
    return AccountsError([
        f"{whole.file.name} is written in a way that cannot be changed by lines; change it by "
        f"hand, and look with: python -m operations accounts check --environment {whole.name}"
    ])  # fmt: skip


def _judged(whole: Environment, text: str, expected: Mapping[str, Any], change: Change) -> Change:
    """The change, with the text of the environment and new files of batches, if all is right.

    Raises AccountsError where the text does not say what was meant, or with every new mistake.
    """
    name, files = whole.file.name, change.files
    again: StackFile | None = read(name, text.encode())[0]
    if again is None or again.raw != expected:
        raise _by_hand(whole)
    parts = {
        part: part_text(whole.name, batch).encode()
        for batch in change.into
        if batch and (part := name_of(f"{whole.name}-{batch}")) not in files
    }
    after = {**files, **parts, name: text.encode()}
    before = {each.what for each in judged(files, whole.name)}
    new = [each for each in judged(after, whole.name) if each.what not in before]
    leftover = f"no account of {whole.name} has {change.was!r}"
    wrong = [each for each in new if not (change.emptied and leftover in each.what)]
    if wrong:
        raise AccountsError(wrong)
    return replace(change, files=after, changed=(*parts, name))
