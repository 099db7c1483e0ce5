"""What a member's stages can say to the response, and about whose findings."""

from __future__ import annotations

import json

import pytest

from names import LOG_GROUP, RUNBOOK_EVENTS
from operations.victims import Network
from tests.organization import Deployed
from tests.responding import Response, response_at
from tests.sabotage import ACCOUNT, REGION


@pytest.fixture
def response(organization: Deployed) -> Response:
    return response_at(organization, ACCOUNT, REGION).deploy()


@pytest.mark.parametrize("by", ["its ARN", "its id alone", "a record of the ledger"])
def test_a_stage_about_another_accounts_finding_is_the_word_of_the_account_that_said_it(
    response: Response, network: Network, by: str
) -> None:
    arn = response.filed(network, network.add_instance())
    response.wait(300)
    found, liar = arn.split("/")[-1], "444444444444"
    said = {"FindingArn": arn} if by == "its ARN" else {}
    if by == "a record of the ledger":
        at = response.organization.ground.now().isoformat()
        _record(response, liar, finding_id=found, finding_arn=arn, stage="failed", at=at)
    false = response.start(
        Stage="failed", Account=liar, Region=REGION, FindingId=found, settle=60, **said
    )
    assert (false.status, false.steps[-1].name) == ("Waiting", "mitigate_by_hand"), [
        (s.name, s.failure) for s in false.steps
    ]
    assert response.item(found) == {}, "the finding's own response would join this one"
    about = json.loads(response.item(f"{liar}-{found}")["about"])
    assert (about["account"], about["finding_arn"]) == (liar, "")
    response.wait(120)
    assert response.in_hub(arn)["Workflow"]["Status"] == "NEW"
    true = response.asks(network, arn)
    assert true.status == "Waiting"
    assert response.item(found)["holder"] == true.id


def test_a_stage_about_a_finding_of_its_own_account_is_about_that_finding(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    found = arn.split("/")[-1]
    response.wait(300)
    response.start(Stage="failed", Account=ACCOUNT, Region=REGION, FindingArn=arn, settle=60)
    assert json.loads(response.item(found)["about"])["finding_arn"] == arn
    response.wait(120)
    assert response.in_hub(arn)["Workflow"]["Status"] == "NOTIFIED"


def test_a_record_without_a_time_keeps_nobody_from_being_engaged(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    _record(response, ACCOUNT, finding_id=arn.split("/")[-1], stage="failed")
    run = response.asks(network, arn)
    assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_ask"), [
        (s.name, s.failure) for s in run.steps
    ]


def _record(response: Response, account: str, **detail: str) -> None:
    """What a member reported, as the central bus put it into the ledger."""
    logs, stream = response.client("logs"), f"from-{account}"
    known = logs.describe_log_streams(logGroupName=LOG_GROUP)["logStreams"]
    if stream not in [each["logStreamName"] for each in known]:
        logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
    envelope = {"source": RUNBOOK_EVENTS, "account": account, "detail-type": "Runbook Stage"}
    event = {**envelope, "detail": {"execution_id": "run-1", **detail}}
    at = int(response.organization.ground.now().timestamp() * 1000)
    logs.put_log_events(
        logGroupName=LOG_GROUP,
        logStreamName=stream,
        logEvents=[{"timestamp": at, "message": json.dumps(event)}],
    )
