"""What a signal that stops a program does meanwhile: Ctrl-C, or the end of a workflow's job."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

STOPS: Final = (signal.SIGINT, signal.SIGTERM)

Handler = Callable[[int, FrameType | None], object]


@contextmanager
def when_stopped(handler: Handler) -> Iterator[None]:
    """Each such signal is this one's; afterwards whose it was before.

    Also where the program was started with one of them ignored, as in the background of a shell.
    Raises ValueError outside the main thread, to which alone signals come.
    """
    before = {number: signal.signal(number, handler) for number in STOPS}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
