"""Cloud Control: what may be made, what is refused at once, and what only the status tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.cloudcontrol import patches
from rehearsal.provider.table.cloudcontrol import RequestFailedError
from tests.actors import allow
from tests.chatting import (
    ACTION,
    ARN,
    SLACK,
    action,
    created,
    desired,
    guardrail,
)
from tests.emulated import LAND_REGISTRY, TAX, client
from tests.provided import Accounts
from tests.topical import Start

RESOURCE = "aws:cloudcontrol/resource:Resource"
COMMAND = {"CommandText": "sns list-topics --region eu-west-1"}


def test_a_request_is_accepted_first_and_its_token_tells_the_rest(emulator: Start) -> None:
    running = emulator()
    cloud = client(running, TAX, "cloudcontrol")
    state = {"ActionName": "list", "Definition": COMMAND}
    asked = cloud.create_resource(TypeName=ACTION, DesiredState=json.dumps(state))
    assert asked["ProgressEvent"]["OperationStatus"] == "IN_PROGRESS"
    assert "Identifier" not in asked["ProgressEvent"]
    token = asked["ProgressEvent"]["RequestToken"]
    event = cloud.get_resource_request_status(RequestToken=token)["ProgressEvent"]
    assert event["OperationStatus"] == "SUCCESS"
    arn = f"arn:aws:chatbot::{TAX}:custom-action/list"
    assert event["Identifier"] == arn
    found = cloud.get_resource(TypeName=ACTION, Identifier=arn)["ResourceDescription"]
    assert json.loads(found["Properties"]) == {"CustomActionArn": arn, **state}
    [listed] = cloud.list_resources(TypeName=ACTION)["ResourceDescriptions"]
    assert listed == found
    abroad = client(running, LAND_REGISTRY, "cloudcontrol")
    assert abroad.list_resources(TypeName=ACTION)["ResourceDescriptions"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        abroad.get_resource(TypeName=ACTION, Identifier=arn)
    with pytest.raises(ClientError, match="RequestTokenNotFoundException"):
        abroad.get_resource_request_status(RequestToken=token)


def test_the_same_request_again_makes_nothing_more(emulator: Start) -> None:
    running = emulator()
    cloud = client(running, TAX, "cloudcontrol")
    state = json.dumps({"ActionName": "list", "Definition": COMMAND})
    tokens = {
        cloud.create_resource(TypeName=ACTION, DesiredState=state, ClientToken="once")[
            "ProgressEvent"
        ]["RequestToken"]
        for _ in range(2)
    }
    [token] = tokens
    event = cloud.get_resource_request_status(RequestToken=token)["ProgressEvent"]
    assert event["OperationStatus"] == "SUCCESS"
    again = created(running, ACTION, json.loads(state))
    assert (again["OperationStatus"], again["ErrorCode"]) == ("FAILED", "AlreadyExists")


def attached(**more: Any) -> dict[str, Any]:
    return {"Attachments": [{"NotificationType": "Custom", "ButtonText": "Go", **more}]}


def variables(count: int) -> dict[str, Any]:
    names = [f"V{n}" for n in range(count)]
    told = {name: f"event.metadata.additionalContext.{name}" for name in names}
    return attached(Variables=told)


def criteria(count: int) -> dict[str, Any]:
    one = {"Operator": "HAS_VALUE", "VariableName": "V"}
    return attached(Variables={"V": "event.x"}, Criteria=[one] * count)


@pytest.mark.parametrize(
    ("fits", "too_much"),
    [
        ({"AliasName": "a" * 30}, {"AliasName": "a" * 31}),
        (attached(ButtonText="b" * 50), attached(ButtonText="b" * 51)),
        (variables(5), variables(6)),
        (criteria(5), criteria(6)),
        (attached(), {"Attachments": [{"MadeUp": 1}]}),
        ({"ActionName": "list"}, {"ActionName": "with a blank"}),
        ({}, {"CustomActionArn": "arn:aws:chatbot::1:custom-action/x"}),
        ({}, {"Definition": {}}),
        ({}, {"Definition": {"CommandText": 7}}),
        (criteria(1), attached(Criteria=[{"Operator": "IS", "VariableName": "V"}])),
    ],
)
def test_a_state_beyond_the_types_schema_is_refused_at_once(
    emulator: Start, fits: dict[str, Any], too_much: dict[str, Any]
) -> None:
    running = emulator()
    state = {"ActionName": "list", "Definition": COMMAND}
    with pytest.raises(ClientError, match=r"ValidationException.*Model validation failed"):
        created(running, ACTION, state | too_much)
    assert created(running, ACTION, state | fits)["OperationStatus"] == "SUCCESS"


@pytest.mark.parametrize(("length", "status"), [(100, "SUCCESS"), (101, "FAILED")])
def test_a_command_has_a_hundred_characters_whatever_the_schema_says(
    emulator: Start, length: int, status: str
) -> None:
    running = emulator()
    state = {"ActionName": "list", "Definition": {"CommandText": "c" * length}}
    assert created(running, ACTION, state)["OperationStatus"] == status


def test_a_criterion_names_a_variable_of_its_button(emulator: Start) -> None:
    running = emulator()
    state = {"ActionName": "list", "Definition": COMMAND}
    one = {"Operator": "HAS_VALUE", "VariableName": "ExecutionId"}
    event = created(running, ACTION, state | attached(Criteria=[one]))
    assert (event["OperationStatus"], event["ErrorCode"]) == ("FAILED", "InvalidRequest")


def test_other_types_roles_and_versions_are_not_emulated(emulator: Start) -> None:
    running = emulator()
    cloud = client(running, TAX, "cloudcontrol")
    state = json.dumps({"ActionName": "list", "Definition": COMMAND})
    with pytest.raises(ClientError, match=r"NotEmulated.*AWS::SNS::Topic"):
        cloud.create_resource(TypeName="AWS::SNS::Topic", DesiredState="{}")
    for more in ({"RoleArn": f"arn:aws:iam::{TAX}:role/x"}, {"TypeVersionId": "1"}):
        with pytest.raises(ClientError, match="NotEmulated"):
            cloud.create_resource(TypeName=ACTION, DesiredState=state, **more)


def test_the_provider_says_what_aws_said_when_it_failed(emulator: Start) -> None:
    running = emulator()
    state = desired(running, SlackWorkspaceId="T0X")
    inputs = {"typeName": SLACK, "desiredState": json.dumps(state)}
    with pytest.raises(RequestFailedError, match=r"InvalidRequest: .*SlackWorkspaceId T0X"):
        Accounts(running).make(TAX, RESOURCE, inputs)


def test_the_provider_changes_a_channel_in_place_and_replaces_it_for_its_name(
    emulator: Start,
) -> None:
    running = emulator()
    accounts = Accounts(running)
    handlers = accounts.handlers(TAX)
    state = desired(running, CustomizationResourceArns=[action(running)])
    changed = {**state, "GuardrailPolicies": [guardrail(running, allow("ssm:*"))]}
    del changed["CustomizationResourceArns"]
    old, new, other = (
        handlers.check(
            RESOURCE, "s", {"typeName": SLACK, "desiredState": json.dumps(one)}, {}, b"seed"
        )
        for one in (state, changed, {**changed, "ConfigurationName": "others"})
    )
    made, held = handlers.create(RESOURCE, old)
    assert made == ARN
    assert handlers.diff(RESOURCE, old, new).replacing == []
    assert handlers.diff(RESOURCE, new, other).replacing == ["desiredState"]
    held = handlers.update(RESOURCE, made, old, new, held)
    assert handlers.read(RESOURCE, made, new, held) == (made, new, held)
    properties = json.loads(held["properties"])
    assert properties["GuardrailPolicies"] == changed["GuardrailPolicies"]
    assert "CustomizationResourceArns" not in properties


def test_a_patch_between_two_objects_makes_the_second_of_the_first() -> None:
    old, new = {"a": 1, "b/c": [1], "d": 2}, {"a": 1, "b/c": [2], "e": {}}
    assert patches.applied(old, patches.difference(old, new)) == new
    assert patches.difference(new, new) == []
    steps = [{"op": "add", "path": "/b~1c/-", "value": 3}, {"op": "test", "path": "/a", "value": 1}]
    assert patches.applied(old, steps)["b/c"] == [1, 3]
    with pytest.raises(patches.PatchError):
        patches.applied(old, [{"op": "test", "path": "/a", "value": 2}])
