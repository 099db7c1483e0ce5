"""One operation of the Pulumi engine on one stack, and what it did, told by the engine's events."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from pulumi import automation, log

from promotion.program import end

PROGRAM_ENDS_WITHIN = 5.0
"""Seconds after the engine has ended; a program waits for nothing else."""

EVENTS_END_WITHIN = 5.0
"""Seconds after the engine has ended, for which the Automation API still takes its events."""

NOT_CHANGES = ("same", "refresh", "read")

Output = Callable[[str], None]


@dataclass(frozen=True)
class Change:
    """What happened, or would happen, to one resource."""

    op: str
    """The engine's word: create, update, delete, replace, create-replacement, …"""
    type: str
    name: str
    keys: tuple[str, ...] = ()
    """Top-level inputs that differ."""
    account: str = ""
    """The name of its provider, which is the account's; empty for a component."""
    old: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    new: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Its inputs before and after; empty where there were or will be none."""

    def __str__(self) -> str:
        differing = f": {', '.join(self.keys)}" if self.keys else ""
        return f"{self.op} {self.type} {self.name}{differing}"


@dataclass(frozen=True)
class Result:
    """What one engine operation did."""

    counts: dict[str, int]
    """How many resources by the engine's word, ``same`` among them."""
    seconds: float
    changes: list[Change] = field(default_factory=list)
    """Every resource that was not the same."""

    @property
    def unchanged(self) -> bool:
        """Whether nothing differed."""
        return not self.changes


class DeploymentError(RuntimeError):
    """The engine failed; ``errors`` has what it said, each with the resource that it is about."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("\n".join(errors))


@dataclass(frozen=True)
class Hosted:
    """A program's event loop, and who runs it."""

    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    host: CodeType
    """The function that runs the loop in that thread: more than once, and then closes it."""

    @classmethod
    def here(cls) -> Hosted:
        """The loop that runs in this thread."""
        runs = asyncio.BaseEventLoop.run_until_complete.__code__
        frame = inspect.currentframe()
        while frame and frame.f_code is not runs:
            frame = frame.f_back
        if not frame or not frame.f_back:
            raise RuntimeError("a program has to be run in an event loop")
        return cls(asyncio.get_running_loop(), threading.current_thread(), frame.f_back.f_code)

    @property
    def held(self) -> bool:
        """Whether its host has not returned: between two runs nothing else says whose it is."""
        if not self.thread.is_alive():
            return False
        frame = sys._current_frames().get(self.thread.ident or 0)
        while frame and frame.f_code is not self.host:
            frame = frame.f_back
        return frame is not None


class Loops:
    """The event loops of programs that ran in this process.

    Pulumi's host of inline programs leaves its loop open where a program fails.
    """

    def __init__(self) -> None:
        self._loops: list[Hosted] = []

    def running(self, body: Callable[[], None]) -> Callable[[], None]:
        """The same program, whose loop is remembered."""

        def program() -> None:
            self._loops.append(Hosted.here())
            body()

        return program

    def close(self) -> None:
        """End them. The engine may have given up before its program ended: that is waited for."""
        until = time.monotonic() + PROGRAM_ENDS_WITHIN
        for each in self._loops:
            while each.held and time.monotonic() < until:
                time.sleep(0.01)
            if not each.held and not each.loop.is_closed():
                end(each.loop)
        self._loops = [each for each in self._loops if not each.loop.is_closed()]


def perform(
    operation: Callable[..., Any],
    loops: Loops,
    *,
    output: Output | None = None,
    each: Callable[[int], None] | None = None,
    **options: Any,
) -> Result:
    """Run a stack's ``up``, ``preview``, ``refresh`` or ``destroy``.

    ``each`` is told how many resources are done. Raises DeploymentError where the engine fails.
    """
    seen: dict[tuple[str, str], Change] = {}
    errors: list[str] = []
    begun, told = threading.Event(), threading.Event()

    def noted(event: automation.EngineEvent) -> None:
        begun.set()
        if event.cancel_event is not None:
            told.set()
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            errors.append(_error(event.diagnostic_event))
        if event.res_outputs_event:
            metadata = event.res_outputs_event.metadata
            op = getattr(metadata.op, "value", str(metadata.op))
            # A component is told twice, the second time when it has registered its outputs.
            seen.setdefault((op, metadata.urn), _change(op, metadata))
            if each is not None:
                each(len(seen))

    started = time.monotonic()
    try:
        with _unheard():
            operation(on_event=noted, on_output=output, color="never", **options)
    except automation.CommandError as failed:
        _heard(begun, told)
        raise DeploymentError(errors or [str(failed)]) from failed
    finally:
        loops.close()
    _heard(begun, told)
    counts = Counter(op for op, _ in seen)
    changes = [one for one in seen.values() if one.op not in NOT_CHANGES]
    return Result(dict(counts), time.monotonic() - started, changes)


def _heard(begun: threading.Event, told: threading.Event) -> None:
    """Wait for the engine's last event: it may have ended before we have read what it said."""
    if begun.is_set():
        told.wait(EVENTS_END_WITHIN)


@contextmanager
def _unheard() -> Iterator[None]:
    """Let the SDK not tell the engine what only who debugs the SDK would read.

    It is ten lines for each resource, by calls that the program waits for: a fifth of a preview.
    """
    told = log.debug
    log.debug = lambda *_, **__: None
    try:
        yield
    finally:
        log.debug = told


def _change(op: str, metadata: Any) -> Change:
    urn_type, name = metadata.type, metadata.urn.split("::", 3)[3]
    differs = metadata.detailed_diff or metadata.diffs or ()
    keys = sorted({key.partition(".")[0].partition("[")[0] for key in differs})
    # A provider's reference is its URN and its id.
    provider = (metadata.provider or "").split("::")
    account = provider[3] if len(provider) > 3 else ""
    before, after = (
        (state.inputs or {}) if state else {} for state in (metadata.old, metadata.new)
    )
    return Change(op, urn_type, name, tuple(keys), account, before, after)


def _error(diagnostic: Any) -> str:
    said: str = diagnostic.message.strip()
    if not diagnostic.urn:
        return said
    _, _, types, name = diagnostic.urn.split("::", 3)
    return f"{types.rpartition('$')[2]} {name}: {said}"
