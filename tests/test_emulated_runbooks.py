"""The runbook of a response plan: under which role it starts, with what, and why it does not."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.automation import Execution
from rehearsal.emulator.server import Emulator
from tests import automated
from tests.actors import allow, document
from tests.emulated import REGION, TAX, client
from tests.engaged import (
    incidents,
    mailed,
    person,
    plan,
    start,
    timeline,
    trigger,
)
from tests.routed import Start, event

SERVICE = "ssm-incidents.amazonaws.com"
STARTER = "starter"
STARTER_ARN = f"arn:aws:iam::{TAX}:role/{STARTER}"


def runbook(running: Emulator, *allowed: dict[str, Any], source: str = "team") -> dict[str, Any]:
    """A plan's action: a document of two parameters, and the role that starts it."""
    relay = running.world.relay
    parameters = {
        "Incident": {"type": "String", "default": ""},
        "Involved": {"type": "StringList", "default": []},
        "Team": {"type": "String", "default": ""},
    }
    content = automated.document(automated.sleep("wait"), parameters=parameters)
    automated.deploy(running, content)
    running.world.relay = relay
    condition = {
        "StringEquals": {"aws:SourceAccount": TAX},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ssm-incidents:*:{TAX}:incident-record/{source}/*"},
    }
    trusting = {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    iam = client(running, TAX, "iam")
    iam.create_role(RoleName=STARTER, AssumeRolePolicyDocument=document(trusting))
    if allowed:
        iam.put_role_policy(
            RoleName=STARTER, PolicyName="inline", PolicyDocument=document(*allowed)
        )
    return {
        "ssmAutomation": {
            "documentName": automated.NAME,
            "documentVersion": "$DEFAULT",
            "roleArn": STARTER_ARN,
            "targetAccount": "RESPONSE_PLAN_OWNER_ACCOUNT",
            "parameters": {"Team": ["security"]},
            "dynamicParameters": {
                "Incident": {"variable": "INCIDENT_RECORD_ARN"},
                "Involved": {"variable": "INVOLVED_RESOURCES"},
            },
        }
    }


STARTING = (allow("ssm:StartAutomationExecution"), allow("iam:PassRole", automated.ROLE))


def executions(running: Emulator) -> list[Execution]:
    return running.world.automation.executions(TAX, REGION)


def test_the_plans_runbook_runs_under_its_role_with_what_is_known_of_the_incident(
    emulator: Start,
) -> None:
    running = emulator()
    arn = plan(running, actions=[runbook(running, *STARTING)])
    incident = start(running, arn, triggerDetails=trigger(event()))
    [execution] = executions(running)
    assert execution.parameters == {
        "Incident": [incident],
        "Involved": event()["resources"],
        "Team": ["security"],
    }
    assert f"assumed-role/{STARTER}/" in execution.executed_by
    record = incidents(running).get_incident_record(arn=incident)["incidentRecord"]
    assert record["automationExecutions"] == [{"ssmExecutionArn": execution.arn}]
    assert timeline(running, incident)[-1][1]["ssmExecutionArn"] == execution.arn
    items = incidents(running).list_related_items(incidentRecordArn=incident)["relatedItems"]
    kinds = [one["identifier"]["type"] for one in items]
    assert kinds == ["INVOLVED_RESOURCE", "AUTOMATION"]


@pytest.mark.parametrize(
    ("allowed", "source", "why"),
    [
        (STARTING, "another", "sts:AssumeRole"),
        (STARTING[1:], "team", "ssm:StartAutomationExecution"),
        (STARTING[:1], "team", "iam:PassRole"),
    ],
)
def test_a_runbook_that_is_not_let_start_is_on_the_timeline_and_people_are_paged_still(
    emulator: Start, allowed: tuple[dict[str, Any], ...], source: str, why: str
) -> None:
    running = emulator()
    action = runbook(running, *allowed, source=source)
    incident = start(
        running, plan(running, actions=[action], engagements=[person(running, "anna")])
    )
    assert executions(running) == []
    failures = [data for what, data in timeline(running, incident) if "Failure" in what]
    assert [why in one["reason"] for one in failures] == [True]
    assert mailed(running) == ["anna"]


def test_a_document_that_is_not_there_is_on_the_timeline(emulator: Start) -> None:
    running = emulator()
    action = runbook(running, *STARTING)
    action["ssmAutomation"]["documentName"] = "nothing"
    incident = start(running, plan(running, actions=[action]))
    assert "nothing" in timeline(running, incident)[-1][1]["reason"]
