"""What a target receives: the event, a part of it, a constant, or a template filled from it.

(AWS docs: eb-transform-target-input.) Outside quotes a variable becomes JSON; inside quotes it is
put in as it is, nothing is escaped, and the quotes within objects are dropped. A path that leads
nowhere leaves nothing (trap 1.8). Of JSONPath, names and indices are emulated, wildcards are not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.emulator.world import NotEmulatedError

PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")
_STEP = re.compile(r"\.([A-Za-z0-9_\-/:]+)|\[([0-9]+)\]")
MISSING = object()

Variables = Mapping[str, Any]


def predefined(event: dict[str, Any], *, rule_arn: str, ingested: str) -> dict[str, Any]:
    """The variables that exist without a path."""
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
        "aws.events.event.ingestion-time": ingested,
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }


PREDEFINED = frozenset(predefined({}, rule_arn="", ingested=""))


def payload(
    target: Mapping[str, Any],
    event: dict[str, Any],
    variables: Variables,
    *,
    forgiving: bool = False,
) -> str:
    """The text that a target receives. ``forgiving`` is EventBridge without trap 1.8."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        part = follow(target["InputPath"], event)
        return "" if part is MISSING else json.dumps(part)
    if transformer := target.get("InputTransformer"):
        paths = transformer.get("InputPathsMap") or {}
        found = {name: follow(path, event) for name, path in paths.items()}
        return fill(transformer["InputTemplate"], {**variables, **found}, forgiving=forgiving)
    return json.dumps(event)


def follow(path: str, event: Any) -> Any:
    """The value at a path such as ``$.detail.resources[0].id``, or MISSING."""
    steps = steps_of(path)
    for step in steps:
        if isinstance(step, int):
            event = event[step] if isinstance(event, list) and step < len(event) else MISSING
        else:
            event = event.get(step, MISSING) if isinstance(event, dict) else MISSING
    return event


def steps_of(path: str) -> list[str | int]:
    """The names and indices of a path. Raises NotEmulatedError for anything else."""
    steps = list(_STEP.finditer(path.removeprefix("$")))
    if not path.startswith("$") or "".join(match[0] for match in steps) != path[1:]:
        raise NotEmulatedError(f"the JSON path {path} of an EventBridge target is not emulated")
    return [name if (name := match[1]) else int(match[2]) for match in steps]


def fill(template: str, variables: Variables, *, forgiving: bool = False) -> str:
    """A template with its variables put in; the result may be no JSON at all."""
    quoted = quoted_at(template)

    def value(match: re.Match[str]) -> str:
        found = variables.get(match[1], MISSING)
        if found is MISSING:
            return "null" if forgiving and not quoted(match.start()) else ""
        if not quoted(match.start()):
            return json.dumps(found)
        if forgiving:
            return json.dumps(found if isinstance(found, str) else json.dumps(found))[1:-1]
        return found if isinstance(found, str) else json.dumps(found).replace('"', "")

    return PLACEHOLDER.sub(value, template)


def quoted_at(template: str) -> Callable[[int], bool]:
    """Tells of a position whether it lies inside a string of the template."""
    inside: list[bool] = []
    open_, escaped = False, False
    for character in template:
        inside.append(open_)
        if character == '"' and not escaped:
            open_ = not open_
        escaped = character == "\\" and not escaped
    return inside.__getitem__
