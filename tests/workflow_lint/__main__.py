"""What both linters say; exit status 1 where either complains."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from tests.workflow_lint import actionlint, zizmor

GITHUB = Path(__file__).resolve().parents[2] / ".github"


def main(github: Path = GITHUB) -> int:
    """Print what is wrong, or that nothing is, and by whom it was judged."""
    console = Console(soft_wrap=True, highlight=False)
    files = sorted(github.glob("workflows/*.yml"))
    found, judges = zizmor.complaints(github), ["zizmor"]
    try:
        found += actionlint.complaints(files)
        judges.append("actionlint")
    except actionlint.UnavailableError as why:
        console.print(f"NOT JUDGED BY ACTIONLINT: {why}", style="bold yellow", markup=False)
    for each in found:
        console.print(each, markup=False)
    if not found:
        console.print(f"{len(files)} workflows: {' and '.join(judges)} find nothing")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
