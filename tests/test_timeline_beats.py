"""The beats in the ledger: by the envelope, apart from the records of findings (trap 6.3)."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from names import BEAT, RESPONSE_BEAT
from operations.records import Record
from operations.timeline import beats, normalised, read
from tests.test_timeline import LIAR, RUN, TAX, envelope, told

SAID = {"open": 2, "oldest": None, "brakes": 1}
DETAIL = {"account": TAX, "region": "eu-west-1", "execution_id": RUN, **SAID}


def beat(detail: Any) -> dict[str, Any]:
    """One as it stands in the log."""
    return envelope("containment.runbook", detail, **{"detail-type": BEAT})


def waiting(detail: Any) -> dict[str, Any]:
    """What Escalate says of the questions that wait."""
    return envelope("containment.response", detail, **{"detail-type": RESPONSE_BEAT})


def test_how_long_people_are_waited_for_is_about_no_finding() -> None:
    [record] = normalised([waiting({"waiting": 1, "oldest_s": 60, "finding_id": "f", "stage": 5})])
    assert (record.stage, record.finding_id, record.action) == ("waiting", "", "Escalate")
    assert record.evidence == {"waiting": 1, "oldest_s": 60}


def test_a_beat_is_alive_by_its_envelope_whatever_its_detail_says() -> None:
    [record] = normalised([beat({**DETAIL, "account": LIAR, "region": "us-east-1"})])
    assert record == Record(
        at="2026-11-24T12:00:00Z",
        account=TAX,
        region="eu-west-1",
        stage="alive",
        action="Watch",
        execution_id=RUN,
        evidence=SAID,
    )


@pytest.mark.parametrize("detail", [{}, None, {"execution_id": 5, "at": 7, "stage": "contained"}])
def test_a_beat_that_says_nothing_of_use_is_alive_all_the_same(detail: Any) -> None:
    [record] = normalised([beat(detail)])
    assert (record.stage, record.finding_id, record.execution_id) == ("alive", "", None)


def test_who_reads_records_sees_no_beat_and_who_reads_beats_no_record() -> None:
    logs = boto3.client("logs", region_name="eu-west-1")
    sent = (told("blocked"), beat(DETAIL), waiting({"waiting": 1, "oldest_s": 60}))
    events = [{"message": json.dumps(event)} for event in sent]
    for reading, stages in ((read, ["blocked"]), (beats, ["alive"])):
        with Stubber(logs) as stub:
            stub.add_response("filter_log_events", {"events": events})
            assert [record.stage for record in reading(logs)] == stages
