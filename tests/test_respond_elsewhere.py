"""The response in the security account answers for a member in another region."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from names import CENTRAL_BUS, LOCAL_BUS
from operations.expectations import isolated, untouched
from tests.organization import Deployed, deployed
from tests.responding import Response, response_at

SECURITY, HOME = "222222222222", "eu-west-1"
TAX, LAND, REGION = "333333333333", "444444444444", "eu-central-1"


@pytest.fixture(scope="module")
def dev() -> Iterator[Deployed]:
    with deployed() as running:
        yield running


@pytest.fixture
def response(dev: Deployed) -> Response:
    return response_at(dev, SECURITY, HOME).deploy()


def test_a_member_is_isolated_and_released_by_its_own_documents(
    dev: Deployed, response: Response
) -> None:
    with dev.network("tax", REGION) as network:
        target = response.real(network)
        arn = response.filed(network, target)
        found = arn.split("/")[-1]
        run = response.asks(network, arn)
        assert run.status == "Waiting", [(s.name, s.failure) for s in run.steps]
        untouched(network, target)
        response.signal(run)
        response.wait(300)
        isolated(network, target)
        records = dev.records(found)
        assert {each.account for each in records} == {TAX}
        assert "contained" in [each.stage for each in records]
        response.signal(run)
        response.wait(300)
        assert run.status == "Success", [(s.name, s.failure) for s in run.steps]
        untouched(network, target)
    asked = next(each for each in response.told() if each["stage"] == "asked")
    assert (asked["account"], asked["region"]) == (TAX, REGION)


def test_another_accounts_word_about_the_finding_is_not_believed(
    dev: Deployed, response: Response
) -> None:
    with dev.network("tax", REGION) as network:
        arn = response.filed(network, response.real(network))
        lie = {"stage": "contained", "finding_id": arn.split("/")[-1], "action": "Contain"}
        entry = {
            "Source": "containment.runbook",
            "DetailType": "Containment Stage",
            "Detail": json.dumps({**lie, "at": dev.ground.now().isoformat()}),
            "EventBusName": LOCAL_BUS,
        }
        dev.ground.client(LAND, "events", REGION).put_events(Entries=[entry])
        dev.settle(10)
        run = response.asks(network, arn)
        assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_ask")


def test_what_the_response_says_is_on_the_central_bus_by_the_security_account(
    response: Response,
) -> None:
    response.start(Route="reconnaissance")
    logs = response.client("logs").filter_log_events(logGroupName="/containment/ledger")["events"]
    last = json.loads(logs[-1]["message"])
    assert (last["source"], last["account"]) == ("containment.response", SECURITY)
    assert CENTRAL_BUS == "containment-ledger"
