"""Escalate: the next person, until somebody acknowledges; said once; nothing dies unheard."""

from __future__ import annotations

import pytest

from operations.victims import Network
from runbooks.respond_to_incident.escalating import REMINDERS
from tests.organization import Deployed
from tests.responding import Response, response_at
from tests.sabotage import ACCOUNT, REGION


@pytest.fixture
def response(organization: Deployed) -> Response:
    made = response_at(organization, ACCOUNT, REGION).deploy()
    # What tests before left open is not this one's.
    for key in open_keys(made):
        made.client("dynamodb").delete_item(TableName="containment-state", Key={"id": {"S": key}})
    return made


def open_keys(response: Response) -> list[str]:
    items = response.client("dynamodb").scan(TableName="containment-state")["Items"]
    return [each["id"]["S"] for each in items if each["id"]["S"].startswith("people#")]


def test_the_next_is_paged_after_the_wait_then_the_team_and_reminders_end(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    response.asks(network, arn)
    response.chat()
    response.escalate()
    assert response.chat() == []  # five minutes have not passed
    paged = []
    for _ in range(REMINDERS + 4):
        response.wait(300)
        assert response.escalate().status == "Success"
        paged += [each["to"] for each in response.chat() if "OpsItem" in str(each["told"])]
    team = '["anna", "cora", "ben"]'
    assert paged == ['["cora"]', team, *[team] * REMINDERS]


def test_whoever_takes_the_ops_item_is_recorded_once_and_nobody_else_is_paged(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    found = arn.split("/")[-1]
    run = response.asks(network, arn)
    response.chat()
    response.client("ssm").update_ops_item(
        OpsItemId=response.item(found)["incident"], Status="InProgress"
    )
    for _ in range(3):
        response.wait(300)
        response.escalate()
    assert response.chat() == []
    told = [each for each in response.told() if each["finding_id"] == found]
    [acknowledged] = [each for each in told if each["stage"] == "acknowledged"]
    assert "OrganizationAccountAccessRole" in acknowledged["who"]
    assert acknowledged["execution_id"] == run.id


def test_two_looks_at_once_page_once(response: Response, network: Network) -> None:
    arn = response.filed(network, network.add_instance())
    response.asks(network, arn)
    response.chat()
    response.wait(300)
    ssm = response.client("ssm")
    for _ in range(2):
        ssm.start_automation_execution(DocumentName="containment-respond-to-incident-escalate")
        response.wait(1)
    response.wait(30)
    assert len(response.chat()) == 1


def test_a_response_that_stopped_is_told_once_and_closed_when_a_person_resolves_it(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    found = arn.split("/")[-1]
    run = response.asks(network, arn)
    response.chat()
    response.client("ssm").stop_automation_execution(AutomationExecutionId=run.id, Type="Cancel")
    response.wait(10)
    response.escalate()
    response.escalate()
    [told] = response.chat()
    assert told["told"]["content"]["title"] == "[drill] A response has stopped"
    assert response.stages(found).count("failed") == 1
    response.client("ssm").update_ops_item(
        OpsItemId=response.item(found)["incident"], Status="Resolved"
    )
    response.escalate()
    assert response.item(found)["stage"] == "closed"
    assert response.stages(found)[-1] == "closed"


def test_one_that_cannot_be_looked_at_keeps_no_other_from_it(
    response: Response, network: Network
) -> None:
    broken = {"id": "people#broken", "stage": "open", "holder": "x", "about": "{"}
    response.client("dynamodb").put_item(
        TableName="containment-state", Item={name: {"S": value} for name, value in broken.items()}
    )
    arn = response.filed(network, network.add_instance())
    response.asks(network, arn)
    response.chat()
    response.wait(300)
    look = response.escalate()
    assert look.status == "Failed"
    assert "people#broken" in str(look.steps[-1].failure)
    assert [each["to"] for each in response.chat()] == ['["cora"]']
