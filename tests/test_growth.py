"""What growth costs is measured for real, and its table says what was measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from promotion.program import CHECKOUT
from rehearsal import __main__ as commands
from rehearsal import engine_binary
from rehearsal.promoting.growth import Measured, Size, settings_of
from rehearsal.promoting.growth_table import LAID, SIZES, ratios, table
from settings import parse
from settings.stack import Stack

PAGE: str = CHECKOUT.joinpath("docs", "performance.md").read_text()
WORDS: str = " ".join(PAGE.split())
MEASURED: list[dict[str, Any]] = json.loads(Path(CHECKOUT, "docs", "growth.json").read_text())[
    "measured"
]


def one(accounts: int, batch: int, *, checkpoints: bool = False) -> dict[str, Any]:
    wanted = {"accounts": accounts, "regions": 4, "batch": batch, "checkpoints": checkpoints}
    [found] = [each for each in MEASURED if wanted.items() <= each["size"].items()]
    return found


def ratio(four: dict[str, Any], sixteen: dict[str, Any]) -> float:
    return float(sixteen["per_place_s"] / four["per_place_s"])


def test_nothing_failed_while_it_was_measured_and_all_was_deployed() -> None:
    assert len(MEASURED) >= 5
    for each in MEASURED:
        size = each["size"]
        assert each["failed"] == []
        assert len(each["stack_seconds"]) == -(-size["accounts"] // size["batch"])
        # A pipeline has the same resources wherever it is; roles and table are once an account.
        assert sum(each["stack_resources"]) > 40 * size["accounts"] * size["regions"]
        assert all(each["stack_state"])


def test_what_is_to_be_measured_was_measured() -> None:
    assert [each["size"] for each in MEASURED] == [asdict(size) for size in SIZES]


def test_sixteen_places_in_a_stack_cost_no_more_each_than_four() -> None:
    one_stack = ratio(one(1, LAID), one(4, 4))
    assert one_stack <= 1.2
    assert f"16 against 4 is {one_stack:.2f} times" in WORDS


def test_written_as_pulumi_writes_sixteen_places_in_stacks_of_four_cost_no_more_each() -> None:
    as_added = ratio(one(1, LAID, checkpoints=True), one(4, LAID, checkpoints=True))
    assert as_added <= 1.2
    assert f"**{as_added:.2f} times** in stacks as accounts are added" in WORDS


def test_the_page_says_where_it_stops_being_linear() -> None:
    one_stack = ratio(one(1, LAID, checkpoints=True), one(4, 4, checkpoints=True))
    assert one_stack > 1.2, "it has become linear: the page and its advice are out of date"
    assert f"**{one_stack:.1f} times** in one stack" in WORDS
    state = one(16, 16)["stack_state"][0] / 64 / 1e6
    assert f"State is {state:.2f} MB a place" in WORDS


def test_an_organisation_of_four_hundred_places_was_deployed_in_batches() -> None:
    large = one(100, LAID)
    assert len(large["stack_seconds"]) == 100 / LAID
    assert large["deployment_mb"] + large["emulator_mb"] < 24_000
    assert f"{sum(large['stack_resources']):,} resources" in WORDS


def test_the_page_has_what_was_measured() -> None:
    assert [line for line in PAGE.splitlines() if line.startswith("|")] == table(MEASURED)


def test_each_ratio_compares_what_is_alike() -> None:
    assert [line.rpartition(": ")[0] for line in ratios(MEASURED)] == [
        "a place at 16 against 4 (4 in a stack, state written at the end)",
        "a place at 16 against 4 (1 in a stack, state written each step)",
        "a place at 16 against 4 (4 in a stack, state written each step)",
    ]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    tmp_path.joinpath("growth.json").write_text("before")
    tmp_path.joinpath("performance.md").write_text("Words.\n\n| old |\n| - |\n| row |\n\nMore.\n")
    return tmp_path


def growth(monkeypatch: pytest.MonkeyPatch, docs: Path, failed: list[str]) -> tuple[int, str]:
    """The verb, with figures that need no engine."""

    def measure(size: Size, told: Callable[[str], None]) -> Measured:
        told("town: deployed")
        seconds = [] if failed else [2.0] * (size.accounts // size.batch)  # or no stack was begun
        state = [1_000_000 * each for each in range(len(seconds))]
        return Measured(
            size=size,
            seconds=5,
            hub_seconds=3,
            stack_seconds=seconds,
            stack_state=state,
            failed=failed,
        )

    monkeypatch.setattr(commands, "measure", measure)
    monkeypatch.setattr(engine_binary, "find", lambda _: Path("pulumi"))
    answer = CliRunner().invoke(commands.app, ["growth", "--places", "16", "--docs", str(docs)])
    return answer.exit_code, answer.output


def test_growth_is_measured_up_to_a_size_and_the_page_keeps_its_words(
    monkeypatch: pytest.MonkeyPatch, docs: Path
) -> None:
    status, said = growth(monkeypatch, docs, [])
    assert status == 0
    assert "a place at 16 against 4 (4 in a stack, state written at the end): 0.25" in said
    measured = json.loads(docs.joinpath("growth.json").read_text())["measured"]
    wanted = [size for size in SIZES if size.places <= 16]
    assert [each["size"] for each in measured] == [asdict(size) for size in wanted]
    page = docs.joinpath("performance.md").read_text().splitlines()
    assert page == ["Words.", "", *table(measured), "", "More."]


def test_what_failed_is_told_and_no_figure_of_it_is_kept(
    monkeypatch: pytest.MonkeyPatch, docs: Path
) -> None:
    status, said = growth(monkeypatch, docs, ["a document is too large"])
    assert status == 1
    assert "a document is too large" in said
    assert docs.joinpath("growth.json").read_text() == "before"
    assert "| old |" in docs.joinpath("performance.md").read_text()


def test_a_size_is_an_environment_that_the_program_takes() -> None:
    size = Size(accounts=10, regions=3, batch=4)
    settings = parse(settings_of(size))
    assert size.places == 30
    batches = [len(Stack(settings=settings, batch=batch).accounts) for batch in ("01", "02", "03")]
    assert batches == [4, 4, 2]
    contained = [each.name for each in settings.accounts if each.contains]
    assert len(contained) == 10, "the hub has no pipeline of its own, to stand for itself"
