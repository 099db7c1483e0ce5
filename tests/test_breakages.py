"""What ``make breakages`` breaks is still there to be broken, and its check still exists.

That each is caught takes minutes, and is the command's own to show.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.breakages.__main__ import BREAKAGES
from tests.breakages.breakage import Breakage

ROOT = Path(__file__).parents[1]
ALL = [breakage for each in BREAKAGES.values() for breakage in each]


@pytest.mark.parametrize("breakage", ALL, ids=[each.what for each in ALL])
def test_a_breakage_replaces_what_is_there_once(breakage: Breakage) -> None:
    whole = ROOT.joinpath(breakage.file).read_text()
    assert whole.count(breakage.old) == 1
    assert breakage.new != breakage.old


@pytest.mark.parametrize("breakage", ALL, ids=[each.what for each in ALL])
def test_its_check_is_a_test_that_there_is(breakage: Breakage) -> None:
    path, _, test = breakage.check.partition("::")
    text = ROOT.joinpath(path).read_text()
    assert f"def {test.partition('[')[0]}" in text if test else "def test_" in text


def test_no_two_breakages_have_the_same_name() -> None:
    assert len({each.what for each in ALL}) == len(ALL)
