"""What containment will newly be able to touch: read from what a preview would change.

Not from the settings: what is deployed now is in the engine's state, and what counts is the
difference to that. A person who approves a promotion reads these sentences first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from promotion.deciding import decided
from promotion.operation import Change

WHOLE: Final = "gets a pipeline, whose roles may there what they may in every account"
MOST: Final = 8
"""Places that are named in one sentence; of more it is said how many."""
TABLE: Final = "aws:dynamodb/table:Table"
TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
TRUST: Final = "aws:iam/role:Role"
DOCUMENT: Final = "aws:ssm/document:Document"
EXEMPTIONS: Final = "aws:s3/bucketObjectv2:BucketObjectv2"
GONE: Final = ("delete", "delete-replaced", "discard-replaced")
WEAK: Final = {"notify": 0, "approval": 1, "automatic": 2}
"""How far a mode lets containment go."""


def widened(changes: Sequence[Change]) -> list[str]:
    """A sentence for each way in which more can be touched than before, with all its places."""
    places: dict[str, list[str]] = {}
    joined = {each.account for each in changes if each.type == TABLE and each.op == "create"}
    for account in sorted(joined):
        places.setdefault(WHOLE, []).append(account)
    for change in changes:
        if change.type == ROLE_POLICY and change.account in joined:
            continue  # that its roles are new, too, is one sentence
        for sentence in _of(change):
            where, _, what = sentence.partition(": ")
            if where not in places.setdefault(what, []):
                places[what].append(where)
    return sorted(f"{_listed_places(where)}: {what}" for what, where in places.items())


def _listed_places(places: Sequence[str]) -> str:
    return "; ".join(sorted(places)) if len(places) <= MOST else f"in {len(places)} places"


def narrowed(changes: Sequence[Change]) -> list[str]:
    """The same for what can be touched no longer."""
    turned = [
        Change(_turned(each.op), each.type, each.name, each.keys, each.account, each.new, each.old)
        for each in changes
    ]
    return widened(turned)


def _turned(op: str) -> str:
    return {"create": "delete", "delete": "create"}.get(op, op)


def _of(change: Change) -> Iterator[str]:
    if change.op in GONE:
        return
    if change.type == TARGET:
        yield from _modes(change)
    elif change.type == ROLE_POLICY and _of_runbook(change):
        yield from _permissions(change)
    elif change.type == TRUST and change.old:
        yield from _trusts(change)
    elif change.type == DOCUMENT and change.old:
        yield from decided(change)
    elif change.type == EXEMPTIONS and change.old:
        yield from _exemptions(change)


def _modes(change: Change) -> Iterator[str]:
    """A route that contains by itself, or asks, where it did less before."""
    after, before = _started(change.new), _started(change.old)
    if after is None:
        return
    route, mode = after
    was = before[1] if before else "notify"
    if WEAK.get(mode, 2) > WEAK.get(was, 2):
        where = f"{change.account}, {change.new.get('region', '')}"
        fresh = "newly" if before is None else f"instead of {was}"
        does = {"automatic": "contains by itself", "approval": "contains after an approval"}
        yield f"{where}: the route `{route}` {does.get(mode, mode)}, {fresh}"


def _started(inputs: Mapping[str, Any]) -> tuple[str, str] | None:
    """Route and mode of a target that starts a runbook's Contain; None of any other."""
    template = (inputs.get("inputTransformer") or {}).get("inputTemplate") or ""
    try:
        # Placeholders stand bare in a template: in quotes, it is JSON.
        given = json.loads(template.replace("<", '"<').replace(">", '>"'))
        return (given["Route"][0], given["Mode"][0])
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _of_runbook(change: Change) -> bool:
    """The roles that runbooks act with; what forwards or is asked touches nothing."""
    return "-isolate-" in change.name or "-responder-" in change.name


def _permissions(change: Change) -> Iterator[str]:
    """Action on resource, allowed after and not before; conditions that fell away count, too."""
    new = _allowed(change.new) - _allowed(change.old)
    role = change.name.removeprefix(f"{change.account}-access-").removesuffix("-may")
    for action, resource, condition in sorted(new):
        only = f", only where {condition}" if condition else ""
        yield f"{change.account}: the role of `{role}` may `{action}` on `{resource}`{only}"


def _allowed(inputs: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    try:
        statements = json.loads(inputs["policy"])["Statement"]
    except (KeyError, TypeError, ValueError):
        return set()
    return {
        (action, resource, json.dumps(each["Condition"]) if each.get("Condition") else "")
        for each in statements
        if each["Effect"] == "Allow"
        for action in _listed(each["Action"])
        for resource in _listed(each.get("Resource", "*"))
    }


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _trusts(change: Change) -> Iterator[str]:
    if change.new.get("assumeRolePolicy") != change.old.get("assumeRolePolicy"):
        yield f"{change.account}: who may take the role `{change.new.get('name')}` changes: read it"


def _exemptions(change: Change) -> Iterator[str]:
    try:
        before, after = (
            {each["Resource"] for each in json.loads(inputs["content"])["exemptions"]}
            for inputs in (change.old, change.new)
        )
    except (KeyError, TypeError, ValueError):
        yield f"{change.account}: what is exempt changes: read it"
        return
    for resource in sorted(before - after):
        yield f"every account: `{resource}` is no longer exempt"
