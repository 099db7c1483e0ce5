"""The tables of ``docs/security.md``, between its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rehearsal.thief.deed import Deed
from rehearsal.thief.roles import Permission, Role
from rehearsal.thief.verdicts import Thief
from runbooks import DOCUMENT_LIMIT

ROLE_LIMIT: Final = 10_240
"""Characters of all inline policies of a role (AWS docs: reference_iam-quotas)."""


def marked(text: str) -> dict[str, str]:
    """What a document holds between ``<!-- NAME: generated -->`` and ``<!-- end -->``, by name."""
    return dict(_MARKS.findall(text))


def renewed(text: str, tables: Mapping[str, str]) -> str:
    """The document with these tables in it. Raises KeyError for marks that are no table's."""
    return _MARKS.sub(
        lambda found: f"<!-- {found[1]}: generated -->\n{tables[found[1]]}<!-- end -->", text
    )


_MARKS = re.compile(r"<!-- ([a-z ]+): generated -->\n(.*?)<!-- end -->", re.DOTALL)


def tables_of(member: Thief, security: Thief) -> dict[str, str]:
    """Every table, by its mark."""
    return {
        "roles": "\n".join(_role(each, member) for each in member.roles),
        "documents": _table(_documents(member)),
        "thief": _table(_deeds(member)),
        "thief in the security account": _table(_differing(member, security)),
    }


def cell(managed: Mapping[str, str]) -> str:
    """What a thief manages, with the numbers of the permissions that allow it."""
    return "; ".join(f"**{told}** ({by})" for told, by in managed.items()) or "no"


def _table(rows: Iterator[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _documents(thief: Thief) -> Iterator[Sequence[str]]:
    """Sizes by tenths of the limit, so that not every changed line of a script is a change here."""
    yield ["document", f"of {DOCUMENT_LIMIT:,} bytes"]
    for name, size in thief.documents.items():
        yield [f"`{name}`", f"less than {10 * (10 * size // DOCUMENT_LIMIT + 1)} %"]


def _deeds(thief: Thief) -> Iterator[Sequence[str]]:
    yield ["deed", "ways that were tried", *(role.title for role in thief.roles)]
    for deed in thief.deeds():
        yield [deed.name, _ways(deed), *(cell(thief.manages(r, deed)) for r in thief.roles)]


def _ways(deed: Deed) -> str:
    return "; ".join(dict.fromkeys(way.told for way in deed.ways))


def _differing(member: Thief, security: Thief) -> Iterator[Sequence[str]]:
    yield ["deed", *(role.title for role in security.roles)]
    for usual, deed in zip(member.deeds(), security.deeds(), strict=True):
        pairs = zip(member.roles, security.roles, strict=True)
        cells = [
            (cell(member.manages(m, usual)), cell(security.manages(s, deed))) for m, s in pairs
        ]
        if any(before != after for before, after in cells):
            yield [deed.name, *(after if before != after else "same" for before, after in cells)]


def _role(role: Role, thief: Thief) -> str:
    (trust,) = role.trust["Statement"]
    who = ", ".join(f"`{value}`" for value in trust["Principal"].values())
    rows = [["", "actions", "resource", "condition", "why"]]
    rows += [_permission(permission, thief) for permission in role.permissions]
    condition = _condition(trust["Condition"], thief)
    share = 100 * role.size / ROLE_LIMIT
    return (
        f"### {role.title}\n\n`{role.name}`, assumed by {who}, {condition}. Its policy takes "
        f"{role.size:,} of {ROLE_LIMIT:,} characters ({share:.0f} %).\n\n{_table(iter(rows))}"
    )


def _permission(permission: Permission, thief: Thief) -> list[str]:
    never = "**never** " if permission.effect == "Deny" else ""
    return [
        str(permission.number),
        never + ", ".join(f"`{action}`" for action in permission.actions),
        _listed(permission.resources, thief),
        _condition(permission.condition, thief),
        permission.why,
    ]


def _condition(condition: Mapping[str, Mapping[str, Any]], thief: Thief) -> str:
    """Each line of a condition block as ``key operator values``."""
    lines = []
    for operator, keys in condition.items():
        for key, value in keys.items():
            values = value if isinstance(value, list) else [value]
            lines.append(f"`{key}` {operator} {_listed(values, thief)}")
    return "; ".join(lines)


def _listed(values: Sequence[str], thief: Thief) -> str:
    return ", ".join(f"`{_anonymous(value, thief)}`" for value in values)


def _anonymous(text: str, thief: Thief) -> str:
    """The accounts by what they are, since every member's roles are the same."""
    return text.replace(thief.scene.central.account, "SECURITY").replace(
        thief.scene.here.account, "ACCOUNT"
    )
