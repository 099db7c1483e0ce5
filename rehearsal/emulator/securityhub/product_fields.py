"""GuardDuty's own words about a finding, flattened to ASFF's ``ProductFields``.

Paths have slashes, items of a list a number and an underscore (``portProbeDetails.0_``), and every
value is a string. (AWS docs: securityhub-integration, "Typical finding"; the lists and
``additionalInfo`` as Splunk's and Panther's published samples have them, third party.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MOST = 47
"""Pairs: 50, less the three that Security Hub adds (botocore: securityhub model)."""

FIRST = (
    "serviceName",
    "detectorId",
    "resourceRole",
    "eventFirstSeen",
    "eventLastSeen",
    "count",
    "archived",
    "additionalInfo",
)
"""Kept whatever else there is to say, in this order."""


def flattened(service: dict[str, Any], path: str) -> dict[str, str]:
    """``service`` of a finding as pairs, at most as many as ASFF takes, none too long for it."""
    order = [name for name in FIRST if name in service]
    shown = {name: service[name] for name in (*order, *sorted(set(service) - set(order)))}
    if isinstance(shown.get("additionalInfo"), dict) and shown["additionalInfo"]:
        shown["additionalInfo"] = _with_text(shown["additionalInfo"])
    pairs = [(key[:128], value[:2048]) for key, value in _pairs(shown, path)]
    return dict(pairs[:MOST])


def _with_text(additional: dict[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in additional.items() if key not in ("type", "value")}
    text = json.dumps(known, separators=(",", ":"))
    return {"type": "default", "value": text, **additional}


def _pairs(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from _pairs(part, f"{path}/{key}")
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _pairs(item, f"{path}.{number}_")
    else:
        yield path, _text(value)


def _text(value: Any) -> str:
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
