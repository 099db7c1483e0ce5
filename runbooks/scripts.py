"""Cuts a runbook's scripts down to what one step needs.

Each ``aws:executeScript`` step carries its own copy of its code, and a document with all of them is
limited to 64 KB (trap 4.4): a step gets its handler and what that handler leads to.
"""

from __future__ import annotations

import ast
import functools


@functools.cache
def needed_by(handler: str, script: str) -> str:
    """The imports and definitions that a handler reaches, docstrings left out.

    Raises KeyError when there is no such handler, ValueError when a name is defined twice.
    """
    module = ast.parse(script)
    _drop_docstrings(module)
    imports = {
        ast.unparse(node): node
        for node in module.body
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not _is_inlined(node)
    }
    definitions: dict[str, ast.stmt] = {}
    for node in module.body:
        for name in _defines(node):
            if name in definitions:
                raise ValueError(f"{name} is defined twice in the scripts of one runbook")
            definitions[name] = node
    wanted: set[str] = set()
    pending = [handler]
    while pending:
        name = pending.pop()
        if name in wanted:
            continue
        wanted.add(name)
        used = {child.id for child in ast.walk(definitions[name]) if isinstance(child, ast.Name)}
        pending += sorted(used & definitions.keys())
    kept = {id(definitions[name]) for name in wanted}
    body = [node for node in module.body if id(node) in kept]
    names = {n.id for node in body for n in ast.walk(node) if isinstance(n, ast.Name)}
    needed = [text for text, node in sorted(imports.items()) if _bound(node) & names]
    future = "from __future__ import annotations"
    return "\n".join([future, *needed, *(ast.unparse(node) for node in body)]) + "\n"


def _drop_docstrings(module: ast.Module) -> None:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _bound(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {(alias.asname or alias.name).split(".")[0] for alias in node.names}


def _is_inlined(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether the import names what is put in, or what is written at the top anyway."""
    origin = getattr(node, "module", None) or ""
    return origin == "__future__" or origin.split(".")[0] == "runbooks"
