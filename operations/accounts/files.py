"""Stack files as they lie in a folder: their text, and ``containment:settings`` as they say it.

They come by pull request, so that anything may stand in them. What YAML's readers disagree about
is a mistake here: PyYAML, which the program reads an environment's file with, takes the last of
two equal keys, and an id without quotes is another number to Pulumi's reader than to it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from operations.accounts.mistake import AccountsError, Mistake
from operations.accounts.nodes import Node, at, composed, mappings
from settings import KEY

CHECKOUT: Final = Path(__file__).resolve().parents[2]
PROJECT: Final = "Pulumi.yaml"
MERGE: Final = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |\r?$)")
DIGITS: Final = ("id", "batch", "account")
"""Keys whose value is digits and yet no number."""


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """One stack file that could be read."""

    stack: str
    text: str
    root: Node
    raw: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The file's name."""
        return name_of(self.stack)

    @property
    def settings(self) -> Node:
        """The node of ``containment:settings``."""
        return at(self.root, "config", KEY)


def name_of(stack: str) -> str:
    """The name of a stack's file."""
    return f"Pulumi.{stack}.yaml"


def stack_files(folder: Path) -> dict[str, bytes]:
    """Every stack file of a folder by its name; AccountsError where there is no such folder."""
    if not folder.is_dir():
        raise AccountsError([f"{folder} is no folder: name the one that the stack files are in"])
    paths = sorted([*folder.glob("Pulumi.*.yaml"), *folder.glob("Pulumi.*.yml")])
    return {path.name: path.read_bytes() for path in paths}


@functools.lru_cache(maxsize=1024)  # an environment has a hundred files, and a change one or two
def read(name: str, content: bytes) -> tuple[StackFile | None, tuple[Mistake, ...]]:
    """A stack file, and what is wrong with it as a file; None where it cannot be read at all."""
    file, mistakes = _read(name, content)
    return file, tuple(mistakes)


def _read(name: str, content: bytes) -> tuple[StackFile | None, list[Mistake]]:
    if name.endswith(".yml"):
        return None, [Mistake(name, 0, "Pulumi does not read it; rename it to .yaml")]
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, [Mistake(name, line, "is no UTF-8 text; save it as UTF-8")]
    marks = [number for number, line in enumerate(text.split("\n"), 1) if MERGE.match(line)]
    if marks:
        lines = f"line{'s' * (len(marks) > 1)} {', '.join(map(str, marks))}"
        what = f"a merge was not finished, its marks are in {lines}; settle it"
        return None, [Mistake(name, marks[0], what)]
    try:
        root, said = composed(text), yaml.safe_load(text)
    except (YAMLError, yaml.YAMLError, ValueError) as error:
        return None, [_no_yaml(name, error)]
    config = said.get("config") if isinstance(said, Mapping) else None
    raw = config.get(KEY) if isinstance(config, Mapping) else None
    mistakes = [*_twice(name, root), *_numbers(name, at(root, "config", KEY))]
    if not isinstance(config, Mapping) or not isinstance(raw, Mapping):
        return None, [*mistakes, Mistake(name, 0, f"has no {KEY}; write it under config")]
    mistakes += [
        Mistake(name, key.start_mark.line + 1, f"{key.value} is not known here; only {KEY} is")
        for key, _ in at(root, "config").value
        if key.value.startswith(KEY.partition(":")[0] + ":") and key.value != KEY
    ]
    stack = name.removeprefix("Pulumi.").removesuffix(".yaml")
    return StackFile(stack=stack, text=text, root=root, raw=raw), mistakes


def _no_yaml(name: str, error: Exception) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    problem = error.problem if isinstance(error, MarkedYAMLError) else str(error)
    if "'\\t'" in str(problem):
        return Mistake(name, line, "a tab, which YAML does not indent with; write blanks")
    if "another document" in str(problem):
        return Mistake(name, line, "a second document begins; keep one, without ---")
    what = " ".join(str(problem or error).split())
    return Mistake(name, line, f"is no YAML: {what}; correct that line, or the one above it")


def _twice(name: str, root: Node) -> Iterator[Mistake]:
    for mapping in mappings(root):
        seen: dict[str, int] = {}
        for key, _ in mapping.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                first = f"in line {seen[key.value]} already"
                yield Mistake(name, line, f"{key.value} is there {first}; keep one of them")
            seen.setdefault(str(key.value), line)


def _numbers(name: str, settings: Node) -> Iterator[Mistake]:
    for mapping in mappings(settings):
        for key, value in mapping.value:
            plain = value.id == "scalar" and value.style is None
            if key.value in DIGITS and plain and re.fullmatch(r"[0-9_]+", value.value):
                said = f"{key.value}: {value.value} without quotes is a number, and to one reader "
                remedy = f'another than to the next; write "{value.value}"'
                yield Mistake(name, value.start_mark.line + 1, said + remedy)
