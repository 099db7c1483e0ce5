"""``rehearsal serve`` as a command, for tests that come to it from outside."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Serving:
    """The command while it runs; ``end`` interrupts it as a person does."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("w") as told:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rehearsal", "serve", "--stack", "dev", "--engine", "mocks"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
            )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()

    def end(self) -> tuple[int, str]:
        """Its exit status, and what else it wrote to standard output."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, rest


@contextmanager
def serving_in(folder: Path) -> Iterator[Serving]:
    """The command, which keeps its log in the folder; gone at the end, whatever happened."""
    started = Serving(folder / "stderr")
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.communicate()
