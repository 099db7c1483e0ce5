"""Parameters of a document: by type, with defaults, or refused at the start."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.automation import parameters
from tests.automated import (
    ROLE,
    Start,
    deploy,
    document,
    refused,
    sleep,
    start,
)

DECLARED: dict[str, dict[str, Any]] = {
    "Instance": {"type": "String", "allowedPattern": "^i-[0-9a-f]{17}$"},
    "Action": {"type": "String", "allowedValues": ["Contain", "Release"], "default": "Contain"},
    "DryRun": {"type": "Boolean", "default": False},
    "Groups": {"type": "StringList", "default": []},
    "Count": {"type": "Integer", "default": 3},
    "Tags": {"type": "StringMap", "default": {"a": "b"}},
}


GOOD: dict[str, list[str]] = {"Instance": ["i-0123456789abcdef0"]}


def test_parameters_arrive_by_type_and_with_their_defaults(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first"), parameters=DECLARED))
    execution = start(running, **GOOD, DryRun=["true"], Groups=["sg-1", "sg-2"])
    assert execution.values == {
        "Instance": "i-0123456789abcdef0",
        "Action": "Contain",
        "DryRun": True,
        "Groups": ["sg-1", "sg-2"],
        "Count": 3,
        "Tags": {"a": "b"},
    }
    assert execution.parameters["Count"] == ["3"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, '"Instance" is required'),
        ({"Instance": [""]}, "has an empty value"),
        ({"Instance": ["i-0123456789abcdef0; rm"]}, "does not match"),
        ({**GOOD, "Action": ["Destroy"]}, 'value "Destroy" not found in [Contain, Release]'),
        ({**GOOD, "DryRun": ["perhaps"]}, "no Boolean"),
        ({**GOOD, "Count": ["1.5"]}, "no Integer"),
        ({**GOOD, "Tags": ["[]"]}, "no StringMap"),
        ({**GOOD, "Action": ["Contain", "Release"]}, "has 2 values"),
        ({**GOOD, "Other": ["x"]}, "['Other'] are not defined"),
        ({**GOOD, "Groups": ["x" * 513]}, "513 characters"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(given: dict[str, list[str]], said: str) -> None:
    with pytest.raises(parameters.ParameterError) as error:
        parameters.typed(DECLARED, parameters.complete(DECLARED, given))
    assert said in str(error.value)


def test_a_refused_parameter_is_aws_s_own_error_and_starts_nothing(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(sleep("first"), parameters=DECLARED))
    with refused("InvalidAutomationExecutionParametersException", "does not match"):
        start(running, Instance=["web"])
    assert running.world.automation.executions() == []


def test_the_role_may_come_as_a_parameter(emulator: Start) -> None:
    running = emulator()
    content = document(sleep("first"), parameters={"Role": {"type": "String"}})
    deploy(running, {**content, "assumeRole": "{{ Role }}"})
    assert start(running, Role=[ROLE]).role_arn == ROLE
    running.world.clock.sleep(1)
    with refused("InvalidAutomationExecutionParametersException", "is required"):
        start(running)


def test_a_document_without_a_role_is_not_emulated(emulator: Start) -> None:
    running = emulator()
    content = document(sleep("first"), parameters={"Role": {"type": "String", "default": ""}})
    deploy(running, {**content, "assumeRole": "{{ Role }}"})
    with refused("NotEmulated", "no role"):
        start(running)
