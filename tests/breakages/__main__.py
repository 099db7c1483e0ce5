"""``make breakages``: break the product in many small ways, and see what catches each.

Every breakage is made in a scratch copy of what Git tracks, and judged by the cheapest check that
should notice it. The same checks pass on the copy before anything is broken, so a catch means
something. The exit status is 0 only if each was caught. ``python -m tests.breakages NAME`` makes
only those whose name has that text in it, or that are in the module of that name.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.breakages.breakage import Breakage
from tests.breakages.isolation import ISOLATION
from tests.breakages.listing import LISTING
from tests.breakages.people import PEOPLE
from tests.breakages.policies import POLICY
from tests.breakages.program import PROGRAM
from tests.breakages.readiness import READINESS
from tests.breakages.seeing import SEEING

CHECKOUT = Path(__file__).resolve().parents[2]
BREAKAGES = {
    "program": PROGRAM,
    "isolation": ISOLATION,
    "people": PEOPLE,
    "seeing": SEEING,
    "listing": LISTING,
    "readiness": READINESS,
    "policy": POLICY,
}


def main(*names: str) -> int:
    """Control, then every breakage, or those that are named; prints what caught it."""
    chosen = [
        breakage
        for module, breakages in BREAKAGES.items()
        for breakage in breakages
        if not names or any(name == module or name in breakage.what for name in names)
    ]
    if not chosen:
        raise SystemExit(f"no breakage has any of {names} in its name")
    console = Console() if Console().is_terminal else Console(width=140)
    with tempfile.TemporaryDirectory(prefix="containment-breakages-") as folder:
        scratch = Path(folder) / "copy"
        _copy(scratch)
        checks = sorted({breakage.check for breakage in chosen})
        console.print(f"control: {len(checks)} checks on the unbroken copy …")
        passed, told = _checked(scratch, checks, stop=True)
        if not passed:
            console.print(f"[red]the checks fail before anything is broken:[/] {told}")
            return 1
        table = Table(title="what was broken, and what caught it")
        for heading in ("broken", "why it matters", "caught by", "seconds"):
            table.add_column(heading)
        missed = 0
        for breakage in chosen:
            with console.status(breakage.what):
                began = time.monotonic()
                caught = _broken(scratch, breakage)
            missed += caught is None
            seconds = f"{time.monotonic() - began:.0f}"
            by = escape(caught) if caught else "[red]NOTHING[/]"  # a parameter is no markup
            table.add_row(breakage.what, breakage.matters, by, seconds)
            console.print(f"  {breakage.what}: {by}", highlight=False, soft_wrap=True)
        console.print(table)
        console.print(f"{len(chosen) - missed} of {len(chosen)} breakages were caught")
        return 1 if missed else 0


def _copy(scratch: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        source, place = CHECKOUT / name, scratch / name
        if source.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place)


def _broken(scratch: Path, breakage: Breakage) -> str | None:
    """Break, check, mend; the name of the test that failed, None when none did."""
    file = scratch / breakage.file
    whole = file.read_text()
    if whole.count(breakage.old) != 1:
        raise LookupError(f"{breakage.file}: what {breakage.what!r} replaces is not there once")
    file.write_text(whole.replace(breakage.old, breakage.new))
    try:
        passed, told = _checked(scratch, [breakage.check], stop=True)
    finally:
        file.write_text(whole)
    return None if passed else told


def _checked(scratch: Path, checks: list[str], *, stop: bool) -> tuple[bool, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *checks]
    ran = subprocess.run(
        [*command, *(["-x"] if stop else [])],
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    named = re.findall(r"^(?:FAILED|ERROR) (\S+)", ran.stdout, re.MULTILINE)
    if ran.returncode and not named:
        raise RuntimeError(f"the check did not run:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return ran.returncode == 0, named[0].split("/")[-1] if named else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
