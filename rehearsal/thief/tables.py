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
        "roles": "\n".join(
            [
                *(_role(each, member) for each in member.roles),
                *(_role(each, security) for each in _own(member, security)),
            ]
        ),
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
    """What differs from a member's role of the same name; roles of its own from those of nobody."""
    yield ["deed", *(role.title for role in security.roles)]
    usual = {role.name: role for role in member.roles}
    for there, deed in zip(member.deeds(), security.deeds(), strict=True):
        cells = []
        for role in security.roles:
            after = cell(security.manages(role, deed))
            known = usual.get(role.name)
            before = cell(member.manages(known, there)) if known else cell({})
            cells.append("same" if before == after else after)
        if any(each != "same" for each in cells):
            yield [deed.name, *cells]


def _own(member: Thief, security: Thief) -> list[Role]:
    """The roles that only the security account has."""
    usual = {role.name for role in member.roles}
    return [role for role in security.roles if role.name not in usual]


def _role(role: Role, thief: Thief) -> str:
    assumed = "; or by ".join(
        ", ".join(
            f"`{_anonymous(value, thief)}`"
            for several in trust["Principal"].values()
            for value in (several if isinstance(several, list) else [several])
        )
        + f", {_condition(trust['Condition'], thief)}"
        for trust in role.trust["Statement"]
    )
    rows = [["", "actions", "resource", "condition", "why"]]
    rows += [_permission(permission, thief) for permission in role.permissions]
    share = 100 * role.size / ROLE_LIMIT
    return (
        f"### {role.title}\n\n`{role.name}`, assumed by {assumed}. Its policy takes "
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
