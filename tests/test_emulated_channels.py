"""Channels: what has to be there before one is made, and what becomes of it afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.actors import acting, allow, iam_acts
from tests.chatting import (
    ARN,
    SLACK,
    TEAMS,
    admitting_chat,
    channel,
    created,
    custom,
    desired,
    heard,
    role,
)
from tests.emulated import LAND_REGISTRY, REGION, TAX, client
from tests.topical import Start, topic, topic_arn


def test_a_workspace_must_be_authorised_by_hand_before(emulator: Start) -> None:
    running = emulator()
    iam_role = role(running, "channel")
    event = created(running, SLACK, desired(running, IamRoleArn=iam_role, SlackWorkspaceId="T0X"))
    assert (event["OperationStatus"], event["ErrorCode"]) == ("FAILED", "InvalidRequest")
    assert "SlackWorkspaceId T0X" in event["StatusMessage"]
    running.world.chat.workspaces.add("T0X")
    state = desired(running, IamRoleArn=iam_role, SlackWorkspaceId="T0X")
    assert created(running, SLACK, state)["OperationStatus"] == "SUCCESS"


def test_a_teams_channel_is_made_likewise(emulator: Start) -> None:
    running = emulator()
    team = "6f3c1d3e-0000-4000-8000-000000000001"
    arn = ARN.replace("slack-channel", "microsoft-teams-channel")
    state = {
        "ConfigurationName": "people",
        "TeamId": team,
        "TeamsTenantId": "6f3c1d3e-0000-4000-8000-000000000002",
        "TeamsChannelId": "19%3Aab%40thread.tacv2",
        "IamRoleArn": role(running, "channel", trusting=admitting_chat(arn)),
        "SnsTopicArns": [topic(running)],
    }
    assert team in created(running, TEAMS, state)["StatusMessage"]
    running.world.chat.workspaces.add(team)
    assert created(running, TEAMS, state)["Identifier"] == arn
    client(running, TAX, "sns").publish(TopicArn=topic_arn(), Message=custom())
    assert heard(running)[-1]["shown"] is True


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_channels_are_made_in_four_regions_only(emulator: Start, region: str) -> None:
    running = emulator()
    state = desired(running)
    with pytest.raises(ClientError, match="TypeNotFoundException"):
        created(running, SLACK, state, region)
    for number, there in enumerate(("us-east-2", "us-west-2", "ap-southeast-1", "eu-west-1")):
        arn = ARN + str(number)
        iam_role = role(running, f"channel{number}", trusting=admitting_chat(arn))
        named = {"ConfigurationName": f"people{number}", "IamRoleArn": iam_role}
        assert created(running, SLACK, state | named, there)["OperationStatus"] == "SUCCESS"


def test_a_channels_role_must_let_chat_in_under_the_channels_arn(emulator: Start) -> None:
    running = emulator()
    for number, source in enumerate((ARN + "s", ARN.replace(TAX, LAND_REGISTRY))):
        iam_role = role(running, f"channel{number}", trusting=admitting_chat(source))
        event = created(running, SLACK, desired(running, IamRoleArn=iam_role))
        assert "is not authorized to perform: sts:AssumeRole" in event["StatusMessage"]
    for gone in (f"arn:aws:iam::{TAX}:role/gone", f"arn:aws:iam::{LAND_REGISTRY}:role/x"):
        event = created(running, SLACK, desired(running, IamRoleArn=gone))
        assert (event["OperationStatus"], event["ErrorCode"]) == ("FAILED", "AccessDenied")


@pytest.mark.parametrize(
    "missing",
    [
        {"GuardrailPolicies": [f"arn:aws:iam::{TAX}:policy/gone"]},
        {"GuardrailPolicies": ["arn:aws:iam::aws:policy/MadeUpAccess"]},
        {"CustomizationResourceArns": [f"arn:aws:chatbot::{TAX}:custom-action/gone"]},
        {"SnsTopicArns": [topic_arn("gone")]},
    ],
)
def test_what_a_channel_refers_to_must_be_there(emulator: Start, missing: dict[str, Any]) -> None:
    running = emulator()
    event = created(running, SLACK, desired(running, **missing))
    assert (event["OperationStatus"], event["ErrorCode"]) == ("FAILED", "InvalidRequest")
    assert next(iter(missing.values()))[0] in event["StatusMessage"]


def test_a_channel_without_guardrails_shows_which_it_has(emulator: Start) -> None:
    running = emulator()
    channel(running)
    cloud = client(running, TAX, "cloudcontrol")
    found = cloud.get_resource(TypeName=SLACK, Identifier=ARN)["ResourceDescription"]
    held = json.loads(found["Properties"])
    assert held["GuardrailPolicies"] == ["arn:aws:iam::aws:policy/AdministratorAccess"]
    [one] = client(running, TAX, "sns").list_subscriptions()["Subscriptions"]
    assert (one["Protocol"], one["TopicArn"]) == ("https", topic_arn("notices"))


def test_who_asks_needs_chatbots_permissions_and_may_hand_over_the_role(emulator: Start) -> None:
    running = emulator()
    state = desired(running)
    asks = allow(["cloudformation:CreateResource", "cloudformation:GetResourceRequestStatus"])
    makes = allow("chatbot:CreateSlackChannelConfiguration")
    passes = allow("iam:PassRole", state["IamRoleArn"])
    for number, (statements, said) in enumerate(
        (
            ((asks,), "chatbot:CreateSlackChannelConfiguration"),
            ((asks, makes), "iam:PassRole"),
            ((asks, makes, passes), None),
        )
    ):
        session = acting(running, *statements, name=f"maker{number}")
        iam_acts(running)
        cloud = session.client("cloudcontrol", REGION)
        asked = cloud.create_resource(TypeName=SLACK, DesiredState=json.dumps(state))
        event = cloud.get_resource_request_status(
            RequestToken=asked["ProgressEvent"]["RequestToken"]
        )["ProgressEvent"]
        assert event.get("ErrorCode") == ("AccessDenied" if said else None)
        assert (said or "") in event.get("StatusMessage", "")


def test_a_channel_that_leaves_its_topic_hears_nothing_more(emulator: Start) -> None:
    running = emulator()
    arn = channel(running)
    cloud, sns = client(running, TAX, "cloudcontrol"), client(running, TAX, "sns")
    sns.publish(TopicArn=arn, Message=custom())
    patch = [{"op": "remove", "path": "/SnsTopicArns"}]
    cloud.update_resource(TypeName=SLACK, Identifier=ARN, PatchDocument=json.dumps(patch))
    sns.publish(TopicArn=arn, Message=custom())
    assert len(heard(running)) == 1
    assert sns.list_subscriptions()["Subscriptions"] == []
    cloud.delete_resource(TypeName=SLACK, Identifier=ARN)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        cloud.get_resource(TypeName=SLACK, Identifier=ARN)


def test_a_name_and_a_workspace_cannot_be_changed(emulator: Start) -> None:
    running = emulator()
    channel(running)
    cloud = client(running, TAX, "cloudcontrol")
    patch = [{"op": "replace", "path": "/SlackWorkspaceId", "value": "T0OTHER"}]
    with pytest.raises(ClientError, match="NotUpdatableException"):
        cloud.update_resource(TypeName=SLACK, Identifier=ARN, PatchDocument=json.dumps(patch))
    for broken in ([{"op": "remove", "path": "/MadeUp"}], [{"op": "swap", "path": "/x"}]):
        with pytest.raises(ClientError, match="ValidationException"):
            cloud.update_resource(TypeName=SLACK, Identifier=ARN, PatchDocument=json.dumps(broken))
