"""Fixtures that every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rehearsal.clock import Clock, VirtualClock
from rehearsal.emulator.server import Emulator


@pytest.fixture
def emulator() -> Iterator[Callable[..., Emulator]]:
    """A factory of running emulators: ``emulator(clock=…, without=…, timing=…, organization=…)``.

    moto keeps one state per process, so a second emulator ends the first. Without a clock, time is
    virtual.
    """
    running: list[Emulator] = []

    def stop() -> None:
        while running:
            running.pop().stop()

    def start(*, clock: Clock | None = None, **options: Any) -> Emulator:
        stop()
        one = Emulator(clock or VirtualClock(), **options)
        one.start()
        running.append(one)
        return one

    yield start
    stop()
