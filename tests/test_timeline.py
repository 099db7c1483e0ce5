"""The ledger as records: three kinds of event in one shape; the envelope says whose they are."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from names import LOG_GROUP
from operations.records import Record
from operations.timeline import normalised, read

TAX, LIAR = "333333333333", "999999999999"
AT = "2026-11-24T12:00:05+00:00"
RUN = "11111111-2222-3333-4444-555555555555"


def envelope(source: str, detail: Any, **more: Any) -> dict[str, Any]:
    return {
        "source": source,
        "account": TAX,
        "region": "eu-west-1",
        "time": "2026-11-24T12:00:00Z",
        "detail": detail,
        **more,
    }


def told(stage: str, **more: Any) -> dict[str, Any]:
    detail = {
        "stage": stage,
        "at": AT,
        "why": None,
        "finding_id": "f1",
        "execution_id": RUN,
        "action": "Contain",
        "route": "compromised-instance",
        "drill": False,
        "dry_run": False,
        "elapsed_s": 5.0,
        "something_new": "that a later runbook adds",
        **more,
    }
    return envelope("containment.runbook", detail)


def for_people(**more: Any) -> dict[str, Any]:
    detail = {
        "id": "f1",
        "type": "Recon:EC2/PortProbeUnprotectedPort",
        "accountId": TAX,
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-0abc"}},
        "service": {"archived": False, "additionalInfo": {"type": "default", "value": "{}"}},
        **more,
    }
    return envelope("aws.guardduty", detail)


def said_by_aws(
    status: str = "Failed", definition: str = "containment-isolate-instance"
) -> dict[str, Any]:
    detail = {"ExecutionId": RUN, "Definition": definition, "Status": status}
    return envelope("aws.ssm", detail, time="2026-11-24T12:00:09Z")


def one(event: dict[str, Any]) -> Record:
    [record] = normalised([event])
    return record


def test_what_a_run_reports_is_taken_as_it_says() -> None:
    record = one(told("failed", why="no permission", evidence={"snapshots": ["snap-1"]}))
    assert record == Record(
        at=AT,
        account=TAX,
        region="eu-west-1",
        stage="failed",
        why="no permission",
        finding_id="f1",
        execution_id=RUN,
        action="Contain",
        route="compromised-instance",
        elapsed_s=5.0,
        evidence={"snapshots": ["snap-1"]},
    )


def test_account_and_region_are_the_envelopes_whatever_the_detail_says() -> None:
    # Anybody who may put events writes the detail (trap 6.1).
    record = one(told("contained", account=LIAR, region="us-east-1"))
    assert (record.account, record.region) == (TAX, "eu-west-1")
    finding = one(for_people(accountId=LIAR, region="us-east-1"))
    assert (finding.account, finding.region) == (TAX, "eu-west-1")


@pytest.mark.parametrize(
    ("change", "route", "why", "drill"),
    [
        ({}, "reconnaissance", "for people: reconnaissance", False),
        (
            {"type": "Policy:S3/BucketAnonymousAccessGranted"},
            "unrouted",
            "for people: unrouted",
            False,
        ),
        (
            {"type": "CryptoCurrency:EC2/BitcoinTool.B"},
            "compromised-instance",
            "for people: compromised-instance",
            False,
        ),
        (
            {"service": {"archived": False, "additionalInfo": {"sample": True}}},
            "set-aside",
            "for people: a sample",
            True,
        ),
        ({"service": {"archived": True}}, "set-aside", "for people: archived", False),
    ],
)
def test_a_finding_for_people_is_received_with_its_route(
    change: dict[str, Any], route: str, why: str, drill: bool
) -> None:
    record = one(for_people(**change))
    assert (record.stage, record.action) == ("received", "Notify")
    assert (record.route, record.why, record.drill) == (route, why, drill)
    assert (record.finding_id, record.resource) == ("f1", "i-0abc")
    assert record.at == "2026-11-24T12:00:00Z"


@pytest.mark.parametrize(
    ("tags", "drill"),
    [
        ([{"key": "containment:drill", "value": "d1"}], True),
        ([{"key": "team", "value": "containment:drill"}], False),
        ([], False),
        ("containment:drill", False),
        (["containment:drill", None], False),
    ],
)
def test_a_finding_about_a_drills_instance_is_a_drill(tags: object, drill: bool) -> None:
    machine = {"instanceId": "i-0abc", "tags": tags}
    assert one(for_people(resource={"instanceDetails": machine})).drill is drill


@pytest.mark.parametrize(
    ("definition", "action"),
    [
        ("containment-isolate-instance", "Contain"),
        ("containment-isolate-instance-release", "Release"),
        ("containment-isolate-instance-watch", "Watch"),
    ],
)
def test_a_run_that_could_not_report_is_failed_by_awss_word(definition: str, action: str) -> None:
    record = one(said_by_aws("TimedOut", definition))
    assert (record.stage, record.action, record.execution_id) == ("failed", action, RUN)
    assert "TimedOut" in str(record.why)
    assert record.account == TAX


def test_awss_word_is_dropped_where_the_run_told_itself() -> None:
    records = normalised([said_by_aws(), told("failed", why="no permission")])
    assert [(record.stage, record.why) for record in records] == [("failed", "no permission")]


@pytest.mark.parametrize("own", [told("received"), told("failed", execution_id="another run")])
def test_awss_word_is_kept_where_that_run_did_not_say_that_it_failed(own: dict[str, Any]) -> None:
    last = normalised([own, said_by_aws()])[-1]
    assert (last.stage, last.execution_id) == ("failed", RUN)
    assert "said by AWS" in str(last.why)


def test_awss_word_about_a_watch_is_kept_though_that_told_of_another_run() -> None:
    events = [told("failed", action="Watch", why="the run r1 died"), said_by_aws()]
    assert [record.stage for record in normalised(events)] == ["failed", "failed"]


def test_a_drill_is_one_in_all_records_of_its_finding_and_in_no_other() -> None:
    # Before the instance's tags are read, a run does not know that it is a drill.
    records = normalised(
        [told("received"), told("contained", drill=True), told("contained", finding_id="f2")]
    )
    assert {(record.finding_id, record.drill) for record in records} == {
        ("f1", True),
        ("f2", False),
    }


def test_records_are_in_order_of_time_however_it_is_written() -> None:
    times = {
        "first": "2026-11-24T12:00:00Z",
        "second": "2026-11-24T12:00:00.250000+00:00",
        "third": "2026-11-24T13:00:01+01:00",
    }
    events = [told(stage, at=times[stage]) for stage in ("third", "first", "second")]
    assert [record.stage for record in normalised(events)] == ["first", "second", "third"]


@pytest.mark.parametrize(
    "broken",
    [
        told("contained", at="yesterday"),
        told("contained", at=None),
        told("contained", at="2026-11-24T12:00:00"),
        envelope("containment.runbook", {"stage": "contained", "finding_id": "f1"}),
        envelope("containment.runbook", {}),
        for_people(service="none", resource=["none"]),
        for_people(service={"additionalInfo": "none"}, resource={"instanceDetails": "none"}),
        envelope("shop.orders", {"id": "f1"}),
    ],
)
def test_what_somebody_else_wrote_into_the_ledger_hides_nothing(broken: dict[str, Any]) -> None:
    records = normalised([broken, told("blocked")])
    assert len(records) == 2
    assert [record.account for record in records] == [TAX, TAX]
    assert {record.stage for record in records} >= {"blocked"}


def test_an_event_that_nobody_here_sends_is_no_stage_of_ours() -> None:
    record = one(envelope("shop.orders", {"stage": "contained", "finding_id": "f1"}))
    assert record.stage == "unreadable"
    assert "shop.orders" in str(record.why)
    assert record.finding_id == ""


def test_all_pages_of_the_log_are_read_and_one_finding_is_picked_out() -> None:
    logs = boto3.client("logs", region_name="eu-west-1")
    pages = [[told("received"), told("received", finding_id="f2")], [], [told("contained")]]
    found = []
    for only in (None, "f1"):
        with Stubber(logs) as stub:
            for number, page in enumerate(pages):
                more = {"nextToken": f"t{number + 1}"} if number + 1 < len(pages) else {}
                asked = {
                    "logGroupName": LOG_GROUP,
                    **({"filterPattern": '"f1"'} if only else {}),  # so that less is carried
                    **({"nextToken": f"t{number}"} if number else {}),
                }
                events = [{"message": json.dumps(event)} for event in page]
                stub.add_response("filter_log_events", {"events": events, **more}, asked)
            found.append([record.finding_id for record in read(logs, finding_id=only)])
            stub.assert_no_pending_responses()
    assert found == [["f1", "f2", "f1"], ["f1", "f1"]]
