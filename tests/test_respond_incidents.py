"""The response by Incident Manager: the plan starts it or is started by it, one incident each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from names import PLAN_STARTER, RESPOND
from operations.victims import Network
from rehearsal.emulator.server import Emulator
from tests.emulated import control
from tests.organization import Deployed
from tests.responding import Response, response_at
from tests.sabotage import ACCOUNT, REGION
from tests.test_respond_reading import arn_of

MARK = "containment-thread:"


@pytest.fixture(scope="module")
def plan(organization: Deployed) -> str:
    """The team's plan, which engages a person and starts the document."""
    response = response_at(organization, ACCOUNT, REGION)
    incidents = response.client("ssm-incidents")
    incidents.create_replication_set(regions={REGION: {}})
    contacts = response.client("ssm-contacts")
    anna = contacts.create_contact(Alias="anna", Type="PERSONAL", Plan={"Stages": []})
    who = {"ContactId": anna["ContactArn"]}
    mail = contacts.create_contact_channel(
        **who, Name="mail", Type="EMAIL", DeliveryAddress={"SimpleAddress": "anna@example.org"}
    )["ContactChannelArn"]
    through = [{"ChannelTargetInfo": {"ContactChannelId": mail}}]
    contacts.update_contact(**who, Plan={"Stages": [{"DurationInMinutes": 5, "Targets": through}]})
    answers(organization, "activate-channel")
    may = {"Effect": "Allow", "Action": ["ssm:StartAutomationExecution"], "Resource": "*"}
    passes = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
    service = {"Principal": {"Service": "ssm-incidents.amazonaws.com"}}
    response.role(PLAN_STARTER, service, {"Statement": [may, passes]})
    made: str = incidents.create_response_plan(
        name="containment-security",
        incidentTemplate={"title": "A finding", "impact": 2},
        engagements=[anna["ContactArn"]],
        actions=[
            {
                "ssmAutomation": {
                    "documentName": RESPOND,
                    "roleArn": response.home.role(PLAN_STARTER),
                    "dynamicParameters": {
                        "IncidentRecordArn": {"variable": "INCIDENT_RECORD_ARN"},
                        "InvolvedResources": {"variable": "INVOLVED_RESOURCES"},
                    },
                }
            }
        ],
    )["arn"]
    return made


def answers(organization: Deployed, what: str) -> None:
    """Anna enters the code of her channel, or acknowledges her newest page."""
    body = {"account": ACCOUNT, "region": REGION, "person": "anna"}
    control(organization.emulator, "POST", what, body)


@pytest.fixture
def response(organization: Deployed, plan: str) -> Iterator[Response]:
    made = response_at(organization, ACCOUNT, REGION, Backend="incident-manager").deploy()
    assert made.decided["Teams"]["security"]["Plan"] == plan
    yield made
    running: Emulator = organization.emulator
    assert running.world.clock.failures == []  # type: ignore[attr-defined]  # both clocks have it


def begin(response: Response, plan: str, event: dict[str, Any] | str) -> str:
    """An incident as EventBridge begins it; its ARN."""
    raw = event if isinstance(event, str) else json.dumps(event)
    trigger = {
        "source": "aws.events",
        "triggerArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/containment-people",
        "timestamp": datetime(2026, 11, 24, tzinfo=UTC),
        "rawData": raw,
    }
    started = response.client("ssm-incidents").start_incident(
        responsePlanArn=plan, triggerDetails=trigger
    )
    response.wait(40)
    return str(started["incidentRecordArn"])


def incident_of(response: Response, arn: str) -> dict[str, Any]:
    found = response.client("ssm-incidents").get_incident_record(arn=arn)
    record: dict[str, Any] = found["incidentRecord"]
    return record


def open_incidents(response: Response) -> list[str]:
    found = response.client("ssm-incidents").list_incident_records()["incidentRecordSummaries"]
    return [each["arn"] for each in found if each["status"] == "OPEN"]


def last_run(response: Response) -> Any:
    runs = response.organization.emulator.world.automation.executions(ACCOUNT, REGION)
    return [run for run in runs if run.document.name == RESPOND][-1]


def hub_event(arn: str) -> dict[str, Any]:
    product = f"arn:aws:securityhub:{REGION}::product/aws/guardduty"
    return {
        "id": arn.split("/")[-1],
        "resources": [f"{product}/{arn}"],
        "detail": {"findings": [{"Id": arn}]},
    }


def test_the_plan_starts_the_response_which_follows_the_pipeline_and_resolves_the_incident(
    response: Response, network: Network, plan: str
) -> None:
    target = network.add_instance()
    found = response.organization.attack(network, target)
    arn = arn_of(response, found)
    incident = begin(response, plan, hub_event(arn))
    run = last_run(response)
    assert run.status == "Success", [(s.name, s.failure) for s in run.steps]
    assert response.stages(found) == ["engaged", "paged", "answered", "closed"]
    engaged = next(each for each in response.told() if each["stage"] == "engaged")
    assert engaged["incident"] == incident
    record = incident_of(response, incident)
    assert record["status"] == "RESOLVED"
    assert target.instance in record["summary"]


def test_without_involved_resources_the_finding_is_read_from_the_timeline_and_no_title_counts(
    response: Response, network: Network, plan: str
) -> None:
    arn = response.filed(network, network.add_instance())
    other = response.filed(network, network.add_instance())
    event = {"title": f"{MARK}other {other}", **hub_event(arn)}
    incident = begin(response, plan, event)
    [summary, *_] = response.client("ssm-incidents").list_timeline_events(
        incidentRecordArn=incident
    )["eventSummaries"]
    assert summary["eventType"] == "SSM Incident Trigger"
    run = response.start(IncidentRecordArn=incident)  # as a plan without the second parameter does
    assert run.step("triage_read").outputs["Verdict"] == "joined"
    assert run.step("triage_read").outputs["Case"]["finding_arn"] == arn


def test_an_event_that_cannot_be_read_is_searched_for_a_finding_but_not_for_a_response(
    response: Response, network: Network, plan: str
) -> None:
    arn = response.filed(network, network.add_instance())
    incident = begin(response, plan, f"not json: {MARK}other {arn}")
    run = last_run(response)
    case = run.step("triage_read").outputs["Case"]
    assert (case["thread"], case["incident"]) == (arn.split("/")[-1], incident)


def test_an_incident_that_a_person_begins_is_a_response_by_hand(
    response: Response, plan: str
) -> None:
    started = response.client("ssm-incidents").start_incident(responsePlanArn=plan, title="Odd")
    response.wait(60)
    run = last_run(response)
    assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_by_hand")
    response.signal(run, "Resume")
    response.wait(30)
    assert incident_of(response, started["incidentRecordArn"])["status"] == "RESOLVED"


def test_what_security_hub_is_about_to_engage_waits_and_the_plans_run_gives_its_incident(
    response: Response, network: Network, plan: str
) -> None:
    before = open_incidents(response)
    arn = response.filed(network, response.real(network))
    found = arn.split("/")[-1]
    run = response.asks(network, arn)
    assert run.status == "Waiting"
    assert response.stages(found) == ["asked"]
    assert open_incidents(response) == before
    incident = begin(response, plan, hub_event(arn))
    assert last_run(response).step("triage_read").outputs["Verdict"] == "joined"
    assert response.item(found)["incident"] == incident
    assert "Account" not in incident_of(response, incident)["summary"]
    assert "The pipeline" in incident_of(response, incident)["summary"]
    response.signal(run, "Reject")
    response.wait(60)
    assert incident_of(response, incident)["status"] == "RESOLVED"


def test_a_brake_begins_an_incident_at_once_and_the_run_of_its_plan_joins(
    response: Response,
) -> None:
    before = open_incidents(response)
    run = response.start(
        settle=60,
        Stage="braked",
        Account=ACCOUNT,
        Region=REGION,
        Route="compromised-instance",
        FindingId="f-over-the-cap",
    )
    assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_by_hand")
    [incident] = [each for each in open_incidents(response) if each not in before]
    thread = f"brake-{ACCOUNT}-compromised-instance"
    assert response.item(thread)["incident"] == incident
    assert last_run(response) is not run
    assert last_run(response).step("triage_read").outputs["Verdict"] == "joined"
    assert response.stages("f-over-the-cap") == ["engaged", "paged"]


def test_where_security_hub_stays_silent_escalate_begins_the_incident_once(
    response: Response, network: Network
) -> None:
    before = open_incidents(response)
    arn = response.filed(network, response.real(network))
    found = arn.split("/")[-1]
    response.asks(network, arn)
    response.escalate()
    assert response.item(found)["incident"] == ""
    response.wait(600)
    response.escalate()
    response.wait(60)
    response.escalate()
    [incident] = [each for each in open_incidents(response) if each not in before]
    assert response.item(found)["incident"] == incident
    assert response.stages(found).count("engaged") == 1
    assert last_run(response).step("triage_read").outputs["Verdict"] == "joined"


def test_who_has_acknowledged_a_page_is_recorded_once(
    response: Response, network: Network, plan: str
) -> None:
    arn = response.filed(network, response.real(network))
    found = arn.split("/")[-1]
    response.asks(network, arn)
    begin(response, plan, hub_event(arn))
    response.escalate()
    assert "acknowledged" not in response.stages(found)
    answers(response.organization, "page-answer")
    response.escalate()
    response.escalate()
    told = [each for each in response.told() if each["finding_id"] == found]
    [acknowledged] = [each for each in told if each["stage"] == "acknowledged"]
    assert acknowledged["who"].endswith(":contact/anna")
