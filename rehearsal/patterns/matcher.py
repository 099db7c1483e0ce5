"""Decides whether one branch of a pattern holds: a leaf for every path, all of them in agreement.

Paths are tried in alphabetical order, and ``exists: false`` looks only at leaves that agree with
those chosen so far. The order is thus part of the verdict, as it is for AWS.
"""

from __future__ import annotations

from rehearsal.patterns.compiler import Branch
from rehearsal.patterns.conditions import Absent, Not
from rehearsal.patterns.fields import Fields, Place, together


def holds(branch: Branch, fields: Fields, *, absent_differs: bool = False) -> bool:
    """Whether all paths of a branch can be satisfied at once."""
    absent = (Absent, Not) if absent_differs else (Absent,)
    return _from(sorted(branch), branch, fields, {}, absent)


def _from(
    paths: list[str], branch: Branch, fields: Fields, place: Place, absent: tuple[type, ...]
) -> bool:
    if not paths:
        return True
    path, *others = paths
    agreeing = [
        (leaf, agreed)
        for leaf in fields.get(path, ())
        if (agreed := together(place, leaf.place)) is not None
    ]
    if not agreeing and any(isinstance(condition, absent) for condition in branch[path]):
        return _from(others, branch, fields, place, absent)
    tried: list[Place] = []
    for leaf, agreed in agreeing:
        if agreed not in tried and any(condition.holds(leaf.value) for condition in branch[path]):
            tried.append(agreed)
            if _from(others, branch, fields, agreed, absent):
                return True
    return False
