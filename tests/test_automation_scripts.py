"""``aws:executeScript``: the world's clock, the emulator only, limits, honest failures."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rehearsal.automation import Execution
from rehearsal.automation.calls import refuse_the_real_aws
from rehearsal.clock import VirtualClock
from rehearsal.emulator.world import World
from tests.automated import Start, deploy, document, ended, output, ran, script, start, took


def payload(execution: Execution, name: str = "first") -> Any:
    record = execution.step(name)
    assert record.status == "Success", record.failure
    return json.loads(record.outputs["OutputPayload"])["Payload"]


CLOCKS = """
import time
import datetime as dt
from time import sleep
from datetime import UTC, date, datetime, timedelta

def main(events, context):
    begun, ticks = datetime.now(UTC), time.monotonic()
    sleep(100)
    time.sleep(23)
    gone = datetime.now(UTC) - begun
    return {
        "seconds": int(gone.total_seconds()),
        "ticks": round(time.monotonic() - ticks),
        "now": begun.isoformat(),
        "naive": dt.datetime.utcnow().tzinfo is None,
        "today": date.today().isoformat(),
        "same": isinstance(begun, dt.datetime) and isinstance(gone, timedelta),
        "epoch": abs(time.time() - datetime.now(UTC).timestamp()) < 1,
    }
"""


def test_a_script_lives_on_the_world_s_clock(emulator: Start) -> None:
    running = emulator()
    begun = running.world.clock.now()
    execution = ran(running, script("first", CLOCKS))
    seen = payload(execution)
    assert (seen["seconds"], seen["ticks"]) == (123, 123)
    timing = running.world.timing
    assert seen["now"] == (begun + timedelta(seconds=timing.step + timing.script)).isoformat()
    assert seen["today"] == begun.date().isoformat()
    assert (seen["naive"], seen["same"], seen["epoch"]) == (True, True, True)
    assert execution.started + took(execution) - begun == timedelta(
        seconds=123 + timing.step + timing.script
    )


AWS = """
from __future__ import annotations
import boto3
import botocore
from dataclasses import dataclass
from datetime import datetime
from botocore.exceptions import ClientError

@dataclass(frozen=True)
class Refusal:
    code: str

def main(events: dict, context: dict) -> dict:
    print("looking for", events["name"])
    ec2 = boto3.client("ec2")
    try:
        ec2.describe_subnets()
    except ClientError as error:
        refusal = Refusal(error.response["Error"]["Code"])
    try:
        ec2.describe_vpcs(VpcIds=["vpc-0123456789abcdef0"])
    except botocore.exceptions.ClientError as error:
        missing = error.response["Error"]["Code"]
    times = [v["CreateTime"] for v in ec2.describe_volumes()["Volumes"]]
    return {
        "refused": refusal.code, "missing": missing, "region": ec2.meta.region_name,
        "dated": all(isinstance(t, datetime) for t in times),
        "account": boto3.client("sts").get_caller_identity()["Account"],
        "events": events, "region_of_context": context["global:REGION"],
    }
"""


def test_a_script_calls_aws_under_the_document_s_role(emulator: Start) -> None:
    running = emulator()
    deploy(
        running,
        document(
            script(
                "first",
                AWS,
                {"name": "{{ Name }}", "flag": "{{ Flag }}", "text": "{{ Name }}/{{ Flag }}"},
                outputs=[output("Refused", "$.Payload.refused")],
            ),
            parameters={"Name": {"type": "String"}, "Flag": {"type": "Boolean", "default": True}},
        ),
        ("ec2:DescribeVpcs", "ec2:DescribeVolumes"),
    )
    execution = ended(running, start(running, Name=["web"]))
    assert payload(execution) == {
        "refused": "UnauthorizedOperation",
        "missing": "InvalidVpcID.NotFound",
        "region": "eu-west-1",
        "dated": True,
        "account": "333333333333",
        "events": {"name": "web", "flag": True, "text": "web/true"},
        "region_of_context": "eu-west-1",
    }
    record = execution.step("first")
    assert record.outputs["Refused"] == "UnauthorizedOperation"
    assert record.log == ["looking for web\n"]


ITSELF = """
import boto3

def main(events, context):
    ssm = boto3.client("ssm")
    me = context["automation:EXECUTION_ID"]
    steps = ssm.describe_automation_step_executions(
        AutomationExecutionId=me,
        Filters=[{"Key": "StepExecutionStatus", "Values": ["Failed"]}],
    )["StepExecutions"]
    whole = ssm.get_automation_execution(AutomationExecutionId=me)["AutomationExecution"]
    return {
        "failed": {s["StepName"]: s["FailureMessage"] for s in steps},
        "all": {s["StepName"]: s["StepStatus"] for s in whole["StepExecutions"]},
        "status": whole["AutomationExecutionStatus"],
        "current": whole["CurrentStepName"],
    }
"""


def test_a_script_can_read_how_the_steps_before_it_ended(emulator: Start) -> None:
    execution = ran(
        emulator(),
        script("broken", "def main(e, c):\n    raise KeyError('gone')\n", onFailure="step:record"),
        script("passed", "def main(e, c):\n    pass\n"),
        script("record", ITSELF, isEnd=True),
        allowed=("ssm:GetAutomationExecution", "ssm:DescribeAutomationStepExecutions"),
    )
    seen = payload(execution, "record")
    assert list(seen["failed"]) == ["broken"]
    assert "KeyError - 'gone'" in seen["failed"]["broken"]
    assert seen["all"] == {"broken": "Failed", "record": "InProgress", "passed": "Pending"}
    assert (seen["status"], seen["current"]) == ("InProgress", "record")


def test_no_step_runs_where_the_endpoint_is_not_on_this_machine() -> None:
    for endpoint in ("https://ec2.eu-west-1.amazonaws.com", "http://10.0.0.7:5000", ""):
        with pytest.raises(RuntimeError, match="not on loopback"):
            refuse_the_real_aws(World(clock=VirtualClock(), endpoint=endpoint))


def test_keys_that_a_script_gets_from_sts_are_the_ones_it_signs_with(emulator: Start) -> None:
    source = (
        "import boto3\n"
        "def main(events, context):\n"
        "    sts = boto3.client('sts')\n"
        "    who = sts.get_caller_identity()['Arn']\n"
        "    given = dict(aws_access_key_id='AKIAIOSFODNN7EXAMPLE', aws_secret_access_key='x')\n"
        "    other = boto3.client('sts', **given).get_caller_identity()['Arn']\n"
        "    return {'who': who, 'other': other}\n"
    )
    seen = payload(ran(emulator(), script("first", source)))
    assert ":assumed-role/containment-isolate-instance/" in seen["who"]
    assert seen["other"] == "arn:aws:iam::111111111111:user/operator"
