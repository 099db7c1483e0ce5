"""Violations of the policy pack's rules, planted in a scratch copy of the program.

``python -m tests.planting`` plants them, declares the program's graph anew, and writes as JSON what
the rules said: of nothing planted, of the violations, and of their near misses, which are other
ways to keep the rules. As many as do not stand in each other's way are planted at once, for each
graph takes a second; all in one process, for the SDK alone takes two to load. The program's own
modules are forgotten in between.
"""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from promotion.program import CHECKOUT, Program
from rehearsal import graph
from rehearsal.monitor import Made
from rehearsal.provider import plans
from rehearsal.provider.table import TABLE
from tests.declared import recorded, settings_of
from tests.judged import broken
from tests.plants import PLANTS
from tests.plants.plant import Plant

PROGRAM = ("__main__.py", "accounts.py", "names.py", "regions.py", "routes.py")
ROOMS = ("components", "runbooks", "settings")
_make = graph._Recording.make


def settings() -> dict[str, Any]:
    """One account in one region, of an organisation, with everything that a stack can have."""
    dev = settings_of("dev")
    security = [each for each in dev["accounts"] if each["role"] == "security"]
    small = {"regions": [dev["home_region"]], "delegation": "existing", "retain_data": True}
    return {**dev, **small, "accounts": security}


def main() -> None:
    """Plant everything, and say what became of it."""
    sys.dont_write_bytecode = True  # a file is changed and changed back within one second
    with tempfile.TemporaryDirectory(prefix="containment-plants-") as folder, _anything_goes():
        scratch = Path(folder)
        _copy(scratch)
        told: dict[str, list[str]] = {"violations": [], "near misses": []}
        told["nothing"] = _said(scratch)
        for plants in _rounds():
            told["violations"] += _planted(scratch, {each: each.new for each in plants})
            told["near misses"] += _planted(scratch, {each: each.near for each in plants})
        print(json.dumps(told))


def _rounds() -> Iterator[list[Plant]]:
    """Plants that are at different places, whatever of the two is planted there."""
    waiting = list(PLANTS)
    while waiting:
        planted: list[Plant] = []
        for plant in waiting:
            beside = [each for each in planted if each.file == plant.file]
            if not any(plant.old in each.old or each.old in plant.old for each in beside):
                planted.append(plant)
        waiting = [each for each in waiting if each not in planted]
        yield planted


def _copy(scratch: Path) -> None:
    for name in PROGRAM:
        shutil.copy(CHECKOUT / name, scratch)
    shutil.copy(CHECKOUT / "Pulumi.yaml", scratch)
    for room in ROOMS:
        shutil.copytree(
            CHECKOUT / room, scratch / room, ignore=shutil.ignore_patterns("__pycache__")
        )


def _planted(scratch: Path, texts: Mapping[Plant, str]) -> list[str]:
    before = {plant.file: (scratch / plant.file).read_text() for plant in texts}
    for plant, text in texts.items():
        whole = (scratch / plant.file).read_text()
        if whole.count(plant.old) != 1:
            raise LookupError(f"{plant.file}: what breaks {plant.rule} is not there once")
        (scratch / plant.file).write_text(whole.replace(plant.old, text))
    try:
        return _said(scratch)
    finally:
        for name, whole in before.items():
            (scratch / name).write_text(whole)


def _said(scratch: Path) -> list[str]:
    with _forgotten():
        return broken(recorded(Program(scratch), settings()))


@contextmanager
def _forgotten() -> Iterator[None]:
    """The program's modules are imported from the copy, and this process has its own again."""
    rooms = {*ROOMS, *(name.removesuffix(".py") for name in PROGRAM)} - {"__main__"}
    ours = {name: it for name, it in sys.modules.items() if name.split(".")[0] in rooms}
    for name in ours:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] in rooms]:
            del sys.modules[name]
        sys.modules.update(ours)


@contextmanager
def _anything_goes() -> Iterator[None]:
    """What the emulator does not know is declared as it is: the rules are to refuse it."""

    def make(self: Any, provider: str, token: str, name: str, inputs: Mapping[str, Any]) -> Made:
        if token in TABLE:
            return _make(self, provider, token, name, dict(inputs))
        account = self._places[provider].account
        return Made(account=account, region=inputs.get("region"), id=name, outputs=dict(inputs))

    with (
        patch.object(graph._Recording, "make", make),
        patch.object(plans, "unmapped", lambda *_: ()),
    ):
        yield


def planted() -> dict[str, list[str]]:
    """What ``main`` writes, from a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.planting"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    told: dict[str, list[str]] = json.loads(ran.stdout)
    return told


if __name__ == "__main__":
    main()
