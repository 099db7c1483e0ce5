"""The actions that call AWS once, wait for it, and choose."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from rehearsal.automation import Call
from rehearsal.automation.actions.waiting import duration
from rehearsal.automation.failures import StepFailedError
from tests.actors import iam_acts
from tests.automated import (
    Start,
    allow,
    call,
    deploy,
    document,
    ended,
    output,
    ran,
    said,
    start,
    took,
)
from tests.emulated import TAX, client


def test_an_api_step_selects_its_outputs_by_type(emulator: Start) -> None:
    execution = ran(
        emulator(),
        call(
            "read",
            "ec2",
            "describe_vpcs",
            outputs=[
                output("Id", "$.Vpcs[0].VpcId"),
                output("Ids", "$.Vpcs[*].VpcId", "StringList"),
                output("First", "$.Vpcs[0]", "StringMap"),
                output("All", "$.Vpcs", "MapList"),
                output("Default", "$.Vpcs[0].IsDefault", "Boolean"),
                output("Nothing", "$.Vpcs[9].VpcId"),
            ],
        ),
        call("use", "ec2", "DescribeVpcs", inputs={"VpcIds": "{{ read.Ids }}"}),
        call("one", "ec2", "DescribeVpcs", inputs={"VpcIds": ["{{ read.Id }}"]}),
        allowed=("ec2:DescribeVpcs",),
    )
    assert execution.status == "Success", execution.failure
    seen = execution.step("read").outputs
    assert seen["Ids"] == [seen["Id"]]
    assert seen["First"] == seen["All"][0]
    assert seen["Default"] is True
    assert "Nothing" not in seen
    assert execution.step("use").inputs["VpcIds"] == [seen["Id"]]
    assert execution.step("one").inputs["VpcIds"] == [seen["Id"]]


def test_an_output_of_another_type_fails_the_step(emulator: Start) -> None:
    execution = ran(
        emulator(),
        call("read", "ec2", "DescribeVpcs", outputs=[output("N", "$.Vpcs[0].VpcId", "Integer")]),
        allowed=("ec2:DescribeVpcs",),
    )
    assert execution.status == "Failed"
    assert "Output N ($.Vpcs[0].VpcId) is no Integer" in said(execution)


def test_an_api_step_says_what_aws_said(emulator: Start) -> None:
    execution = ran(
        emulator(),
        call("read", "ec2", "DescribeVpcs", inputs={"VpcIds": ["vpc-0123456789abcdef0"]}),
        allowed=("ec2:DescribeVpcs",),
    )
    message = said(execution)
    assert message.startswith(
        "Step fails when it is Execute/Cancelling action. "
        "An error occurred (InvalidVpcID.NotFound) when calling the DescribeVpcs operation"
    )
    assert message.endswith(
        "Please refer to Automation Service Troubleshooting Guide for more diagnosis details."
    )


def asserting(action: str, *desired: object, **step: Any) -> dict[str, Any]:
    """A step that looks whether the first network is the default one."""
    return call(
        "look",
        "ec2",
        "DescribeVpcs",
        inputs={"PropertySelector": "$.Vpcs[0].IsDefault", "DesiredValues": list(desired)},
        **step,
    ) | {"action": f"aws:{action}"}


def test_an_assertion_compares_one_property_with_the_desired_values(emulator: Start) -> None:
    allowed = ("ec2:DescribeVpcs",)
    holding = ran(emulator(), asserting("assertAwsResourceProperty", "true"), allowed=allowed)
    assert holding.status == "Success"
    broken = ran(
        emulator(), asserting("assertAwsResourceProperty", "false", "maybe"), allowed=allowed
    )
    assert broken.status == "Failed"
    assert "Property value true" in said(broken)


def test_a_wait_ends_with_the_property_or_with_its_time(emulator: Start) -> None:
    running = emulator()
    step = asserting("waitForAwsResourceProperty", "yes", timeoutSeconds=60)
    step["inputs"]["PropertySelector"] = "$.Vpcs[0].Tags[0].Value"
    deploy(running, document(step), ("ec2:DescribeVpcs",))
    late = ended(running, start(running))
    assert late.status == "TimedOut"
    assert took(late.step("look")) == timedelta(seconds=61)
    looks: list[Call] = []

    def tagged_at_the_third(made: Call) -> None:
        looks.append(made)
        if len(looks) == 3:
            ec2 = client(running, TAX, "ec2")
            [vpc] = ec2.describe_vpcs()["Vpcs"]
            ec2.create_tags(Resources=[vpc["VpcId"]], Tags=[{"Key": "ready", "Value": "yes"}])

    running.world.automation.before_call = tagged_at_the_third
    execution = ended(running, start(running))
    assert execution.status == "Success", execution.failure
    assert len(looks) == 3


def test_a_call_of_a_service_that_is_not_emulated_fails_by_name(emulator: Start) -> None:
    execution = ran(emulator(), call("read", "braket", "SearchDevices", inputs={"filters": []}))
    assert execution.status == "Failed"
    assert "not emulated" in said(execution).lower()


def test_a_sleep_takes_a_duration_or_a_moment(emulator: Start) -> None:
    running = emulator()
    until = running.world.clock.now() + timedelta(hours=2)
    at = {"name": "at", "action": "aws:sleep", "inputs": {"Timestamp": until.isoformat()}}
    execution = ran(running, at)
    assert execution.status == "Success"
    assert isinstance(execution.ended, datetime)
    assert execution.ended == until
    assert duration("P1DT2H3M4S") == 93_784
    for wrong in ("10", "PT", "", "PT1.5S"):
        with pytest.raises(StepFailedError):
            duration(wrong)


def test_permissions_that_are_given_back_are_used_once_iam_acts(emulator: Start) -> None:
    running = emulator()
    deploy(running, document(call("read", "ec2", "DescribeVpcs")))
    assert ended(running, start(running)).status == "Failed"
    allow(running, "ec2:DescribeVpcs")
    iam_acts(running)
    assert ended(running, start(running)).status == "Success"
