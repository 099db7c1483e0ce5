"""Stack files for the tests of accounts: those of the checkout, a large one, and changed ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from operations.accounts.files import CHECKOUT, stack_files
from operations.accounts.judging import part_text
from settings import KEY

NEW: Mapping[str, Any] = {"name": "health", "id": "555555555555", "role": "member"}


def there() -> dict[str, bytes]:
    """The stack files of the checkout, by name."""
    return stack_files(CHECKOUT)


def with_text(stack: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    """The checkout's files, with words of one of them replaced, each of which is there once."""
    files = there()
    text = files[f"Pulumi.{stack}.yaml"].decode()
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return {**files, f"Pulumi.{stack}.yaml": text.encode()}


def accounts_of(files: Mapping[str, bytes], stack: str) -> list[dict[str, Any]]:
    """The accounts of an environment, as YAML reads them."""
    listed: list[dict[str, Any]] = yaml.safe_load(files[f"Pulumi.{stack}.yaml"])["config"][KEY][
        "accounts"
    ]
    return listed


def batched(*sizes: int) -> dict[str, bytes]:
    """An environment ``city``: the hub, and a batch of so many members each, with its file."""
    members, files = [], dict[str, bytes]()
    for number, size in enumerate(sizes, start=1):
        batch = f"{number:02}"
        files[f"Pulumi.city-{batch}.yaml"] = part_text("city", batch).encode()
        members += [
            f'      - {{name: agency-{batch}-{each}, id: "{number:06}{each:06}", role: member, '
            f'batch: "{batch}"}}  # {each} of {size}\n'
            for each in range(1, size + 1)
        ]
    text = there()["Pulumi.prod.yaml"].decode()
    begin, end = text.index("      - {name: tax"), text.index("    people:")
    files["Pulumi.city.yaml"] = (text[:begin] + "".join(members) + text[end:]).encode()
    return dict(sorted(files.items()))


def laid(folder: Path, files: Mapping[str, bytes]) -> Path:
    """These files in a folder."""
    for name, content in files.items():
        folder.joinpath(name).write_bytes(content)
    return folder


def lines_added(before: bytes, after: bytes) -> list[str]:
    """What is new, if nothing else changed: the lines before, in order and whole, are all there."""
    old, new = before.decode().splitlines(keepends=True), after.decode().splitlines(keepends=True)
    first = next((n for n, each in enumerate(old) if new[n] != each), len(old))
    extra = len(new) - len(old)
    assert [*new[:first], *new[first + extra :]] == old, "more than an addition"
    return new[first : first + extra]
