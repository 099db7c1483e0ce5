"""Who is engaged by what the ledger hears: stages, runs that failed, findings without a route."""

from __future__ import annotations

from typing import Any

import pytest

from components.central_rules import alarm_rules, ledger_rules
from components.rules import as_text
from rehearsal.patterns import matches
from tests.test_central_rules import PLATFORM


def stage(**detail: Any) -> dict[str, Any]:
    """An event of a runbook as the ledger hears it."""
    return {
        "source": "containment.runbook",
        "detail-type": "Containment Stage",
        "account": "333333333333",
        "detail": {"stage": "failed", "dry_run": False, **detail},
    }


def heard(event: dict[str, Any]) -> list[str]:
    """Names of the ledger's rules that an event meets."""
    found = [*ledger_rules(PLATFORM), *alarm_rules(PLATFORM)]
    return [rule.name for rule in found if matches(as_text(rule.pattern), event)]


@pytest.mark.parametrize("name", ["approval-wanted", "failed", "breached", "braked"])
def test_what_the_pipeline_cannot_do_alone_calls_people(name: str) -> None:
    assert heard(stage(stage=name)) == ["people-ledger"]
    assert heard(stage(stage=name, dry_run=True)) == []


@pytest.mark.parametrize("name", ["received", "blocked", "contained", "skipped", "joined", "alive"])
def test_what_goes_well_calls_nobody(name: str) -> None:
    assert heard(stage(stage=name)) == []


def test_a_brake_that_a_person_engages_has_no_dry_run_and_is_heard() -> None:
    event = stage(stage="braked")
    del event["detail"]["dry_run"]
    assert heard(event) == ["people-ledger"]


def test_a_response_that_fails_does_not_answer_itself() -> None:
    def ended(document: str) -> dict[str, Any]:
        detail = {"Definition": document, "Status": "Failed", "ExecutionId": "e0"}
        kind = "EC2 Automation Execution Status-change Notification"
        return {"source": "aws.ssm", "detail-type": kind, "detail": detail}

    assert heard(ended("containment-isolate-instance")) == ["people-run-failed"]
    assert heard(ended("containment-respond-to-incident")) == ["people-response-failed"]
    (rule,) = [r for r in ledger_rules(PLATFORM) if r.name == "people-response-failed"]
    assert rule.team is None


def test_the_ledgers_own_finding_without_a_route_is_heard_and_a_quiet_one_is_not() -> None:
    def own(kind: str, **service: Any) -> dict[str, Any]:
        detail = {"type": kind, "arn": "a", "id": "f", "service": {"archived": False, **service}}
        return {"source": "aws.guardduty", "detail": detail}

    assert heard(own("Brand:EC2/NewThing")) == ["people-unrouted"]
    assert heard(own("Recon:EC2/Portscan")) == []
    assert heard(own("Brand:EC2/NewThing", additionalInfo={"sample": True})) == []


def test_an_alarm_of_a_member_and_one_of_the_hub_are_heard_once_each() -> None:
    def alarm(name: str, state: str = "ALARM") -> dict[str, Any]:
        detail = {"alarmName": name, "state": {"value": state}}
        kind = "CloudWatch Alarm State Change"
        return {"source": "aws.cloudwatch", "detail-type": kind, "detail": detail}

    assert "people-alarm" in heard(alarm("containment-dead-letters-not-empty"))
    assert heard(alarm("containment-dead-letters-not-empty", "OK")) == []
    assert "people-hub-alarm" in heard(alarm("containment-silent-333333333333-eu-west-1"))
    assert heard(alarm("somebody-elses")) == []
