"""Cuts a runbook's scripts down to what one step needs.

Each ``aws:executeScript`` step carries its own copy of its code, and a document with all of them is
limited to 64 KB (trap 4.4): a step gets its handler and what that handler leads to.
"""

from __future__ import annotations

import ast
import functools
import io
import itertools
import re
import string
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass


@functools.cache
def needed_by(handler: str, script: str) -> str:
    """The imports and definitions that a handler reaches: their code, and nothing for readers.

    Raises KeyError when there is no such handler, ValueError when a name is defined twice.
    """
    imports, definitions = _taken_apart(script)
    wanted: set[str] = set()
    pending = [handler]
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending += sorted(definitions[name].names & definitions.keys())
    # Of one node with several names, which are beside each other, one.
    body = {id(each.node): each for name, each in definitions.items() if name in wanted}.values()
    names = frozenset[str]().union(*(each.names for each in body))
    needed = sorted(text for text, bound in imports.items() if bound in names)
    return "".join([*map(_tight, _together(needed)), *(each.text for each in body)])


@dataclass(frozen=True)
class _Definition:
    """What a script defines at its top; the handlers share most, so each is written once."""

    node: ast.stmt

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Every name that it speaks of, its own parts among them."""
        return frozenset(child.id for child in ast.walk(self.node) if isinstance(child, ast.Name))

    @functools.cached_property
    def text(self) -> str:
        """Its code, a blank for each level."""
        written = ast.unparse(self.node)
        return _tight(
            re.sub(r"^(?: {4})+", lambda indent: " " * (len(indent[0]) // 4), written, flags=re.M)
        )


def _together(imports: list[str]) -> Iterator[str]:
    """One line for each module that names come from, and one for all whole modules."""
    parts = [each.rpartition("import ") for each in imports]
    for source, of_it in itertools.groupby(parts, key=lambda part: part[0]):
        yield f"{source}import {', '.join(each[2] for each in of_it)}"


@functools.cache
def _taken_apart(script: str) -> tuple[dict[str, str], dict[str, _Definition]]:
    """The script's imports and what each binds, and its definitions in their order."""
    module: ast.Module = _Plain().visit(ast.parse(script))
    imports = {
        text: bound
        for node in module.body
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not _is_inlined(node)
        for bound, text in _each(node)
    }
    definitions: dict[str, _Definition] = {}
    for node in module.body:
        for name in _defines(node):
            if name in definitions:
                raise ValueError(f"{name} is defined twice in the scripts of one runbook")
            definitions[name] = _Definition(node)
    return imports, definitions


def _tight(text: str) -> str:
    """The same code without the blanks that only readers need: a twentieth of a document.

    No text of it may go over several lines, which none does that ``ast.unparse`` writes.
    """
    text += "\n"
    lines = text.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for this, after in reversed([*itertools.pairwise(tokens)]):
        row, (begins, ends) = this.end[0], (this.end[1], after.start[1])
        if row == after.start[0] and this.type not in _LAYOUT and begins < ends:
            line = lines[row - 1]
            between = " " if {line[begins - 1], line[ends]} <= _WORD else ""
            lines[row - 1] = line[:begins] + between + line[ends:]
    return "".join(line for line in lines if not line.isspace())


_LAYOUT = (tokenize.INDENT, tokenize.DEDENT)
_WORD = frozenset(string.ascii_letters + string.digits + "_'\"")
"""What may be one word with its neighbour; a quote with a letter before it has a prefix."""


class _Plain(ast.NodeTransformer):
    """Leaves out what Python does not need to run: docstrings and annotations."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node
        plain = ast.Assign(targets=[node.target], value=node.value)
        return ast.fix_missing_locations(ast.copy_location(plain, node))


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _each(node: ast.Import | ast.ImportFrom) -> list[tuple[str, str]]:
    """The names that an import binds, each with an import of that name alone."""
    found = []
    for alias in node.names:
        alone = (
            ast.Import(names=[alias])
            if isinstance(node, ast.Import)
            else ast.ImportFrom(module=node.module, names=[alias], level=0)
        )
        found.append(((alias.asname or alias.name).split(".")[0], ast.unparse(alone)))
    return found


def _is_inlined(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether the import names what is put in, or what is written at the top anyway."""
    origin = getattr(node, "module", None) or ""
    return origin == "__future__" or origin.split(".")[0] == "runbooks"
