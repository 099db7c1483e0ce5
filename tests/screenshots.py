"""Renews the pictures of the documents: ``python -m tests.screenshots [REHEARSAL.html]``.

The report is that of the made-up year; the rehearsal's page is the one that the last run wrote.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from operations.pages import report
from tests import shown
from tests.browsing import PHONE, browser

ROOT: Final = Path(__file__).parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
RUN: Final = ROOT / "build" / "rehearsal" / "dev.html"
DESK: Final = 1100


def pictures(year: Path, run: Path) -> Iterator[tuple[str, Path, int, int, bool]]:
    """Name, page, width, height, whether it is dark."""
    yield "report-light", year, DESK, 1500, False
    yield "report-dark", year, DESK, 1400, True
    yield "report-phone", year, PHONE, 2400, False
    yield "rehearsal", run, DESK, 1900, False


def main(run: Path) -> None:
    """Take all of them."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        year = report.write(shown.a_year(), Path(folder) / "report.html")
        for name, page, width, height, dark in pictures(year, run):
            scheme: Any = "dark" if dark else "light"
            tab = running.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            tab.goto(page.resolve().as_uri())
            tab.screenshot(path=PICTURES / f"{name}.png")
            tab.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RUN)
