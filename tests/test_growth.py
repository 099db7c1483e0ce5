"""What growth costs is measured for real, and its table says what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promotion.program import CHECKOUT
from rehearsal.promoting.growth import Size, settings_of
from settings import parse
from settings.stack import Stack

PAGE: str = CHECKOUT.joinpath("docs", "performance.md").read_text()
MEASURED: list[dict[str, Any]] = json.loads(Path(CHECKOUT, "docs", "growth.json").read_text())[
    "measured"
]


def one(accounts: int, regions: int, batch: int, *, checkpoints: bool = False) -> dict[str, Any]:
    wanted = {"accounts": accounts, "regions": regions, "batch": batch, "checkpoints": checkpoints}
    [found] = [each for each in MEASURED if wanted.items() <= each["size"].items()]
    return found


def test_nothing_failed_while_it_was_measured_and_all_was_deployed() -> None:
    assert len(MEASURED) >= 5
    for each in MEASURED:
        size = each["size"]
        assert each["failed"] == []
        assert len(each["stack_seconds"]) == -(-size["accounts"] // size["batch"])
        # A pipeline has the same resources wherever it is; roles and table are once an account.
        assert sum(each["stack_resources"]) > 40 * size["accounts"] * size["regions"]
        assert all(each["stack_state"])


def test_sixteen_places_in_a_stack_cost_no_more_each_than_four() -> None:
    four, sixteen = one(1, 4, 4)["per_place_s"], one(4, 4, 4)["per_place_s"]
    assert sixteen / four <= 1.2
    assert f"16 against 4 is {sixteen / four:.2f} times" in " ".join(PAGE.split())


def test_the_page_says_where_it_stops_being_linear() -> None:
    four, sixteen = (one(accounts, 4, 4, checkpoints=True)["per_place_s"] for accounts in (1, 4))
    assert sixteen / four > 1.2, "it has become linear: the page and its advice are out of date"
    assert f"**{sixteen / four:.1f} times**" in PAGE
    state = one(16, 4, 16)["stack_state"][0] / 64 / 1e6
    assert f"State is {state:.2f} MB a place" in PAGE


def test_an_organisation_of_four_hundred_places_was_deployed_in_batches() -> None:
    large = one(100, 4, 4)
    assert len(large["stack_seconds"]) == 25
    assert large["deployment_mb"] + large["emulator_mb"] < 24_000


@pytest.mark.parametrize("measured", MEASURED, ids=lambda each: str(each["size"]))
def test_the_page_has_what_was_measured(measured: dict[str, Any]) -> None:
    size = measured["size"]
    places = size["accounts"] * size["regions"]
    written = "each step" if size["checkpoints"] else "at the end"
    begin = f"| {size['accounts']} | {size['regions']} | {places} | {size['batch']} | {written} |"
    [row] = [line for line in PAGE.splitlines() if line.startswith(begin)]
    assert f"| {measured['per_place_s']:.2f} s |" in row
    assert f"| {measured['deployment_mb']:.0f} MB |" in row
    assert f"| {measured['emulator_mb']:.0f} MB |" in row


def test_a_size_is_an_environment_that_the_program_takes() -> None:
    size = Size(accounts=10, regions=3, batch=4)
    settings = parse(settings_of(size))
    assert size.places == 30
    batches = [len(Stack(settings=settings, batch=batch).accounts) for batch in ("01", "02", "03")]
    assert batches == [4, 4, 2]
    contained = [each.name for each in settings.accounts if each.contains]
    assert len(contained) == 10, "the hub has no pipeline of its own, to stand for itself"
