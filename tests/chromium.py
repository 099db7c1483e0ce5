"""Chromium, which judges the pages: where it is, and what to say where it is not."""

from __future__ import annotations

import shutil
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
BROWSED: Final = ("test_pages_browsed.py", "test_pages_broken.py")
"""Files whose tests are collected only where there is a browser."""
INSTALL: Final = "apt-get install --no-install-recommends chromium"


def path() -> str | None:
    """The browser's path; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def unseen() -> str:
    """What is said of the tests that were not collected; empty where they were."""
    if path():
        return ""
    return (
        f"PAGES NOT OPENED: no {' or '.join(NAMES)} on PATH, so {' and '.join(BROWSED)} were not"
        f" collected. Install one: {INSTALL}"
    )
