"""What growth costs: an environment with more and more accounts, deployed for real and measured.

Time is the engine's, of one stack; memory is what processes hold together, pages that they share
counted once (PSS); state is the stack's file. Batches stand for themselves: the hub is apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from rehearsal.promoting.organisation import CHECKOUT, Organisation
from rehearsal.promoting.scratch import Scratch, small

REGIONS: Final = ("eu-west-1", "eu-central-1", "eu-west-2", "eu-north-1")
ENVIRONMENT: Final = "town"
EVERY: Final = 0.5
"""Seconds between two looks at memory."""
SKIPS: Final = "PULUMI_SKIP_CHECKPOINTS"
MEGABYTE: Final = 1_000_000

Told = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large an environment is."""

    accounts: int
    regions: int
    batch: int
    """Accounts of one stack."""
    parallel: int = 1
    checkpoints: bool = False
    """Whether the state is written at each step, as Pulumi does unless it is told otherwise."""

    @property
    def places(self) -> int:
        """Account-regions."""
        return self.accounts * self.regions


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a size took; the stacks' figures are those of batches."""

    size: Size
    seconds: float
    """From the command to its end, the hub included."""
    hub_seconds: float
    stack_seconds: list[float] = field(default_factory=list)
    stack_resources: list[int] = field(default_factory=list)
    stack_state: list[int] = field(default_factory=list)
    """Bytes."""
    deployment_mb: float = 0.0
    """The most that workers, engines and providers held together."""
    emulator_mb: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def per_place(self) -> float:
        """Seconds of the engine for an account-region, of the stacks' mean."""
        return sum(self.stack_seconds) / self.size.places

    def data(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "per_place_s": round(self.per_place, 3)}


def settings_of(size: Size) -> dict[str, Any]:
    """An environment of that size; the security account has no pipeline of its own."""
    whole = small([f"{number // size.batch + 1:02}" for number in range(size.accounts)])
    for account in whole["accounts"]:
        if account["role"] == "security":
            account["contain"] = False
    return {**whole, "regions": list(REGIONS[: size.regions])}


def measure(size: Size, told: Told) -> Measured:
    """Deploy it once, into an organisation of its own."""
    with Scratch() as scratch:
        scratch.write({ENVIRONMENT: settings_of(size)}, parallel=size.parallel)
        with Organisation(scratch.folder, ENVIRONMENT) as organisation:
            return _measured(size, scratch, organisation, told)


def _measured(size: Size, scratch: Scratch, organisation: Organisation, told: Told) -> Measured:
    answer = scratch.folder / "answer.json"
    words = ("up", "--environment", ENVIRONMENT, "--json", str(answer))
    began = time.monotonic()
    command = [sys.executable, "-m", "promotion", *words, "--directory", str(scratch.folder)]
    surroundings = organisation.surroundings
    if size.checkpoints:
        del surroundings[SKIPS]
    # It may take an hour: what it says goes to whoever watches, line by line.
    running = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with _watched(running.pid, organisation.pids) as peak:
        assert running.stdout is not None
        for line in running.stdout:
            if ": deployed" in line or "failed" in line:
                told(line.rstrip())
        running.wait()
    took = time.monotonic() - began
    every: list[dict[str, Any]] = json.loads(answer.read_text()) if answer.exists() else []
    failed = [error for each in every for error in each["errors"]]
    if running.returncode and not failed:
        failed = [f"{' '.join(words)}: status {running.returncode}, and no error of a stack"]
    hub = [each for each in every if each["stack"] == ENVIRONMENT]
    batches = [each for each in every if each["stack"] != ENVIRONMENT]
    state = Path(organisation.variables["PULUMI_BACKEND_URL"].removeprefix("file://"))
    return Measured(
        size=size,
        seconds=round(took, 1),
        hub_seconds=sum(each["seconds"] for each in hub),
        stack_seconds=[each["seconds"] for each in batches],
        stack_resources=[sum(each["counts"].values()) for each in batches],
        stack_state=[_bytes(state, each["stack"]) for each in batches],
        deployment_mb=round(peak.deployment / MEGABYTE, 1),
        emulator_mb=round(peak.emulator / MEGABYTE, 1),
        failed=failed,
    )


def _bytes(state: Path, stack: str) -> int:
    found = list(state.rglob(f"stacks/**/{stack}.json"))
    return found[0].stat().st_size if found else 0


@dataclass
class _Peak:
    deployment: float = 0.0
    emulator: float = 0.0


@contextmanager
def _watched(command: int, organisation: Sequence[int]) -> Iterator[_Peak]:
    """The most memory that was seen meanwhile: of emulator, and of all that deploys."""
    peak, over = _Peak(), threading.Event()
    emulator, providers = organisation

    def look() -> None:
        while not over.wait(EVERY):
            deployment = _held(command) + _held(providers)
            peak.deployment = max(peak.deployment, deployment)
            peak.emulator = max(peak.emulator, _held(emulator, alone=True))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _held(pid: int, *, alone: bool = False) -> float:
    """PSS of a process, and of its children unless it is looked at alone; 0 where it is gone."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        family = [process] if alone else [process, *process.children(recursive=True)]
        return sum(_pss(each) for each in family)
    return 0.0


def _pss(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(process.memory_full_info().pss)
    return 0.0
