"""A program that declares a topic and a channel, under the mocks and under the engine."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from promotion.program import Program
from rehearsal import engine_binary
from rehearsal.emulator.server import Emulator
from rehearsal.engine import Deployment
from rehearsal.mocks import deploy_with_mocks
from tests.chatting import ACTION, heard
from tests.emulated import TAX, client
from tests.routed import delivered, event

PROGRAM = Path(__file__).parent / "data" / "chat_program"


def test_what_a_program_declares_is_told_in_the_channel(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    deploy_with_mocks(running.endpoint, "test", program=Program(PROGRAM))

    delivered(running, event(what="seven chairs"))

    [message] = heard(running)
    assert (message["shown"], message["description"]) == (True, "seven chairs")
    assert message["buttons"] == [{"action": "approve", "text": "Approve"}]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_engine_finds_no_drift_in_it_and_takes_it_away(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    stack = Deployment(
        "test",
        endpoint=running.endpoint,
        engine=engine_binary.locate(print),
        directory=PROGRAM,
    )
    try:
        stack.up()
        assert [one.keys for one in stack.preview(refresh=True).changes] == []
        stack.destroy()
        cloud = client(running, TAX, "cloudcontrol")
        assert cloud.list_resources(TypeName=ACTION)["ResourceDescriptions"] == []
    finally:
        stack.close()
        gc.collect()  # so that what was left open is noticed here, and not in another test
