"""Opens a page as a reader does, and says what is wrong with it, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium

PHONE, DESK = 390, 1200
"""Pixels of a screen's width."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
JUDGE = Path(__file__).with_name("browsing.js").read_text()


@contextmanager
def browser() -> Iterator[Browser]:
    """One headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium.path(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


@dataclass
class Opened:
    """A page in a tab, and what was heard of it."""

    page: Page
    address: str
    said: list[str] = field(default_factory=list)
    """Errors and warnings of its console."""
    asked: list[str] = field(default_factory=list)
    """Addresses that it asked for, beside itself."""

    def dismiss(self, dialog: Any) -> None:
        """A page that speaks up by itself is heard, and sent away."""
        self.said.append(dialog.message)
        dialog.dismiss()

    def judged(self, question: str, *more: Any) -> list[str]:
        """What one of the questions in ``browsing.js`` finds."""
        found: list[str] = self.page.evaluate(f"(more) => {question}(...more)", list(more))
        return found

    def wider_than(self, width: int) -> list[str]:
        """What reaches over the edge of a screen of this width."""
        self.page.set_viewport_size({"width": width, "height": 844})
        return self.judged("overflowing")

    def violations(self) -> list[str]:
        """What axe-core objects to, tables of numbers opened."""
        self.judged("openDetails")
        found = Axe().run(self.page, options=RULES).response["violations"]
        return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]

    def faint(self) -> list[str]:
        """Words and marks of charts that are too near to their ground, which axe does not see."""
        return self.judged("faint")

    def lacking(self, charts: Iterable[str]) -> list[str]:
        """Charts that are not there, are empty, or have words cut off at an edge."""
        return self.judged("lacking", list(charts))


@contextmanager
def opened(running: Browser, path: Path, *, dark: bool = False) -> Iterator[Opened]:
    """The page of a file, in a tab that is closed in the end."""
    scheme: Any = "dark" if dark else "light"
    # The stubs of its events name every kind of listener, and no lambda is one of them.
    tab: Any = running.new_page(viewport={"width": DESK, "height": 900}, color_scheme=scheme)
    address = path.resolve().as_uri()
    heard = Opened(page=tab, address=address)
    tab.on(
        "console",
        lambda said: heard.said.append(said.text) if said.type in ("error", "warning") else None,
    )
    tab.on("pageerror", lambda error: heard.said.append(str(error)))
    tab.on("dialog", heard.dismiss)
    tab.on("request", lambda one: heard.asked.append(one.url) if one.url != address else None)
    tab.goto(address)
    tab.evaluate(JUDGE)
    yield heard
    tab.close()
