"""Preflight and the chat channel: none, one that does not listen, one that may do too much."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from names import CHAT_ROLE, Place
from operations.channel import NONE, chat
from operations.doubts import Client
from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow, iam_acts
from tests.chatting import (
    ARN,
    TEAMS,
    admitting_chat,
    created,
    desired,
    guardrail,
    may_publish,
    role,
)
from tests.chatting import channel as listening
from tests.emulated import REGION, TAX, client
from tests.topical import Start, topic, topic_arn

PLACE = Place(partition="aws", account=TAX, region=REGION)
TOPIC = topic_arn("notices")
SAFE: dict[str, Any] = {"GuardrailPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
DEFAULT = "the guardrail of the channel is AdministratorAccess, the default"


@pytest.fixture
def running(emulator: Start) -> Emulator:
    return emulator()


def as_deployer(running: Emulator) -> Client:
    def make(service: str, region: str = REGION) -> Any:
        return client(running, TAX, service, region)

    return make


def doubted(running: Emulator) -> tuple[list[str], list[str]]:
    """What is doubted of the channels on the topic, and the notes."""
    doubts, notes = chat(as_deployer(running), PLACE, TOPIC)
    assert not any(doubt.grave for doubt in doubts)
    return [doubt.what for doubt in doubts], notes


def test_a_channel_with_a_guardrail_and_roles_of_its_people_is_in_order(running: Emulator) -> None:
    listening(running, **SAFE)
    assert doubted(running) == ([], [])


def test_where_no_channel_is_wanted_that_is_told_and_no_doubt(running: Emulator) -> None:
    assert doubted(running) == ([], [NONE])


def test_a_channel_that_is_declared_and_not_there_is_a_doubt_with_a_remedy(
    running: Emulator,
) -> None:
    role(running, CHAT_ROLE)
    [doubt], notes = chat(as_deployer(running), PLACE, TOPIC)
    assert (doubt.what, notes) == ("the channel is declared and not there", [])
    assert doubt.remedy.startswith("authorise the workspace in the console")


def test_the_default_guardrail_is_a_doubt_also_beside_another(running: Emulator) -> None:
    arn = listening(running)
    assert doubted(running) == ([DEFAULT], [])
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    other = {"ConfigurationName": "more", "SnsTopicArns": [arn], "UserRoleRequired": True}
    trusted = role(running, "more", trusting=admitting_chat(ARN.replace("people", "more")))
    both = {"GuardrailPolicies": [*SAFE["GuardrailPolicies"], administrator]}
    state = desired(running, IamRoleArn=trusted, **other, **both)
    assert created(running, "AWS::Chatbot::SlackChannelConfiguration", state)["Identifier"]
    assert doubted(running) == ([DEFAULT, DEFAULT], [])


def test_a_policy_of_our_own_that_is_called_like_the_default_is_not_it(running: Emulator) -> None:
    own = guardrail(running, may_publish("*"), name="AdministratorAccess")
    listening(running, GuardrailPolicies=[own])
    assert doubted(running) == ([], [])


def test_a_channel_whose_people_need_no_role_is_a_doubt(running: Emulator) -> None:
    listening(running, UserRoleRequired=False, **SAFE)
    [what], _ = doubted(running)
    assert what.endswith("no approval has a name")


def test_a_channel_of_others_is_not_ours_to_doubt(running: Emulator) -> None:
    arn = topic(running, name="others")
    state = desired(running, SnsTopicArns=[arn], UserRoleRequired=False)
    assert created(running, "AWS::Chatbot::SlackChannelConfiguration", state)["Identifier"]
    assert doubted(running) == ([], [NONE])


def test_a_channel_of_our_name_that_does_not_listen_is_a_doubt(running: Emulator) -> None:
    trusted = role(running, "ours", trusting=admitting_chat(ARN.replace("people", "containment")))
    state = desired(running, ConfigurationName="containment", IamRoleArn=trusted, **SAFE)
    assert created(running, "AWS::Chatbot::SlackChannelConfiguration", state)["Identifier"]
    assert doubted(running) == (["the channel does not listen to the topic"], [])


def test_a_channel_in_teams_is_doubted_likewise(running: Emulator) -> None:
    team = "6f3c1d3e-0000-4000-8000-000000000001"
    running.world.chat.workspaces.add(team)
    state = {
        "ConfigurationName": "people",
        "TeamId": team,
        "TeamsTenantId": "6f3c1d3e-0000-4000-8000-000000000002",
        "TeamsChannelId": "19%3Aab%40thread.tacv2",
        "IamRoleArn": role(
            running,
            "channel",
            trusting=admitting_chat(ARN.replace("slack-channel", "microsoft-teams-channel")),
        ),
        "SnsTopicArns": [topic(running, name="notices")],
    }
    assert created(running, TEAMS, state)["Identifier"]
    (first, second), _ = doubted(running)
    assert first == DEFAULT
    assert second.endswith("no approval has a name")


def restricted(running: Emulator, statement: dict[str, Any]) -> Client:
    """Clients of somebody who may do only this."""
    session = acting(running, statement)
    iam_acts(running)

    def make(service: str, region: str = REGION) -> Any:
        return session.client(service, region)

    return make


def test_regions_that_may_not_be_asked_are_told_and_the_others_asked(running: Emulator) -> None:
    listening(running)
    here = allow("*", Condition={"StringEquals": {"aws:RequestedRegion": REGION}})
    [doubt], notes = chat(restricted(running, here), PLACE, TOPIC)
    assert doubt.what == DEFAULT
    assert notes == ["Chat could not be asked for in us-east-2, us-west-2, ap-southeast-1."]


def test_whoever_may_ask_nowhere_is_not_told_that_there_is_no_chat(running: Emulator) -> None:
    listening(running)
    with pytest.raises(ClientError, match="AccessDenied"):
        chat(restricted(running, allow("iam:*")), PLACE, TOPIC)


def test_in_another_partition_there_is_no_chat(running: Emulator) -> None:
    elsewhere = Place(partition="aws-us-gov", account=TAX, region="us-gov-west-1")
    assert chat(as_deployer(running), elsewhere, TOPIC) == ([], [NONE])
