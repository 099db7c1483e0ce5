"""Services that moto lacks: by botocore's model on the wire, with IAM in front."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator import wire
from rehearsal.emulator.server import Emulator
from rehearsal.emulator.wire import Caller, Fault, Parameters
from tests.actors import acting, allow, iam_acts
from tests.emulated import REGION, TAX, client

Start = Callable[..., Emulator]

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "ssm-incidents": (
        "get_response_plan",
        {"arn": f"arn:aws:ssm-incidents::{TAX}:response-plan/a b"},
    ),
    "ssm-contacts": ("get_contact", {"ContactId": "anna"}),
    "chatbot": ("list_custom_actions", {"MaxResults": 7}),
    "cloudcontrol": ("get_resource", {"TypeName": "AWS::Aa::Bb", "Identifier": "c"}),
}


class Echo:
    """Says in an error what it was asked, for one operation of each service."""

    def get_response_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Rest-json, with the parameter in the query."""
        raise Fault("ResourceNotFoundException", f"{caller}: {parameters}")

    def get_contact(self, caller: Caller, parameters: Parameters) -> Parameters:
        """JSON 1.1."""
        raise Fault("ResourceNotFoundException", f"{caller}: {parameters}")

    def list_custom_actions(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Rest-json, with the parameter in the body."""
        raise Fault("InvalidRequestException", f"{caller}: {parameters}")

    def get_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """JSON 1.0."""
        raise Fault("ResourceNotFoundException", f"{caller}: {parameters}")


class Answers:
    """Answers the same operations."""

    def list_custom_actions(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One, and a field that AWS does not have."""
        return {"CustomActions": [caller.arn("chatbot", "a")], "MadeUp": 1}

    def get_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Itself."""
        return {"TypeName": parameters["TypeName"], "ResourceDescription": {"Properties": "{}"}}


@pytest.fixture
def echoing(emulator: Start) -> Iterator[Emulator]:
    running = emulator()
    undo = [wire.serve(name, Echo()) for name in CALLS]
    yield running
    for stop in reversed(undo):
        stop()


@pytest.mark.parametrize("service", CALLS)
def test_a_service_that_moto_lacks_gets_its_parameters_and_answers_errors(
    echoing: Emulator, service: str
) -> None:
    operation, parameters = CALLS[service]
    with pytest.raises(ClientError) as refused:
        getattr(client(echoing, TAX, service), operation)(**parameters)
    error = refused.value.response["Error"]
    assert error["Message"] == f"account {TAX}, region {REGION}: {parameters}"
    assert error["Code"] in ("ResourceNotFoundException", "InvalidRequestException")


@pytest.mark.parametrize("service", CALLS)
def test_iam_is_asked_before_a_service_that_moto_lacks(echoing: Emulator, service: str) -> None:
    operation, parameters = CALLS[service]
    nobody = acting(echoing).client(service, REGION)
    with pytest.raises(ClientError, match="is not authorized to perform: ") as refused:
        getattr(nobody, operation)(**parameters)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


def test_cloud_controls_actions_are_cloudformations(echoing: Emulator) -> None:
    reader = acting(echoing, allow("cloudformation:GetResource")).client("cloudcontrol", REGION)
    iam_acts(echoing)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        reader.get_resource(TypeName="AWS::Aa::Bb", Identifier="c")


def test_an_operation_that_no_part_has_is_not_emulated_and_named(echoing: Emulator) -> None:
    for service, operation in (
        ("ssm-incidents", "list_replication_sets"),
        ("ssm-contacts", "list_contacts"),
        ("chatbot", "describe_slack_workspaces"),
        ("cloudcontrol", "list_resource_requests"),
    ):
        named = "".join(word.title() for word in operation.split("_"))
        with pytest.raises(ClientError, match=f"{service}:{named} is not emulated"):
            getattr(client(echoing, TAX, service), operation)()


def test_what_is_answered_is_cut_to_the_model(emulator: Start) -> None:
    running = emulator()
    undo = [wire.serve(name, Answers()) for name in ("chatbot", "cloudcontrol")]
    listed = client(running, TAX, "chatbot").list_custom_actions()
    found = client(running, TAX, "cloudcontrol").get_resource(
        TypeName="AWS::Aa::Bb", Identifier="d"
    )
    for stop in reversed(undo):
        stop()
    del listed["ResponseMetadata"], found["ResponseMetadata"]
    assert listed == {"CustomActions": [f"arn:aws:chatbot:{REGION}:{TAX}:a"]}
    assert found == {"TypeName": "AWS::Aa::Bb", "ResourceDescription": {"Properties": "{}"}}


def test_a_service_that_nobody_serves_is_not_emulated(emulator: Start) -> None:
    with pytest.raises(ClientError, match=r"The service detective is not emulated"):
        client(emulator(), TAX, "detective").list_graphs()
