"""All stack files of a folder, judged together by what the program reads: every mistake at once.

A pull request changes one file, and what is wrong with it may be in another: a batch that nobody
deploys, one without accounts, an account that two stacks would deploy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from operations.accounts.files import StackFile, name_of, read
from operations.accounts.mistake import Mistake
from operations.accounts.nodes import line_of, plain
from settings import KEY, SettingsError, parse
from settings.part import Part, is_part, part_of


def judged(files: Mapping[str, bytes], environment: str | None = None) -> list[Mistake]:
    """What is wrong with these files, by name and content; of one environment or of all."""
    mistakes: list[Mistake] = []
    known: dict[str, StackFile] = {}
    for name, content in files.items():
        file, unreadable = read(name, content)
        mistakes += unreadable
        if file:
            known[file.stack] = file
    told = {_place(each) for each in mistakes}
    whole = {stack: file for stack, file in known.items() if not is_part(file.raw)}
    parts = {stack: file for stack, file in known.items() if is_part(file.raw)}
    for file in whole.values():
        wrong = [*_wrong_settings(file), *_undeployed(file, files), *_named_as_a_part(file, whole)]
        mistakes += [each for each in wrong if _place(each) not in told]
    for file in parts.values():
        mistakes += [each for each in _wrong_part(file, known, files) if _place(each) not in told]
    ours = {file.name for file in parts.values() if file.raw.get("of") == environment}
    return sorted(
        each
        for each in dict.fromkeys(mistakes)
        if environment is None or each.file in ours or belongs(each.file, environment)
    )


def _place(mistake: Mistake) -> tuple[str, int, str]:
    """Where it is, to its last key: what the file itself shows is told once, and not as settings.

    An id without quotes is one: its value, as it was read, would not be found in the file.
    """
    key = mistake.what.partition(":")[0]
    return mistake.file, mistake.line, key.rpartition(".")[2]


def belongs(name: str, environment: str) -> bool:
    """Whether a file is an environment's own or, by its name, one of its batches'."""
    return bool(re.fullmatch(rf"Pulumi\.{re.escape(environment)}(-\d+)?\.ya?ml", name))


def batches_of(raw: Mapping[str, Any]) -> dict[str, list[str]]:
    """Batch → the names of its accounts, in the order of the list, as far as they can be read."""
    listed = raw.get("accounts")
    found: dict[str, list[str]] = {}
    for account in listed if isinstance(listed, list) else []:
        if isinstance(account, Mapping) and account.get("batch"):
            found.setdefault(str(account["batch"]), []).append(str(account.get("name")))
    return found


def part_text(environment: str, batch: str) -> str:
    """The stack file of a batch, whole."""
    return f'config:\n  {KEY}: {{of: {plain(environment)}, batch: "{batch}"}}\n'


def _told(file: StackFile, sentence: str) -> Mistake:
    """A sentence that begins with its key, at that key's line."""
    return Mistake(file.name, line_of(file.settings, sentence.partition(":")[0]), sentence)


def _wrong_settings(file: StackFile) -> list[Mistake]:
    try:
        parse(file.raw)
    except SettingsError as error:
        return [_told(file, sentence) for sentence in error.mistakes]
    return []


def _undeployed(file: StackFile, files: Mapping[str, bytes]) -> Iterator[Mistake]:
    for number, account in enumerate(_accounts(file)):
        batch = account.get("batch")
        name = name_of(f"{file.stack}-{batch}")
        if batch and name not in files:
            yield _told(
                file,
                f"accounts[{number}].batch: {batch!r} has no {name}, so that nobody deploys "
                f"{account.get('name')}; write one with {{of: {file.stack}, batch: "
                f'"{batch}"}} under {KEY}',
            )


def _named_as_a_part(file: StackFile, whole: Mapping[str, StackFile]) -> Iterator[Mistake]:
    """A file that is called like a batch, and has settings: its accounts are deployed twice."""
    named = re.fullmatch(r"(.+)-(\d{1,3})", file.stack)
    if not named or named[1] not in whole:
        return
    ids = {account.get("id"): account.get("name") for account in _accounts(whole[named[1]])}
    both = [str(ids[each.get("id")]) for each in _accounts(file) if each.get("id") in ids]
    shared = f", and {', '.join(both)} would be deployed by both" if both else ""
    yield Mistake(
        file.name,
        line_of(file.settings, ""),
        f"is called like a batch of {named[1]} and has settings of its own{shared}; write "
        f'{{of: {named[1]}, batch: "{named[2]}"}} under {KEY}, or give it another name',
    )


def _wrong_part(
    file: StackFile, known: Mapping[str, StackFile], files: Mapping[str, bytes]
) -> Iterator[Mistake]:
    try:
        part = part_of({key: each for key, each in file.raw.items() if key != "accounts"})
    except SettingsError as error:
        yield from (_told(file, sentence) for sentence in error.mistakes)
        part = None
    if "accounts" in file.raw:
        yield _told(file, "accounts: a batch lists none, its environment does; take them out")
    if part is None:
        return
    whole = known.get(part.of)
    if whole is None:
        if name_of(part.of) not in files:  # else what is wrong with that file is told there
            there = ", ".join(stack for stack in known if not is_part(known[stack].raw))
            remedy = f"name one of {there}" if there else f"its list is {name_of(part.of)}"
            yield _told(file, f"of: {part.of!r} is no environment here; {remedy}")
    elif is_part(whole.raw):
        yield _told(file, f"of: {part.of!r} is itself a batch; name the environment of that one")
    else:
        yield from _astray(file, part, whole)


def _astray(file: StackFile, part: Part, whole: StackFile) -> Iterator[Mistake]:
    right = f"{part.of}-{part.batch}"
    if file.stack != right:
        yield _told(
            file,
            f"batch: {part.batch!r} of {part.of} belongs into {name_of(right)}, which no other "
            "stack may deploy as well; rename this file, or correct of and batch",
        )
    elif part.batch not in batches_of(whole.raw):
        yield _told(
            file,
            f"batch: no account of {part.of} has {part.batch!r}; give it to one, or take the stack "
            f"down: pulumi destroy --stack {right}, pulumi stack rm {right}",
        )


def _accounts(file: StackFile) -> list[Mapping[str, Any]]:
    """The accounts with their places in the list; what is no account is an empty one."""
    listed = file.raw.get("accounts")
    accounts = listed if isinstance(listed, list) else []
    return [each if isinstance(each, Mapping) else {} for each in accounts]
