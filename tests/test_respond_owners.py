"""Whose a resource is: the page says it, and where nobody says whose, the default team answers."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from names import Place
from operations.victims import Network
from tests.decided import people
from tests.organization import Deployed
from tests.responding import Response, response_at
from tests.sabotage import ACCOUNT, REGION

NO_OWNER = "no owner tag: the team security answers"


@pytest.fixture
def response(organization: Deployed) -> Response:
    """Two teams; only what is suspicious is the second's."""
    home = Place(partition="aws", account=ACCOUNT, region=REGION)
    teams = people(home)["Teams"]
    platform = copy.deepcopy(teams["security"])
    platform["OnCall"]["Members"], platform["Backups"] = ["dora"], []
    return response_at(
        organization,
        ACCOUNT,
        REGION,
        Teams={**teams, "platform": platform},
        Routes={"suspicious-activity": "platform"},
    ).deploy()


def asked(response: Response, network: Network, *tags: tuple[str, str]) -> tuple[str, set[str]]:
    """What the page says about an instance with such tags, and who was called."""
    target = response.real(network)
    if tags:
        named: list[Any] = [{"Key": key, "Value": value} for key, value in tags]
        network.ec2.create_tags(Resources=[target.instance], Tags=named)
    response.asks(network, response.filed(network, target))
    told = response.messages()
    called = {each["to"] for each in told if each["to"]}
    pages = [each["told"]["content"]["description"] for each in told if "content" in each["told"]]
    return next(page for page in pages if "It is running" in page), called


def test_without_owner_tags_the_page_says_so_and_the_default_team_is_called(
    response: Response, network: Network
) -> None:
    page, called = asked(response, network)
    assert NO_OWNER in page
    assert len(called) == 1
    assert called <= {'["anna"]', '["ben"]'}  # whoever of the first team is on call


@pytest.mark.parametrize("key", ["owner", "Owner", "TEAM", "contact", "Service"])
def test_a_tag_that_says_whose_it_is_stands_on_the_page(
    response: Response, network: Network, key: str
) -> None:
    page, _ = asked(response, network, (key, "tax-platform"))
    assert f"{key.lower()} `tax-platform`" in page
    assert "no owner tag" not in page


def test_tags_that_say_something_else_are_no_owner(response: Response, network: Network) -> None:
    page, _ = asked(response, network, ("Name", "web"), ("owners", "x"), ("cost-center", "1"))
    assert NO_OWNER in page
    assert "named `web`" in page


@pytest.mark.parametrize(("tag", "owned"), [("owner", "yes"), ("owners", "no")])
def test_the_ledger_says_at_the_end_whether_anybody_said_whose_it_is(
    response: Response, network: Network, tag: str, owned: str
) -> None:
    target = response.real(network)
    named: list[Any] = [{"Key": tag, "Value": "tax-platform"}]
    network.ec2.create_tags(Resources=[target.instance], Tags=named)
    run = response.asks(network, response.filed(network, target))
    response.signal(run, "Reject")
    response.wait(60)
    closed = [each for each in response.told() if each["stage"] == "closed"][-1]
    assert closed["owned"] == owned
