"""A person decides: approved, refused, asked twice without an answer; on the emulator."""

from __future__ import annotations

import pytest

from operations.expectations import isolated, untouched
from operations.victims import Network
from tests.decided import MINUTES
from tests.organization import Deployed
from tests.responding import Response, response_at
from tests.sabotage import ACCOUNT, REGION


@pytest.fixture
def response(organization: Deployed) -> Response:
    return response_at(organization, ACCOUNT, REGION).deploy()


def test_an_approval_isolates_and_the_release_is_offered(
    response: Response, network: Network
) -> None:
    target = response.real(network)
    arn = response.filed(network, target)
    found = arn.split("/")[-1]
    run = response.asks(network, arn)
    assert run.status == "Waiting", [(s.name, s.status, s.failure) for s in run.steps]
    untouched(network, target)
    assert response.stages(found) == ["engaged", "paged", "asked"]
    page, context, question = response.chat()
    assert page["to"] == '["anna"]'
    assert question["told"]["metadata"]["additionalContext"] == {"ExecutionId": run.id}
    assert {each["told"]["metadata"]["threadId"] for each in (page, context, question)} == {arn}
    response.signal(run)
    response.wait(300)
    isolated(network, target)
    assert response.stages(found)[3:] == ["approved", "offered", "answered"]
    assert run.status == "Waiting"
    response.signal(run, person="ben")
    response.wait(300)
    assert run.status == "Success", [(s.name, s.status, s.failure) for s in run.steps]
    untouched(network, target)
    assert response.stages(found)[-1] == "closed"
    assert response.item(found)["stage"] == "closed"
    approved = next(each for each in response.told() if each["stage"] == "approved")
    assert approved["who"].endswith("assumed-role/containment-approver/anna")


def test_a_drill_that_was_approved_is_closed_without_an_offer(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    run = response.asks(network, arn)
    response.signal(run)
    response.wait(300)
    assert run.status == "Success"
    assert response.stages(arn.split("/")[-1])[3:] == ["approved", "answered", "closed"]


def test_a_refusal_ends_it_and_says_who(response: Response, network: Network) -> None:
    target = network.add_instance()
    arn = response.filed(network, target)
    run = response.asks(network, arn)
    response.signal(run, "Reject")
    response.wait(60)
    assert run.status == "Success"
    untouched(network, target)
    assert response.stages(arn.split("/")[-1])[3:] == ["refused", "closed"]


def test_without_an_answer_the_next_people_are_asked_once_and_then_it_is_for_people_by_hand(
    response: Response, network: Network
) -> None:
    target = network.add_instance()
    arn = response.filed(network, target)
    found = arn.split("/")[-1]
    run = response.asks(network, arn)
    response.chat()
    response.wait(MINUTES * 60)
    [again] = response.chat()
    assert again["to"] == '["cora"]'
    assert response.stages(found)[3:] == ["paged", "asked"]
    response.wait(MINUTES * 60)
    [given_up] = response.chat()
    assert given_up["to"] == '["anna", "cora", "ben"]'
    assert response.stages(found)[5:] == ["not-contained"]
    untouched(network, target)
    assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_by_hand")
    response.signal(run, "Resume")
    response.wait(60)
    assert run.status == "Success"
    assert response.stages(found)[-1] == "closed"


def test_escalate_tells_for_how_long_the_oldest_question_has_waited(
    response: Response, network: Network
) -> None:
    def waiting() -> tuple[int, int]:
        response.escalate()
        said = response.told("Response Heartbeat")[-1]
        return said["waiting"], said["oldest_s"]

    assert waiting() == (0, 0)
    runs = []
    for _ in range(2):
        arn = response.filed(network, response.real(network))
        runs.append(response.asks(network, arn))
        response.wait(600)
    number, oldest = waiting()
    assert number == 2
    assert 1200 < oldest < 1800
    response.signal(runs[0], "Reject")
    response.wait(60)
    number, oldest = waiting()
    assert number == 1
    assert 600 < oldest < 1100
    response.signal(runs[1])
    response.wait(300)
    assert runs[1].status == "Waiting"  # it offers the release, which is no approval any more
    assert waiting() == (0, 0)
    response.signal(runs[1])
    response.wait(300)
