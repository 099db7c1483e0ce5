"""What a runbook's document decides, before and after: caps, types, and what is never touched.

A stack's decisions are literals in the document, so that nobody who starts it can choose them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from promotion.operation import Change


def decided(change: Change) -> Iterator[str]:
    """A sentence for each decision that lets containment go further, and for steps that differ."""
    before, after = _steps(change.old), _steps(change.new)
    if not before or not after:
        return
    name = change.new.get("name", change.name)
    where = f"{change.account}, {change.new.get('region', '')}"
    yield from (f"{where}: {each}" for each in _further(_literals(before), _literals(after)))
    differing = [step for step in after if _does(after[step]) != _does(before.get(step))]
    gone = [step for step in before if step not in after]
    if differing or gone:
        steps = ", ".join(f"`{step}`" for step in [*differing, *gone])
        yield f"{where}: the runbook `{name}` does something else in {steps}: read them"


def _further(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for route, cap in sorted(after.get("Caps", {}).items()):
        was = before.get("Caps", {}).get(route)
        if was is not None and cap > was:
            yield f"`{route}` may contain {cap} an hour instead of {was}"
    for role in before.get("NeverTouch", []):
        if role not in after.get("NeverTouch", []):
            yield f"`{role}` may be touched, and was not before"
    old, new = (_types(each.get("Routes", {})) for each in (before, after))
    for route, kind in sorted(new - old):
        yield f"the route `{route}` answers `{kind}`, and did not before"


def _types(routes: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {
        (route, kind)
        for route, matches in routes.items()
        for match in matches
        for kind in match.get("Types", [])
    }


def _steps(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Name → step; empty where the content is not known, as in a preview it may be."""
    try:
        return {each["name"]: each for each in json.loads(inputs["content"])["mainSteps"]}
    except (KeyError, TypeError, ValueError):
        return {}


def _literals(steps: Mapping[str, Any]) -> dict[str, Any]:
    """What the stack decided, from the steps that it is handed to."""
    found: dict[str, Any] = {}
    for step in steps.values():
        found |= (step.get("inputs") or {}).get("InputPayload") or {}
    return found


def _does(step: Mapping[str, Any] | None) -> Any:
    """A step without the stack's decisions, which have sentences of their own."""
    if step is None:
        return None
    inputs = dict(step.get("inputs") or {})
    payload = inputs.pop("InputPayload", None) or {}
    kept = {key: value for key, value in payload.items() if key not in ("Caps", "NeverTouch")}
    return {**step, "inputs": {**inputs, "InputPayload": {**kept, "Routes": None}}}
