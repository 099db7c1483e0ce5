"""What tests do with Automation documents: deploy one with a role, start it, let it end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.automation import Execution, StepRecord
from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, TAX, client, listening

Start = Callable[..., Emulator]
"""The fixture ``emulator``."""

NAME = "containment-isolate-instance"
ROLE = f"arn:aws:iam::{TAX}:role/{NAME}"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ssm.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": TAX},
                "ArnLike": {"aws:SourceArn": f"arn:aws:ssm:*:{TAX}:automation-execution/*"},
            },
        }
    ],
}


def document(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document of these steps under the role of the tests."""
    return {"schemaVersion": "0.3", "assumeRole": ROLE, "mainSteps": list(steps), **more}


def call(name: str, service: str, operation: str, **step: Any) -> dict[str, Any]:
    """A step that calls AWS; what it gives the operation is under ``inputs``."""
    inputs = {"Service": service, "Api": operation, **step.pop("inputs", {})}
    return {"name": name, "action": "aws:executeAwsApi", "inputs": inputs, **step}


def script(name: str, source: str, payload: object = None, **step: Any) -> dict[str, Any]:
    """A step that runs a Python function ``main``."""
    inputs: dict[str, Any] = {"Runtime": "python3.11", "Handler": "main", "Script": source}
    if payload is not None:
        inputs["InputPayload"] = payload
    return {"name": name, "action": "aws:executeScript", "inputs": inputs, **step}


def sleep(name: str, duration: str = "PT1S", **step: Any) -> dict[str, Any]:
    """A step that waits."""
    return {"name": name, "action": "aws:sleep", "inputs": {"Duration": duration}, **step}


def branch(name: str, *choices: dict[str, Any], **step: Any) -> dict[str, Any]:
    """A step that chooses."""
    default = {"Default": step.pop("default")} if "default" in step else {}
    inputs = {"Choices": list(choices), **default}
    return {"name": name, "action": "aws:branch", "inputs": inputs, **step}


def output(name: str, selector: str, kind: str = "String") -> dict[str, str]:
    """One declared output."""
    return {"Name": name, "Selector": selector, "Type": kind}


def deploy(
    emulator: Emulator, content: dict[str, Any], allowed: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Make the document and its role, which may call what is listed."""
    listening(emulator)
    iam = client(emulator, TAX, "iam")
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))
    if allowed:
        allow(emulator, *allowed)
    described: dict[str, Any] = client(emulator, TAX, "ssm").create_document(
        Name=NAME, DocumentType="Automation", Content=json.dumps(content)
    )
    return described


def allow(emulator: Emulator, *actions: str, role: str = NAME) -> None:
    """Give a role these actions on everything."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    client(emulator, TAX, "iam").put_role_policy(
        RoleName=role,
        PolicyName="calls",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def start(emulator: Emulator, **parameters: list[str]) -> Execution:
    """Start the document through SSM's API, in the tax account."""
    answer = client(emulator, TAX, "ssm").start_automation_execution(
        DocumentName=NAME, Parameters=parameters
    )
    return emulator.world.automation.execution(TAX, REGION, answer["AutomationExecutionId"])


def ended(emulator: Emulator, execution: Execution, within: float = 7_200) -> Execution:
    """Let time pass until the execution is over."""
    assert emulator.world.clock.run_until(lambda: execution.finished, within), execution.status
    assert emulator.world.clock.failures == []  # type: ignore[attr-defined]  # both clocks have it
    return execution


def ran(
    emulator: Emulator,
    *steps: dict[str, Any],
    allowed: tuple[str, ...] = (),
    **more: Any,
) -> Execution:
    """A document of these steps: deployed, started without parameters, and over."""
    deploy(emulator, document(*steps, **more), allowed)
    return ended(emulator, start(emulator))


def took(record: Execution | StepRecord) -> timedelta:
    """How long something that is over ran."""
    assert record.ended is not None
    return record.ended - record.started


def said(record: Execution | StepRecord) -> str:
    """Why something failed."""
    assert record.failure is not None
    return record.failure


@contextmanager
def refused(code: str, said: str = "") -> Iterator[None]:
    """The AWS error that a block has to end with."""
    with pytest.raises(ClientError) as error:
        yield
    assert error.value.response["Error"]["Code"] == code
    assert said in error.value.response["Error"]["Message"]
