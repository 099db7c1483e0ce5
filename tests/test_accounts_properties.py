"""Any changes in any order: the files say what the list is, and only what was asked for moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from operations.accounts.changes import added, moved, removed
from operations.accounts.judging import judged
from tests.accounted import accounts_of, batched

MEMBER = re.compile(r"- {(name: \S+), (id: \S+), (role: member), (batch: \S+)}(?=  # [13])")
STYLES: dict[str, Callable[[str], str]] = {
    "in braces": lambda text: text,
    "with the line ends of windows": lambda text: text.replace("\n", "\r\n"),
    "in single quotes": lambda text: text.replace('"', "'"),
    "some of them in lines": lambda text: MEMBER.sub(
        r"- \1\n        \2\n        \3\n        \4", text
    ),
}
VERBS = ("add", "add with modes", "remove", "move")


@settings(max_examples=15, deadline=None)
@given(
    style=some.sampled_from(sorted(STYLES)),
    sizes=some.lists(some.integers(1, 3), min_size=1, max_size=3),
    steps=some.lists(
        some.tuples(some.sampled_from(VERBS), some.integers(0, 9), some.integers(0, 4)),
        min_size=1,
        max_size=8,
    ),
)
def test_after_any_changes_the_files_say_what_was_asked_and_nothing_else_moved(
    style: str, sizes: list[int], steps: list[tuple[str, int, int]]
) -> None:
    files = batched(*sizes)
    files["Pulumi.city.yaml"] = STYLES[style](files["Pulumi.city.yaml"].decode()).encode()
    whole = accounts_of(files, "city")
    assert judged(files) == []
    around = _around(files)
    for number, (verb, which, to) in enumerate(steps):
        members = [each for each in whole if each["role"] == "member"]
        files, whole = _changed(files, whole, members, verb, number, which, to)
        assert accounts_of(files, "city") == whole
        assert _around(files) == around
        assert all("no account of city has" in each.what for each in judged(files))


def _changed(
    files: dict[str, bytes],
    whole: list[dict[str, Any]],
    members: list[dict[str, Any]],
    verb: str,
    number: int,
    which: int,
    to: int,
) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """The files after one change, and the list as it has to be."""
    if verb.startswith("add") or not members:
        new: dict[str, Any] = {"name": f"new-{number}", "id": f"7{number:011}", "role": "member"}
        if verb == "add with modes":
            new["routes"] = {"attacking-instance": "notify"}
        change = added(files, "city", new, size=3)
        return dict(change.files), [*whole, {**new, "batch": change.into[0]}]
    chosen = members[which % len(members)]
    rest = [each for each in whole if each is not chosen]
    if verb == "remove":
        return dict(removed(files, "city", chosen["name"]).files), rest
    batch = f"{to:02}" if to else "hub"
    if chosen.get("batch", "hub") == batch:
        return files, whole
    after = {key: value for key, value in chosen.items() if key != "batch"}
    after |= {"batch": batch} if to else {}
    moving = moved(files, "city", chosen["name"], batch)
    return dict(moving.files), [after if each is chosen else each for each in whole]


def _around(files: dict[str, bytes]) -> tuple[str, str]:
    """What stands before the first member, and behind the last one."""
    text = files["Pulumi.city.yaml"].decode()
    return text.partition("role: security}")[0], text.partition("    people:")[2]
