"""From a bus to a response plan: the event is the incident's trigger, under the target's role."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.actors import allow
from tests.emulated import LAND_REGISTRY, TAX
from tests.engaged import incidents, plan, timeline
from tests.routed import Start, delivered, event, messages, queue, role, rule

PLAN = f"arn:aws:ssm-incidents::{TAX}:response-plan/team"


def target(running: Emulator, *allowed: dict[str, Any], plan: str = PLAN) -> dict[str, Any]:
    return {
        "Arn": plan,
        "RoleArn": role(running, *allowed),
        "DeadLetterConfig": {"Arn": queue(running, "dead")},
    }


def records(running: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = incidents(running).list_incident_records()[
        "incidentRecordSummaries"
    ]
    return found


def test_an_event_starts_an_incident_that_has_it_on_its_timeline(emulator: Start) -> None:
    running = emulator()
    arn = rule(running, target(running, allow("ssm-incidents:StartIncident", plan(running))))
    delivered(running, event(finding="f"), seconds=5)
    [record] = records(running)
    source = record["incidentRecordSource"]
    assert (source["source"], source["resourceArn"]) == ("aws.events", arn)
    assert source["invokedBy"] == "events.amazonaws.com"
    assert "assumed-role/courier/orders" in source["createdBy"]
    what, data = timeline(running, record["arn"])[0]
    assert (what, data["triggerArn"]) == ("SSM Incident Trigger", arn)
    assert json.loads(data["rawData"]) == event(finding="f")


def test_an_event_that_is_delivered_twice_is_one_incident(emulator: Start) -> None:
    running = emulator()
    plan(running)
    rule(running, target(running, allow("ssm-incidents:StartIncident", PLAN)))
    running.world.relay.duplicate = lambda event, rule: [0.5, 30.0]
    delivered(running, event(), seconds=60)
    assert len(records(running)) == 1


def test_a_role_without_the_permission_and_a_plan_that_is_gone_mean_dead_letters(
    emulator: Start,
) -> None:
    running = emulator()
    plan(running)
    may_another = allow("ssm-incidents:StartIncident", f"{PLAN}-other")
    first = target(running, may_another)
    rule(running, first, first | {"Arn": f"{PLAN}-other"})
    delivered(running, event())
    letters = messages(running, first["DeadLetterConfig"]["Arn"])
    codes = [one["attributes"]["ERROR_CODE"] for one in letters]
    assert codes == ["NO_PERMISSIONS", "NO_RESOURCE"]
    assert "ssm-incidents:StartIncident" in letters[0]["attributes"]["ERROR_MESSAGE"]
    assert records(running) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"RoleArn": ""}, "RoleArn is required"),
        ({"Arn": PLAN.replace("::", ":eu-west-1:")}, "is not valid"),
        ({"Arn": PLAN.replace(TAX, LAND_REGISTRY)}, "in another account"),
        ({"Input": "{}"}, "Input for the target"),
        ({"Arn": f"arn:aws:ssm-incidents::{TAX}:incident-record/team/1"}, "is not emulated"),
    ],
)
def test_a_target_that_cannot_be_is_refused(
    emulator: Start, change: dict[str, str], why: str
) -> None:
    running = emulator()
    wrong = {key: one for key, one in {**target(running), **change}.items() if one}
    with pytest.raises(ClientError, match=why):
        rule(running, wrong)
