"""``python -m rehearsal.thief``: renew the tables of ``docs/security.md``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rehearsal import graph
from rehearsal.stacks import raw_settings
from rehearsal.thief.tables import renewed, tables_of
from rehearsal.thief.verdicts import Organisation, thief

STACK: Final = "dev"
DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "security.md"


def main() -> None:
    """Try every deed with every role of the stack, and write what came of it."""
    declared = graph.declared(STACK)
    organisation = Organisation.of(raw_settings(STACK))
    member, security = (
        thief(declared, account, organisation)
        for account in (organisation.members[0], organisation.security)
    )
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(), tables_of(member, security)))


if __name__ == "__main__":
    main()
