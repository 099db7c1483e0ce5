"""Which actions and resources calls to Incident Manager and its contacts ask for."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.emulator.actions import needs
from tests.actors import acting, allow, iam_acts
from tests.automated import refused
from tests.emulated import REGION
from tests.engaged import code_of, engage, incidents, person, plan, start
from tests.routed import Start
from tests.test_actions import ACCOUNT, call

PLAN = f"arn:aws:ssm-incidents::{ACCOUNT}:response-plan/team"
RECORD = f"arn:aws:ssm-incidents::{ACCOUNT}:incident-record/team/1"
CONTACTS = f"arn:aws:ssm-contacts:{REGION}:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/starter"
ACTIONS = [{"ssmAutomation": {"roleArn": ROLE, "documentName": "d"}}]
STAGE = {"Targets": [{"ContactTargetInfo": {"ContactId": "arn:anna", "IsEssential": True}}]}


def asked(service: str, operation: str, **params: Any) -> list[str]:
    one = call(f"{service}:{operation}", **params)
    return [f"{need.action.rpartition(':')[2]} {need.resource}" for need in needs(one)]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("StartIncident", {"responsePlanArn": PLAN}, [PLAN]),
        ("GetIncidentRecord", {"arn": RECORD}, [RECORD]),
        ("UpdateIncidentRecord", {"arn": RECORD}, [RECORD]),
        ("ListIncidentRecords", {}, ["*"]),
        ("ListTimelineEvents", {"incidentRecordArn": RECORD}, [RECORD]),
        ("GetTimelineEvent", {"incidentRecordArn": RECORD, "eventId": "1"}, [RECORD]),
        ("CreateTimelineEvent", {"incidentRecordArn": RECORD}, [RECORD]),
        ("ListRelatedItems", {"incidentRecordArn": RECORD}, [RECORD]),
        ("UpdateRelatedItems", {"incidentRecordArn": RECORD}, [RECORD]),
        ("CreateReplicationSet", {"regions": {}}, ["*"]),
        ("CreateResponsePlan", {"name": "team", "actions": ACTIONS}, [PLAN, f"PassRole {ROLE}"]),
        ("UpdateResponsePlan", {"arn": PLAN, "actions": ACTIONS}, [PLAN, f"PassRole {ROLE}"]),
        ("TagResource", {"resourceArn": PLAN, "tags": {"a": "b"}}, [PLAN]),
    ],
)
def test_incident_manager_asks_about_the_plan_or_the_record(
    operation: str, params: dict[str, Any], expected: list[str]
) -> None:
    found = asked("ssm-incidents", operation, **params)
    assert [text.removeprefix(f"{operation} ") for text in found] == expected


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("StartEngagement", {"ContactId": f"{CONTACTS}:contact/anna"}, ["contact/anna"]),
        ("ListEngagements", {}, ["*"]),
        ("DescribeEngagement", {"EngagementId": f"{CONTACTS}:engagement/a/1"}, ["engagement/a/1"]),
        (
            "ListPagesByEngagement",
            {"EngagementId": f"{CONTACTS}:engagement/a/1"},
            ["engagement/a/1"],
        ),
        ("AcceptPage", {"PageId": f"{CONTACTS}:page/a/1", "AcceptCode": "1"}, ["page/a/1"]),
        (
            "CreateContact",
            {"Alias": "team", "Plan": {"Stages": [STAGE]}},
            ["contact/team", "AssociateContact arn:anna"],
        ),
        (
            "CreateRotation",
            {"Name": "team", "ContactIds": ["arn:anna"]},
            ["*", "AssociateContact arn:anna"],
        ),
        ("CreateContactChannel", {"ContactId": f"{CONTACTS}:contact/anna"}, ["contact/anna"]),
    ],
)
def test_contacts_ask_about_whom_a_call_names(
    operation: str, params: dict[str, Any], expected: list[str]
) -> None:
    found = asked("ssm-contacts", operation, **params)
    short = [text.removeprefix(f"{operation} ").replace(f"{CONTACTS}:", "") for text in found]
    assert short == expected


def test_who_may_see_one_plans_incidents_sees_no_other(emulator: Start) -> None:
    running = emulator()
    mine, other = start(running, plan(running)), start(running, plan(running, name="other"))
    statement = allow("ssm-incidents:GetIncidentRecord", RECORD.replace("/1", "/*"))
    reader = acting(running, statement).client("ssm-incidents", REGION)
    iam_acts(running)
    assert reader.get_incident_record(arn=mine)["incidentRecord"]["arn"] == mine
    with refused("AccessDeniedException", "ssm-incidents:GetIncidentRecord"):
        reader.get_incident_record(arn=other)


def test_who_may_not_pass_a_role_makes_no_plan_with_it(emulator: Start) -> None:
    running = emulator()
    incidents(running)
    maker = acting(running, allow("ssm-incidents:*")).client("ssm-incidents", REGION)
    iam_acts(running)
    template = {"title": "x", "impact": 1}
    with refused("AccessDeniedException", "iam:PassRole"):
        maker.create_response_plan(name="team", incidentTemplate=template, actions=ACTIONS)
    maker.create_response_plan(name="team", incidentTemplate=template)


def test_a_page_is_accepted_only_by_who_may(emulator: Start) -> None:
    running = emulator()
    engagement = engage(running, person(running, "anna"))
    code = code_of(running)
    allowed = allow(["ssm-contacts:ListPagesByEngagement"], f"{CONTACTS}:engagement/anna/*")
    reader = acting(running, allowed).client("ssm-contacts", REGION)
    iam_acts(running)
    [page] = reader.list_pages_by_engagement(EngagementId=engagement)["Pages"]
    with refused("AccessDeniedException", "ssm-contacts:AcceptPage"):
        reader.accept_page(PageId=page["PageArn"], AcceptType="READ", AcceptCode=code)
