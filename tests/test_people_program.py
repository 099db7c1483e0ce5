"""A program that declares a team, and an event that engages it."""

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
from tests.emulated import TAX, client
from tests.engaged import activate, answer, incidents, mailed, timeline
from tests.routed import delivered, event

PROGRAM = Path(__file__).parent / "data" / "people_program"


def test_what_a_program_declares_engages_the_person_whose_code_was_entered(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    made = deploy_with_mocks(running.endpoint, "test", program=Program(PROGRAM))
    assert len([one for one in made if one.type.startswith("aws:")]) == 12
    assert running.world.outbox == []
    activate(running, "anna")
    running.world.clock.sleep(running.world.timing.iam_delay)

    delivered(running, event(), seconds=5)

    assert mailed(running) == ["anna"]
    answer(running, "anna")
    [record] = incidents(running).list_incident_records()["incidentRecordSummaries"]
    assert [what for what, _ in timeline(running, record["arn"])] == [
        "SSM Incident Trigger",
        "SSM Incident Start",
        # The role of this plan's runbook is one that Incident Manager may not assume.
        "SSM Automation Failure for Incident",
        "SSM Contacts Page for Incident",
        "SSM Contacts Page Acknowledgement for Incident",
    ]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_engine_finds_no_drift_in_it_and_takes_it_away_in_its_order(
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
        activate(running, "anna")
        assert [one.keys for one in stack.preview(refresh=True).changes] == []
        stack.destroy()
        assert (
            client(running, TAX, "ssm-incidents").list_replication_sets()["replicationSetArns"]
            == []
        )
    finally:
        stack.close()
        gc.collect()  # so that what was left open is noticed here, and not in another test
