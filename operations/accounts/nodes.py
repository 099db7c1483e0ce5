"""Where in a stack file's text something stands: YAML's nodes, each with its beginning and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from ruamel.yaml import YAML

Node = Any
"""A node of ruamel's, which has no types for it: ``id``, ``value``, ``style`` and two marks."""


def composed(text: str) -> Node:
    """The document's root, None where it is empty; raises ruamel's YAMLError."""
    return YAML(typ="rt", pure=True).compose(text)


def entry(node: Node, key: str | int) -> tuple[Node, Node] | None:
    """A mapping's key and value, or a sequence's item (twice); None where there is none."""
    if node is not None and node.id == "sequence" and isinstance(key, int):
        return (node.value[key],) * 2 if key < len(node.value) else None
    if node is None or node.id != "mapping":
        return None
    return next(((name, value) for name, value in node.value if name.value == key), None)


def at(root: Node, *way: str | int) -> Node:
    """What stands at the end of a way of keys and numbers; None where there is nothing."""
    for key in way:
        found = entry(root, key)
        if found is None:
            return None
        root = found[1]
    return root


def line_of(root: Node, key: str) -> int:
    """The line of a key as a mistake names it, ``accounts[2].id``: of as much as there is of it."""
    line = root.start_mark.line + 1 if root is not None else 0
    for part in re.findall(r"[^.\[\]]+", key):
        found = entry(root, int(part) if part.isdigit() and root.id == "sequence" else part)
        if found is None:
            break
        line, root = found[0].start_mark.line + 1, found[1]
    return line


def mappings(node: Node) -> Iterator[Node]:
    """Every mapping in a document, the outer ones first."""
    if node is not None and node.id == "mapping":
        yield node
        for _, value in node.value:
            yield from mappings(value)
    elif node is not None and node.id == "sequence":
        for item in node.value:
            yield from mappings(item)


def plain(value: str) -> str:
    """A value as text, in quotes only where YAML would read something else: ``no`` is a name."""
    return value if yaml.safe_load(value) == value else f'"{value}"'


def end_of(node: Node) -> tuple[int, int]:
    """Line and column behind the last character of a node: what follows it is not counted in.

    YAML's own end of a block is where the next thing begins, behind comments and empty lines.
    """
    if node.id != "scalar" and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if node.id == "mapping" else last)
    mark = node.end_mark
    if mark.column == 0 and mark.line > node.start_mark.line:  # a text of several lines
        return mark.line - 1, 0
    return mark.line, mark.column
