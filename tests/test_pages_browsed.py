"""Pages as a reader has them: in light, in dark, on a phone, on paper, and without a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from operations.pages import report
from rehearsal import page as rehearsal_page
from tests import shown
from tests.browsing import PHONE, browser, opened

AT = datetime(2026, 11, 29, 4, tzinfo=UTC)
PAGES = ("year", "played", "rehearsal", "nothing", "hostile", "failed")
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    """One browser for all."""
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Every kind of page, written once."""
    folder = tmp_path_factory.mktemp("pages")
    wrong = shown.played("hostile-text", "failed", shown.HOSTILE, received=4.0)
    runs = {
        "rehearsal": shown.rehearsed(),
        "failed": shown.rehearsed(scenarios=[wrong], left_over=[shown.HOSTILE], unchanged=False),
    }
    figures = {
        "year": shown.a_year(),
        "played": shown.a_rehearsal(),
        "nothing": shown.nothing(),
        "hostile": shown.hostile(),
    }
    return {
        **{name: report.write(each, folder / f"{name}.html") for name, each in figures.items()},
        **{
            name: rehearsal_page.write(each, folder / f"{name}.html", at=AT)
            for name, each in runs.items()
        },
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_has_no_errors_and_fits_a_phone(
    running: Browser, pages: Mapping[str, Path], name: str
) -> None:
    with opened(running, pages[name]) as seen:
        assert seen.wider_than(PHONE) == []
        seen.judged("openDetails")
        assert seen.wider_than(PHONE) == []
        assert seen.said == []
        assert seen.asked == []
    assert pages[name].stat().st_size < MEGABYTE


@pytest.mark.parametrize(
    ("name", "charts"),
    [
        ("year", shown.REPORT_CHARTS),
        ("played", ("drills",)),
        ("rehearsal", shown.REHEARSAL_CHARTS),
    ],
)
def test_every_chart_is_drawn_named_and_told_in_a_table_on_a_desk_and_on_a_phone(
    running: Browser, pages: Mapping[str, Path], name: str, charts: tuple[str, ...]
) -> None:
    with opened(running, pages[name]) as seen:
        assert seen.lacking(charts) == []
        assert seen.wider_than(PHONE) == []
        assert seen.lacking(charts) == []
        drawn = seen.page.locator("figure .chart svg").count()
        assert drawn == len(charts) or (name == "played" and drawn > 1)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["year", "rehearsal", "failed"])
def test_everybody_can_read_it_in_light_and_in_dark(
    running: Browser, pages: Mapping[str, Path], name: str, dark: bool
) -> None:
    with opened(running, pages[name], dark=dark) as seen:
        assert seen.faint() == []
        assert seen.violations() == []


def test_a_page_is_dark_where_the_reader_wants_that_and_light_on_paper(
    running: Browser, pages: Mapping[str, Path]
) -> None:
    ground = "getComputedStyle(document.documentElement).getPropertyValue('--card').trim()"
    with opened(running, pages["year"]) as seen:
        light = seen.page.evaluate(ground)
    with opened(running, pages["year"], dark=True) as seen:
        assert seen.page.evaluate(ground) != light
        assert seen.judged("unprinted")
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate(ground) == light
        assert seen.judged("unprinted") == []
        assert seen.faint() == []
        assert seen.wider_than(750) == []


def test_what_an_attacker_named_is_text_and_leaves_the_charts_whole(
    running: Browser, pages: Mapping[str, Path]
) -> None:
    with opened(running, pages["hostile"]) as seen:
        assert seen.page.locator("script, img").count() == 0
        assert seen.lacking(shown.REPORT_CHARTS) == []
        assert "<script>alert(1)</script>" in str(seen.page.locator("#by-account").text_content())


def test_a_page_says_in_words_what_it_has_no_figures_of(
    running: Browser, pages: Mapping[str, Path]
) -> None:
    with opened(running, pages["nothing"]) as seen:
        assert seen.page.locator("svg").count() == 0
        assert seen.page.locator("figure .nothing").count() == len(shown.REPORT_CHARTS)
        assert "Nothing was contained in this time." in seen.page.locator(".headline").inner_text()


def test_a_failed_run_says_so_first_and_why(running: Browser, pages: Mapping[str, Path]) -> None:
    with opened(running, pages["failed"]) as seen:
        assert seen.page.locator(".headline .one").inner_text() == "Failed"
        assert "hostile-text: <script>alert(1)" in seen.page.locator(".troubles").inner_text()
        assert "✗ hostile-text: failed" in str(seen.page.locator("#at-once svg").text_content())
