"""CloudWatch Logs as the emulator has it: policies of an account, and of one log group."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, SECURITY, client

Start = Callable[..., Emulator]

GROUP = f"arn:aws:logs:{REGION}:{SECURITY}:log-group:/containment/ledger"

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"{GROUP}:*",
            }
        ],
    }
)


def logs_with_group(emulator: Start) -> Any:
    logs = client(emulator(), SECURITY, "logs")
    logs.create_log_group(logGroupName="/containment/ledger")
    return logs


def names(logs: Any, **scope: str) -> list[str]:
    return [
        one["policyName"] for one in logs.describe_resource_policies(**scope)["resourcePolicies"]
    ]


def test_a_policy_of_one_log_group_is_not_the_accounts(emulator: Start) -> None:
    logs = logs_with_group(emulator)
    logs.put_resource_policy(policyName="own", policyDocument=POLICY, resourceArn=GROUP)
    logs.put_resource_policy(policyName="accounts", policyDocument=POLICY)
    assert names(logs) == ["accounts"]
    assert names(logs, policyScope="RESOURCE", resourceArn=GROUP) == ["own"]


def test_an_account_has_ten_policies_and_those_of_groups_beside_them(emulator: Start) -> None:
    logs = logs_with_group(emulator)
    for number in range(10):
        logs.put_resource_policy(policyName=f"policy-{number}", policyDocument=POLICY)
    logs.put_resource_policy(policyName="own", policyDocument=POLICY, resourceArn=GROUP)
    with pytest.raises(ClientError, match="limit exceeded"):
        logs.put_resource_policy(policyName="one-too-many", policyDocument=POLICY)


def test_a_change_names_the_revision_that_it_replaces(emulator: Start) -> None:
    logs = logs_with_group(emulator)
    policy = {"policyName": "own", "policyDocument": POLICY, "resourceArn": GROUP}
    first = logs.put_resource_policy(**policy)["revisionId"]
    with pytest.raises(ClientError, match="expectedRevisionId is required"):
        logs.put_resource_policy(**policy)
    second = logs.put_resource_policy(**policy, expectedRevisionId=first)["revisionId"]
    with pytest.raises(ClientError, match="has changed"):
        logs.delete_resource_policy(resourceArn=GROUP, expectedRevisionId=first)
    logs.delete_resource_policy(resourceArn=GROUP, expectedRevisionId=second)
    assert names(logs, policyScope="RESOURCE") == []


def test_a_log_groups_policy_needs_the_group_and_goes_with_it(emulator: Start) -> None:
    logs = logs_with_group(emulator)
    with pytest.raises(ClientError, match="does not exist"):
        logs.put_resource_policy(
            policyName="p", policyDocument=POLICY, resourceArn=f"{GROUP}-other"
        )
    logs.put_resource_policy(policyName="own", policyDocument=POLICY, resourceArn=GROUP)
    logs.delete_log_group(logGroupName="/containment/ledger")
    assert names(logs, policyScope="RESOURCE") == []


def test_an_event_of_the_rehearsals_tomorrow_is_taken_tomorrow(emulator: Start) -> None:
    running = emulator()
    logs = client(running, SECURITY, "logs")
    logs.create_log_group(logGroupName="/containment/ledger")
    logs.create_log_stream(logGroupName="/containment/ledger", logStreamName="s")
    day = 86400

    def put() -> Any:
        tomorrow = int((started + day) * 1000)
        return logs.put_log_events(
            logGroupName="/containment/ledger",
            logStreamName="s",
            logEvents=[{"timestamp": tomorrow, "message": "m"}],
        )

    started = running.world.clock.now().timestamp()
    assert "rejectedLogEventsInfo" in put()
    running.world.clock.sleep(day)
    assert "rejectedLogEventsInfo" not in put()


def test_a_metric_filter_that_is_put_again_replaces_the_one_before(emulator: Start) -> None:
    logs = client(emulator(), SECURITY, "logs")
    logs.create_log_group(logGroupName="/measured")
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    for pattern in ("{ $.a = 1 }", "{ $.a = 2 }"):
        logs.put_metric_filter(
            logGroupName="/measured",
            filterName="f",
            filterPattern=pattern,
            metricTransformations=[transformation],
        )
    (kept,) = logs.describe_metric_filters(logGroupName="/measured")["metricFilters"]
    assert kept["filterPattern"] == "{ $.a = 2 }"
