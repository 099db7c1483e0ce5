"""What people and other services do wrong, and what is answered to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from names import RESPOND
from rehearsal import mocks
from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from rehearsal.ground import RehearsedGround
from rehearsal.monitor import ProgramError
from rehearsal.stacks import organization_of, raw_settings
from tests.hubs import own
from tests.organization import CALLING, Changed, Deployed, deployed
from tests.sabotage import ACCOUNT, REGION
from tests.test_central_rules import imported
from tests.verbs import Verbs

PRODUCT = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default"
OTHER = "A finding of a product that no route knows"


@pytest.fixture
def unauthorised() -> Iterator[Deployed]:
    """An organisation in which nobody has authorised the stack's workspace."""
    organization = organization_of({**raw_settings("dev"), **CALLING})
    organization = replace(organization, workspaces=())
    with Emulator(VirtualClock(), organization=organization) as running:
        yield Deployed(emulator=running, ground=RehearsedGround(running.world, organization))


def test_a_workspace_that_is_not_authorised_fails_the_deployment_by_its_name(
    unauthorised: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, endpoint = Changed(settings=CALLING), unauthorised.emulator.endpoint
    with pytest.raises(ProgramError) as caught:
        mocks.deploy_with_mocks(endpoint, "dev", program=program)
    assert "SlackWorkspaceId T0CONTAIN1: authorize it in the console first" in str(caught.value)
    status, said = Verbs(unauthorised, monkeypatch)("preflight")
    assert status == 2  # nobody has entered a code either
    assert "the channel is declared and not there" in said
    assert "authorise the workspace in the console" in said


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """A single account whom Incident Manager calls."""
    with deployed(settings=CALLING, people=True) as made:
        yield made


def engaged(organization: Deployed) -> list[str]:
    """Incidents that are there, and runs of the response."""
    api = organization.ground.client(ACCOUNT, "ssm-incidents", REGION)
    runs = organization.emulator.world.automation.executions(ACCOUNT, REGION)
    return [
        *[each["arn"] for each in api.list_incident_records()["incidentRecordSummaries"]],
        *[run.id for run in runs if run.document.name == RESPOND],
    ]


def told(organization: Deployed, event: dict[str, Any]) -> list[str]:
    """What the chat shows of an event of Security Hub."""
    before = len(organization.ground.messages())
    organization.emulator.world.relay.publish(ACCOUNT, REGION, "default", event)
    organization.settle(60)
    return [message.title for message in organization.ground.messages()[before:]]


def event(**finding: Any) -> dict[str, Any]:
    """Security Hub's event, with the whole envelope."""
    told = imported("Strange:EC2/Thing", **finding)
    return {"version": "0", "id": "e1", "time": "2026-11-25T05:06:07Z", "resources": [], **told,
            "account": ACCOUNT, "region": REGION}  # fmt: skip


def test_a_finding_of_a_product_that_nobody_knows_is_shown_and_calls_nobody(
    organization: Deployed,
) -> None:
    before = len(organization.ground.messages())
    hub = organization.ground.client(ACCOUNT, "securityhub", REGION)
    answer = hub.batch_import_findings(Findings=[own(ACCOUNT, ProductArn=PRODUCT)])
    assert answer["FailedCount"] == 0
    organization.settle(600)
    [message] = organization.ground.messages()[before:]
    assert (message.title, message.shown) == (OTHER, True)
    assert "Nobody was called." in message.description
    assert PRODUCT in message.description
    assert engaged(organization) == []


def test_a_finding_of_aws_own_products_is_left_to_security_hub(organization: Deployed) -> None:
    inspector = "arn:aws:securityhub:eu-central-1::product/aws/inspector"
    assert told(organization, event(ProductArn=inspector)) == []
    assert engaged(organization) == []


def test_an_event_that_is_none_of_security_hubs_shapes_is_answered_by_nobody(
    organization: Deployed,
) -> None:
    assert told(organization, {**event(), "detail": {"findings": []}}) == []
    assert told(organization, {**event(), "detail": json.loads('{"findings": "none"}')}) == []
    assert engaged(organization) == []


def test_a_type_that_nobody_knows_of_guardduty_itself_engages_the_first_team(
    organization: Deployed,
) -> None:
    [shown, *_] = told(organization, event())
    assert shown != OTHER
    incident, *_ = engaged(organization)
    assert "containment-security" in incident
