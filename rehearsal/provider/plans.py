"""What an entry of the table makes of a resource's inputs, before or without any call to AWS.

Check (defaults, names, what is not mapped), diff, and the outputs as far as they can be told. No
Pulumi and no boto3 in here: the graph of declared resources uses it as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.provider.codecs import whole
from rehearsal.provider.kinds import Kind, MissingInputError, fill

Inputs = dict[str, Any]

DEFAULTED = "__defaults"
"""The input in which Pulumi's providers note which others they made up."""

EVERYWHERE = ("region",)
"""Inputs of every type; a change of one always means another resource."""


@dataclass(frozen=True)
class Place:
    """Where a provider works: what templates know beside the inputs."""

    account: str
    region: str
    partition: str
    default_tags: Mapping[str, str]

    def scope(self, inputs: Inputs, id: str | None = None) -> Inputs:  # noqa: A002 - Pulumi's word
        """What templates may name."""
        region = inputs.get("region") or self.region
        known = {**inputs, "account": self.account, "region": region, "partition": self.partition}
        return known if id is None else {**known, "id": id}


@dataclass(frozen=True)
class Change:
    """What differs between two sets of inputs, and whether that takes a new resource."""

    keys: list[str]
    replacing: list[str]
    delete_first: bool


def check(
    kind: Kind, place: Place, name: str, asked: Inputs, before: Inputs, seed: bytes
) -> Inputs:
    """The inputs with AWS's defaults, a made-up name, the region, and all tags."""
    made = whole({key: value for key, value in asked.items() if not key.startswith("__")})
    made_up = []
    for key, one in kind.properties.items():
        if made.get(key) is None and one.default is not None:
            made[key] = one.default
            made_up.append(key)
    named = kind.auto_named
    if named and made.get(named) is None:
        kept = before.get(named) if named in (before.get(DEFAULTED) or ()) else None
        made[named] = kept or f"{name}-{seed[:4].hex() or '0000000'}"
        made_up.append(named)
    if kind.service not in GLOBAL and kind.regional:
        made.setdefault("region", place.region)
    if kind.tags:
        made["tagsAll"] = {**place.default_tags, **(made.get("tags") or {})}
    return {**made, DEFAULTED: sorted(made_up)}


GLOBAL = ("iam",)
"""Services without regions."""


def unmapped(kind: Kind, inputs: Inputs) -> Iterator[str]:
    """Inputs, at any depth, that the entry has no place for; each would be dropped silently."""
    known = {*kind.properties, *(EVERYWHERE if kind.regional else ()), DEFAULTED}
    if kind.tags:
        known |= {"tags", "tagsAll"}
    for name, value in inputs.items():
        if name not in known:
            yield name
        elif name in kind.properties:
            yield from kind.properties[name].codec.unmapped(value, name)


def diff(kind: Kind, old: Inputs, new: Inputs) -> Change:
    """Inputs with inputs: what AWS filled in makes no difference."""
    keys = sorted(
        name
        for name in {*old, *new}
        if not name.startswith("__") and old.get(name) != new.get(name)
    )
    if kind.tags and "tagsAll" in new and "tags" in keys and "tagsAll" not in keys:
        keys.remove("tags")
    replacing = [name for name in keys if name in EVERYWHERE or _replaces(kind, name, old, new)]
    identity = {*kind.identity, *EVERYWHERE}
    # Two of the same identity cannot be on AWS at once; of others the new one comes first.
    return Change(keys, replacing, delete_first=bool(replacing) and not identity & {*replacing})


def _replaces(kind: Kind, name: str, old: Inputs, new: Inputs) -> bool:
    one = kind.properties.get(name)
    if one is None or one.change == "replace":
        return one is not None
    return one.replaces is not None and one.replaces(old.get(name), new.get(name))


def outputs(kind: Kind, scope: Inputs, answer: Any) -> Inputs:
    """What the type tells beside its inputs, as far as the answer has it."""
    made = {}
    for name, template in kind.outputs.items():
        try:
            made[name] = fill(template, scope, answer)
        except MissingInputError:
            continue
    return made


def imagined(kind: Kind, place: Place, name: str, inputs: Inputs) -> tuple[str, Inputs]:
    """An id and outputs without AWS: what it would answer is made up from the resource's name."""
    scope = place.scope(inputs)
    try:
        made = str(fill(kind.id, scope))
    except MissingInputError:
        made = f"{name}-id"
    scope["id"] = made
    return made, {**dict.fromkeys(kind.outputs, made), **outputs(kind, scope, None)}
