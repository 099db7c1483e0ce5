"""Canaries of the traps of engaging people."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.engaged import activate, engage, mailed, person, plan, start, trigger
from tests.routed import event


@canary("5.5")
def test_a_channel_that_nobody_activated_carries_no_page(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    anna = person(running, "anna", activated=False)
    engage(running, anna)
    assert mailed(running) == []
    activate(running, "anna")
    engage(running, anna)
    assert mailed(running) == ["anna"]


@canary("5.8")
def test_a_deduplication_string_joins_different_findings(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    arn = plan(running, template={"dedupeString": "finding"})
    one = start(running, arn, triggerDetails=trigger(event() | {"id": "1"}))
    assert start(running, arn, triggerDetails=trigger(event() | {"id": "2"})) == one


@canary("5.8")
def test_the_same_event_is_one_incident(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    arn = plan(running)
    one = start(running, arn, triggerDetails=trigger(event()))
    assert start(running, arn, triggerDetails=trigger(event())) == one
