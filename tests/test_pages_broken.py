"""Pages that are broken on purpose: each way is caught by the question that looks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rehearsal import page
from tests import shown
from tests.browsing import PHONE, Opened, browser, opened
from tests.test_pages_browsed import AT

Asked = Callable[[Opened], list[str]]
POLICY = re.compile("<meta http-equiv=.Content-Security-Policy.*?>")


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    """One browser for all."""
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def whole() -> str:
    """A page with which nothing is wrong."""
    return page.page(shown.rehearsed(), at=AT)


def _end(text: str) -> Callable[[str], str]:
    return lambda whole: whole.replace("</main>", f"{text}</main>")


def _styled(rule: str) -> Callable[[str], str]:
    return lambda whole: whole.replace("</style>", f"{rule}</style>")


def _printed(seen: Opened) -> list[str]:
    seen.page.emulate_media(media="print")
    return seen.judged("unprinted")


CHARTS: Asked = lambda seen: seen.lacking(shown.REHEARSAL_CHARTS)  # noqa: E731
WIDTH: Asked = lambda seen: seen.wider_than(PHONE)  # noqa: E731
SAID: Asked = lambda seen: seen.said  # noqa: E731
IMAGE = '<img src="http://127.0.0.1:9/pixel.png" alt="">'

BROKEN: dict[str, tuple[Callable[[str], str], Asked, str]] = {
    "pale words": (_styled("figcaption { color: #bbb; }"), Opened.violations, "color-contrast"),
    "a picture without a name": (
        lambda whole: whole.replace('role="img" aria-label=', 'role="img" data-label='),
        Opened.violations,
        "role-img-alt",
    ),
    "a pale chart": (_styled(":root { --good: #d8f0e0; }"), Opened.faint, "< 3"),
    "pale words in a chart": (_styled(":root { --soft: #b5b5b5; }"), Opened.faint, "< 4.5"),
    "something wide": (_end('<p style="width:500px">wide</p>'), WIDTH, "P  reaches"),
    "a long word": (_end(f'<td style="display:block">{"A" * 400}</td>'), WIDTH, "wide"),
    "a chart that is gone": (
        lambda whole: re.sub("<svg.*?</svg>", "", whole, count=1, flags=re.DOTALL),
        CHARTS,
        "at-once: no chart",
    ),
    "a chart without marks": (lambda whole: whole.replace("role-mark", "gone"), CHARTS, "no marks"),
    "a chart without size": (_styled(".chart svg { height: 0; }"), CHARTS, "by 0"),
    "a chart without its table": (
        lambda whole: whole.replace("<tbody>", "<tfoot>").replace("</tbody>", "</tfoot>"),
        CHARTS,
        "no table",
    ),
    "words that are cut off": (
        _styled(".chart text { font-size: 40px !important; }"),
        CHARTS,
        "is cut off",
    ),
    "small words": (_styled(".chart svg { width: 250px; }"), CHARTS, "too small"),
    "a picture from elsewhere": (_end(IMAGE), SAID, "Content Security Policy"),
    "a script": (_end("<script>alert(1)</script>"), SAID, "Content Security Policy"),
    "an unguarded picture": (
        lambda whole: _end(IMAGE)(POLICY.sub("", whole)),
        lambda seen: seen.asked,
        "pixel.png",
    ),
    "an unguarded script": (
        lambda whole: _end("<script>alert('run')</script>")(POLICY.sub("", whole)),
        SAID,
        "run",
    ),
    "numbers that are not on paper": (
        lambda whole: whole.replace("details::details-content", "details::gone"),
        _printed,
        "not on paper",
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_page_that_is_broken_is_caught(
    running: Browser, whole: str, tmp_path: Path, how: str
) -> None:
    breaks, asked, told = BROKEN[how]
    path = tmp_path / "page.html"
    path.write_text(breaks(whole))
    assert path.read_text() != whole
    with opened(running, path) as seen:
        assert any(told in each for each in asked(seen)), asked(seen)
