"""What people were told, asked and did, as records; and what AWS says of it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from names import ESCALATE, RESPOND
from operations.records import Record
from operations.timeline import normalised, read, steps
from tests.test_timeline import AT, LIAR, RUN, envelope, one, said_by_aws, told

SECURITY = "222222222222"
INCIDENT = f"arn:aws:ssm-incidents::{SECURITY}:incident-record/containment-security/i1"
ANNA = f"arn:aws:sts::{SECURITY}:assumed-role/containment-approver/anna"


def heard(source: str, kind: str, detail: Any) -> dict[str, Any]:
    """An event of the security account."""
    return envelope(source, detail, **{"detail-type": kind, "account": SECURITY})


def reached(stage: str, **more: Any) -> dict[str, Any]:
    """A stage of a response, as it reports it."""
    detail = {
        "finding_id": "f1",
        "finding_arn": "arn:aws:guardduty:eu-west-1:333333333333:detector/d/finding/f1",
        "route": "compromised-instance",
        "team": "security",
        "account": "333333333333",
        "region": "eu-central-1",
        "resource": "arn:aws:ec2:eu-central-1:333333333333:instance/i-0abc",
        "incident": INCIDENT,
        "stage": stage,
        "why": None,
        "who": None,
        "action": "Respond",
        "execution_id": RUN,
        "drill": False,
        "at": AT,
        **more,
    }
    return heard("containment.response", "Response Stage", detail)


def step(**more: Any) -> dict[str, Any]:
    """A step of a response, as it reports it."""
    detail = {
        "step": "mitigate_approve",
        "kind": "manual",
        "outcome": "success",
        "seconds": 312.5,
        "finding_id": "f1",
        "execution_id": RUN,
        "drill": False,
        "at": AT,
        **more,
    }
    return heard("containment.response", "Response Step", detail)


def signal(**more: Any) -> dict[str, Any]:
    """A signal to a run, as CloudTrail records it."""
    detail = {
        "eventName": "SendAutomationSignal",
        "userIdentity": {"type": "AssumedRole", "arn": ANNA},
        "requestParameters": {"automationExecutionId": RUN, "signalType": "Approve"},
        **more,
    }
    return heard("aws.ssm", "AWS API Call via CloudTrail", detail)


def alarm(detail: Any) -> dict[str, Any]:
    """An alarm's change of state."""
    return heard("aws.cloudwatch", "CloudWatch Alarm State Change", detail)


@pytest.mark.parametrize(
    "stage",
    [
        *("engaged", "joined", "paged", "acknowledged", "asked", "approved", "refused"),
        *("not-contained", "answered", "offered", "closed"),
    ],
)
def test_a_stage_of_a_response_is_the_responses_and_names_person_and_incident(stage: str) -> None:
    assert one(reached(stage, who="anna", why="she was on call")) == Record(
        at=AT,
        account=SECURITY,
        region="eu-west-1",
        stage=stage,
        route="compromised-instance",
        action="Respond",
        finding_id="f1",
        resource="arn:aws:ec2:eu-central-1:333333333333:instance/i-0abc",
        why="she was on call",
        execution_id=RUN,
        team="security",
        who="anna",
        incident=INCIDENT,
    )


def test_a_step_of_a_response_says_who_did_it_and_how_long_it_took() -> None:
    assert one(step()) == Record(
        at=AT,
        account=SECURITY,
        region="eu-west-1",
        stage="step",
        finding_id="f1",
        execution_id=RUN,
        step="mitigate_approve",
        kind="manual",
        outcome="success",
        seconds=312.5,
    )


def test_a_step_cannot_pass_for_a_stage() -> None:
    assert one(step(stage="approved")).stage == "step"


@pytest.mark.parametrize(
    ("refused", "why"),
    [(None, "Approve"), ("AccessDenied", "Approve, refused: AccessDenied")],
)
def test_a_signal_names_the_person_and_whether_it_was_refused(refused: Any, why: str) -> None:
    assert one(signal(**({"errorCode": refused} if refused else {}))) == Record(
        at="2026-11-24T12:00:00Z",
        account=SECURITY,
        region="eu-west-1",
        stage="signalled",
        action="Respond",
        execution_id=RUN,
        who=ANNA,
        why=why,
    )


def test_an_alarm_is_one_by_its_name() -> None:
    assert one(alarm({"alarmName": "containment-silent-tax"})) == Record(
        at="2026-11-24T12:00:00Z",
        account=SECURITY,
        region="eu-west-1",
        stage="alarm",
        why="containment-silent-tax",
    )


@pytest.mark.parametrize(
    ("definition", "action"),
    [(RESPOND, "Respond"), (ESCALATE, "Escalate")],
)
def test_a_response_that_could_not_report_is_failed_by_awss_word(
    definition: str, action: str
) -> None:
    record = one(said_by_aws("Failed", definition))
    assert (record.stage, record.action, record.runbook) == (
        "failed",
        action,
        "respond_to_incident",
    )


@pytest.mark.parametrize(
    ("liar", "why"),
    [
        (reached("approved", who=["anna"]), "who"),
        (reached("approved", who={"name": "anna"}), "who"),
        (reached("approved", incident=5), "incident"),
        (reached("approved", at="just now"), "at"),
        (reached("approved", drill="no"), "drill"),
        (reached("approved", finding_id=None), "finding_id"),
        (reached(["approved"]), "stage"),  # type: ignore[arg-type]  # what a liar may write
        (step(seconds="long"), "seconds"),
        (step(kind=True), "kind"),
        (step(step=None, at=None), "at"),
        (heard("containment.response", "Response Step", None), "at"),
        (heard("containment.response", "Response Stage", "approved"), "at"),
        (signal(userIdentity="anna"), "does not say who"),
        (signal(userIdentity={"arn": ["anna"]}), "does not say who"),
        (signal(requestParameters=None), "does not say who"),
        (signal(requestParameters={"automationExecutionId": [RUN]}), "does not say who"),
        (alarm({}), "without a name"),
        (alarm({"alarmName": ["containment-silent"]}), "without a name"),
    ],
)
def test_a_liar_is_unreadable_and_hides_nothing(liar: dict[str, Any], why: str) -> None:
    records = normalised([liar, told("blocked"), said_by_aws()])
    assert sorted(record.stage for record in records) == ["blocked", "failed", "unreadable"]
    (unreadable,) = [record for record in records if record.stage == "unreadable"]
    assert why in str(unreadable.why)


def test_awss_word_about_no_run_at_all_hides_nothing() -> None:
    strange = {**said_by_aws(), "detail": {"ExecutionId": [RUN], "Status": "Failed"}}
    records = normalised([strange, told("failed")])
    assert [record.execution_id for record in records] == [None, RUN] or [
        record.execution_id for record in records
    ] == [RUN, None]


def test_a_member_that_speaks_as_the_response_is_known_by_its_envelope() -> None:
    lie = {**reached("approved", account=SECURITY), "account": LIAR}
    assert one(lie).account == LIAR


def test_who_reads_records_sees_the_stages_of_a_response_and_who_reads_steps_the_steps() -> None:
    logs = boto3.client("logs", region_name="eu-west-1")
    written = (told("contained"), reached("approved"), step(), step(finding_id="f2"), signal())
    events = [{"message": json.dumps(event)} for event in written]
    found = []
    for reading, only in ((read, None), (read, "f1"), (steps, None), (steps, "f1")):
        with Stubber(logs) as stub:
            stub.add_response("filter_log_events", {"events": events})
            found.append(sorted(each.stage for each in reading(logs, finding_id=only)))
    assert found == [
        ["approved", "contained", "signalled"],
        ["approved", "contained"],
        ["step", "step"],
        ["step"],
    ]
