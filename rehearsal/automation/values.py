"""The ``{{ … }}`` of a document: which names it refers to, and what they stand for in an execution.

A value that is one reference keeps its type; a reference inside a longer text becomes text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_:.\-]+)\s*\}\}")

SYSTEM = (
    "global:DATE",
    "global:DATE_TIME",
    "global:REGION",
    "global:ACCOUNT_ID",
    "automation:EXECUTION_ID",
)
"""Names that every execution knows (2023 AWS docs: automation-variables)."""


class UnresolvedError(LookupError):
    """A reference that has no value (yet): its step was not run, or its selector found nothing."""


def references(node: Any) -> Iterator[str]:
    """Every name that a part of a document refers to."""
    if isinstance(node, str):
        yield from REFERENCE.findall(node)
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from references(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from references(value)


def resolved(node: Any, known: Mapping[str, Any]) -> Any:
    """The same part with values in place of references; raises UnresolvedError naming the first."""
    if isinstance(node, str):
        return _text(node, known)
    if isinstance(node, Mapping):
        return {key: resolved(value, known) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [resolved(value, known) for value in node]
    return node


def as_text(value: Any) -> str:
    """A value as SSM writes it into a text or into the API's lists of strings."""
    return value if isinstance(value, str) else json.dumps(value)


def system(*, account: str, region: str, execution_id: str, now: datetime) -> dict[str, str]:
    """The values of SYSTEM."""
    return {
        "global:DATE": now.strftime("%Y-%m-%d"),
        "global:DATE_TIME": now.strftime("%Y-%m-%d_%H.%M.%S"),
        "global:REGION": region,
        "global:ACCOUNT_ID": account,
        "automation:EXECUTION_ID": execution_id,
    }


def _text(text: str, known: Mapping[str, Any]) -> Any:
    whole = REFERENCE.fullmatch(text.strip())
    if whole:
        return _value(whole[1], known)
    return REFERENCE.sub(lambda found: as_text(_value(found[1], known)), text)


def _value(name: str, known: Mapping[str, Any]) -> Any:
    if name not in known:
        raise UnresolvedError(name)
    return known[name]
