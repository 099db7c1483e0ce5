"""An event as the flat list of its leaves, each with its place in the arrays that it lies in.

Two leaves may serve one match only if they agree on the element of every array that both lie in:
that is what makes a match array-consistent.
"""

from __future__ import annotations

import itertools
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

Scalar = str | int | float | bool | None
Place = dict[int, int]
"""Which element of which array: its index, by a number that the array got."""


@dataclass(frozen=True)
class Leaf:
    """One value of an event. Empty objects and arrays have none, so they count as absent."""

    value: Scalar
    place: Place


Fields = dict[str, list[Leaf]]


def flatten(event: dict[str, Any], wanted: AbstractSet[str]) -> Fields:
    """The leaves of an event by dotted path, of those paths that a pattern asks for."""
    fields: Fields = {}
    arrays = itertools.count()
    waiting: list[tuple[str, Any, Place]] = [("", event, {})]
    while waiting:
        path, value, place = waiting.pop()
        if isinstance(value, dict):
            start = f"{path}." if path else ""
            waiting += [(start + name, inner, place) for name, inner in value.items()]
        elif isinstance(value, list):
            number = next(arrays)
            for index, element in enumerate(value):
                inside = isinstance(element, dict | list)
                waiting.append((path, element, place | {number: index} if inside else place))
        elif path in wanted:
            fields.setdefault(path, []).append(Leaf(value, place))
    return fields


def together(one: Place, other: Place) -> Place | None:
    """Both places in one, or None if they differ on an element of the same array."""
    if any(other.get(array, index) != index for array, index in one.items()):
        return None
    return one | other
