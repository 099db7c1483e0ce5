"""The canaries' own test: every trap has one, and each fails when its trap is taken out."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehearsal.emulator.server import Emulator
from tests.canaries import CANARIES, Canary

ROOT = Path(__file__).parents[2]

for module in sorted(Path(__file__).parent.glob("test_*.py")):
    if module != Path(__file__):
        importlib.import_module(f"tests.canaries.{module.stem}")


@pytest.mark.parametrize("canary", CANARIES.values(), ids=lambda canary: canary.name)
def test_a_canary_fails_when_its_trap_is_taken_out(
    canary: Canary, emulator: Callable[..., Emulator]
) -> None:
    def without_the_trap(**options: Any) -> Emulator:
        options["without"] = frozenset({canary.trap}) | options.get("without", frozenset())
        return emulator(**options)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        canary.test(without_the_trap)


def test_every_trap_that_the_rehearsal_bites_with_has_a_canary() -> None:
    in_place = traps_in_the_source()
    assert in_place, "no call of world.bites was found"
    assert in_place - {trap for trap, _ in CANARIES} == set()


def test_every_canary_belongs_to_a_trap_that_the_rehearsal_bites_with() -> None:
    assert {trap for trap, _ in CANARIES} - traps_in_the_source() == set()


def traps_in_the_source() -> set[str]:
    """The numbers in all calls ``….bites("2.3")`` of the rehearsal."""
    found: set[str] = set()
    for path in (ROOT / "rehearsal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "bites"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return found
