"""What was measured of growth, as a table and as ratios: for people, and for docs/."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from operations.accounts.placing import size_of
from rehearsal.promoting.growth import MEGABYTE, REGIONS, Size

ONE: Final = len(REGIONS)
LAID: Final = size_of(ONE)
"""Accounts of a batch, as accounts are added by themselves."""
SIZES: Final = (
    Size(accounts=1, regions=1, batch=LAID),
    Size(accounts=1, regions=ONE, batch=LAID),
    Size(accounts=4, regions=ONE, batch=4),
    Size(accounts=8, regions=ONE, batch=8),
    Size(accounts=16, regions=ONE, batch=16),
    Size(accounts=1, regions=ONE, batch=LAID, checkpoints=True),
    Size(accounts=4, regions=ONE, batch=LAID, checkpoints=True),
    Size(accounts=4, regions=ONE, batch=4, checkpoints=True),
    Size(accounts=100, regions=ONE, batch=LAID, parallel=2),
)
"""In which order they are measured and shown: what is compared comes one after the other."""
HEAD: Final = (
    "accounts",
    "regions",
    "places",
    "accounts a stack",
    "state is written",
    "a stack, mean",
    "a place",
    "state of a stack",
    "deploying holds",
    "the emulator holds",
    "all of it took",
)
Data = dict[str, Any]


def row(measured: Data) -> tuple[str, ...]:
    """A size and its figures, as words."""
    size, seconds = measured["size"], measured["stack_seconds"]
    return (
        *(str(size[each]) for each in HEAD[:2]),
        str(_places(measured)),
        str(size["batch"]),
        _written(measured),
        f"{sum(seconds) / len(seconds):.1f} s",
        f"{measured['per_place_s']:.2f} s",
        f"{max(measured['stack_state']) / MEGABYTE:.1f} MB",
        f"{measured['deployment_mb']:.0f} MB",
        f"{measured['emulator_mb']:.0f} MB",
        f"{measured['seconds']:.0f} s",
    )


def _places(measured: Data) -> int:
    return int(measured["size"]["accounts"] * measured["size"]["regions"])


def _written(measured: Data) -> str:
    return "each step" if measured["size"]["checkpoints"] else "at the end"


def table(every: Sequence[Data]) -> list[str]:
    """The lines of a Markdown table."""
    rows = [HEAD, tuple("---" for _ in HEAD), *map(row, every)]
    return ["| " + " | ".join(cells) + " |" for cells in rows]


def ratios(every: Sequence[Data]) -> Iterator[str]:
    """What a place costs at 16 against 4, for each way of writing state and of cutting stacks."""
    of_four = {_written(each): each["per_place_s"] for each in every if _places(each) == 4}
    for each in every:
        if _places(each) == 16:
            written = _written(each)
            cut = f"{each['size']['batch']} in a stack, state written {written}"
            yield f"a place at 16 against 4 ({cut}): {each['per_place_s'] / of_four[written]:.2f}"


def renew(docs: Path, every: Sequence[Data]) -> None:
    """Write the figures, and put the table of the page in its place; its words are people's."""
    docs.joinpath("growth.json").write_text(json.dumps({"measured": list(every)}, indent=1) + "\n")
    page = docs / "performance.md"
    lines = page.read_text().splitlines()
    held = [number for number, line in enumerate(lines) if line.startswith("|")]
    lines[held[0] : held[-1] + 1] = table(every)
    page.write_text("\n".join(lines) + "\n")
