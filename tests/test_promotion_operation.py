"""What the engine says is heard to its end, also where that comes after the command has ended."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi.automation import CommandError, CommandResult, EngineEvent, Stack

from promotion.operation import EVENTS_END_WITHIN, DeploymentError, Loops, perform
from promotion.program import end
from promotion.unasked import unasked

LATE = 0.3
"""Seconds after the command's end."""


def event(**said: Any) -> EngineEvent:
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, **said})


BEGUN = event(preludeEvent={"config": {}})
ENDED = event(cancelEvent={})
WRONG = event(
    diagnosticEvent={
        "urn": "urn:pulumi:prod::containment::aws:dynamodb/table:Table::office-1-access-state",
        "message": "Table already exists: containment-state\n",
        "color": "never",
        "severity": "error",
    }
)
MADE = event(
    resOutputsEvent={
        "metadata": {
            "op": "create",
            "urn": "urn:pulumi:prod::containment::aws:sns/topic:Topic::hub-topic",
            "type": "aws:sns/topic:Topic",
            "provider": "urn:pulumi:prod::containment::pulumi:providers:aws::security::1",
        }
    }
)


def engine(*late: EngineEvent, fails: bool, begins: bool = True) -> Any:
    """A command of the engine, whose last events come after its end."""

    def operation(*, on_event: Any, **_: Any) -> None:
        def tell() -> None:
            time.sleep(LATE)
            for each in late:
                on_event(each)

        if begins:
            on_event(BEGUN)
        threading.Thread(target=tell).start()
        if fails:
            raise CommandError(CommandResult(stdout="", stderr="update failed", code=255))

    return operation


def test_what_failed_is_told_where_it_is_said_after_the_commands_end() -> None:
    with pytest.raises(DeploymentError) as failed:
        perform(engine(WRONG, ENDED, fails=True), Loops())
    assert failed.value.errors == [
        "aws:dynamodb/table:Table office-1-access-state: Table already exists: containment-state"
    ]


def test_what_was_made_is_counted_where_it_is_said_after_the_commands_end() -> None:
    result = perform(engine(MADE, ENDED, fails=False), Loops())
    assert (result.counts, result.changes[0].account) == ({"create": 1}, "security")


def test_a_command_that_never_began_is_not_waited_for() -> None:
    began = time.monotonic()
    with pytest.raises(DeploymentError, match="update failed"):
        perform(engine(fails=True, begins=False), Loops())
    assert time.monotonic() - began < EVENTS_END_WITHIN / 2


def test_a_program_is_ended_also_where_its_loop_was_told_to_stop_before() -> None:
    loop = asyncio.new_event_loop()
    waiting = loop.create_task(asyncio.sleep(60))
    loop.stop()
    end(loop)
    assert (waiting.cancelled(), loop.is_closed()) == (True, True)


@pytest.mark.parametrize("closes", [True, False])
def test_a_loop_is_its_hosts_until_that_has_returned(closes: bool) -> None:
    """Pulumi's host takes its time between two runs of a loop, and may leave it open."""
    loops, loop, begun = Loops(), asyncio.new_event_loop(), threading.Event()

    async def program() -> None:
        loops.running(begun.set)()

    def host() -> None:
        loop.run_until_complete(program())
        time.sleep(LATE)
        loop.run_until_complete(asyncio.sleep(0))
        if closes:
            loop.close()

    thread = threading.Thread(target=host)
    thread.start()
    assert begun.wait(EVENTS_END_WITHIN)
    loops.close()
    assert loop.is_closed()
    thread.join()


def test_a_program_that_no_loop_runs_is_refused() -> None:
    with pytest.raises(RuntimeError, match="has to be run in an event loop"):
        Loops().running(lambda: None)()


class Commands(Stack):
    """A stack that notes which commands it would run."""

    def __init__(self) -> None:
        self.name = "prod"
        self.workspace: Any = SimpleNamespace(program=None, stack_outputs=self.run_for_outputs)
        self.ran: list[str] = []

    def __repr__(self) -> str:
        return self.name

    def _run_pulumi_cmd_sync(self, args: list[str], *_: Any) -> CommandResult:
        self.ran.append(args[0])
        return CommandResult(stdout="[]", stderr="", code=0)

    def run_for_outputs(self, name: str) -> dict[str, Any]:
        """As the workspace has it; the stack's own commands are noted above."""
        self.ran.append(f"outputs of {name}")
        return {}


@pytest.mark.parametrize("operation", ["up", "refresh", "destroy"])
def test_an_operation_runs_its_command_and_no_other(operation: str) -> None:
    stack = Commands()
    unasked(stack)
    getattr(stack, operation)()
    assert stack.ran == [operation]
