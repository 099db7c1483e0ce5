"""From a bus to SSM Automation: the target's role, retries while it is throttled, and their end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from rehearsal.relay import RuleCounts
from rehearsal.relay.delivery import Delivery
from tests import automated
from tests.actors import allow
from tests.emulated import REGION, TAX, client
from tests.routed import Start, bodies, delivered, event, messages, queue, role, rule


def automation(running: Any, *statements: dict[str, Any]) -> dict[str, Any]:
    """A target that starts a document, with a dead-letter queue."""
    return {
        "Arn": f"arn:aws:ssm:{REGION}:{TAX}:automation-definition/isolate:1",
        "RoleArn": role(running, *statements),
        "InputTransformer": {
            "InputPathsMap": {"instance": "$.detail.instance"},
            "InputTemplate": '{"InstanceId": [<instance>]}',
        },
        "DeadLetterConfig": {"Arn": queue(running, "dead")},
    }


class Starts:
    """Takes the place of Automation: notes what is started, and throttles as long as it is told."""

    def __init__(self, throttled: int = 0) -> None:
        self.throttled = throttled
        self.requests: list[dict[str, Any]] = []

    def __call__(self, request: dict[str, Any]) -> dict[str, Any]:
        from rehearsal.emulator.wire import Fault

        if self.throttled:
            self.throttled -= 1
            raise Fault("ThrottlingException", "Rate exceeded")
        self.requests.append(dict(request))
        return {"AutomationExecutionId": "11111111-1111-1111-1111-111111111111"}


def starting(monkeypatch: Any, throttled: int = 0) -> Starts:
    from moto.core.responses import ActionResult
    from moto.ssm.responses import SimpleSystemManagerResponse

    starts = Starts(throttled)

    def start(self: Any) -> ActionResult:
        return ActionResult(starts(json.loads(self.body)))

    monkeypatch.setattr(
        SimpleSystemManagerResponse, "start_automation_execution", start, raising=False
    )
    return starts


START_ALLOWED = allow("ssm:StartAutomationExecution")


def test_a_document_is_started_under_the_targets_role_with_lists_of_parameters(
    emulator: Start, monkeypatch: Any
) -> None:
    running = emulator()
    starts = starting(monkeypatch)
    rule(running, automation(running, START_ALLOWED))

    delivered(running, event(instance="i-1"))

    assert starts.requests == [
        {"DocumentName": "isolate", "DocumentVersion": "1", "Parameters": {"InstanceId": ["i-1"]}}
    ]


def test_a_role_without_the_permission_or_without_trust_means_a_dead_letter(
    emulator: Start, monkeypatch: Any
) -> None:
    running = emulator()
    starts = starting(monkeypatch)
    target = automation(running)
    iam = client(running, TAX, "iam")
    nobody = iam.create_role(
        RoleName="nobody",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ssm.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
    )["Role"]["Arn"]
    rule(running, target, target | {"RoleArn": nobody})

    delivered(running, event(instance="i-1"))

    letters = messages(running, target["DeadLetterConfig"]["Arn"])
    assert [one["attributes"]["ERROR_CODE"] for one in letters] == ["NO_PERMISSIONS"] * 2
    assert "ssm:StartAutomationExecution" in letters[0]["attributes"]["ERROR_MESSAGE"]
    assert "sts:AssumeRole" in letters[1]["attributes"]["ERROR_MESSAGE"]
    assert starts.requests == []


def test_a_throttled_start_is_tried_again_until_it_succeeds(
    emulator: Start, monkeypatch: Any
) -> None:
    running = emulator()
    starts = starting(monkeypatch, throttled=3)
    target = automation(running, START_ALLOWED)
    arn = rule(running, target)

    delivered(running, event(instance="i-1"), seconds=60)

    assert len(starts.requests) == 1
    assert running.world.relay.metrics()[arn] == RuleCounts(matched=1, invoked=4)
    assert messages(running, target["DeadLetterConfig"]["Arn"]) == []


def test_retries_end_with_the_number_of_attempts_or_with_the_age_of_the_event(
    emulator: Start, monkeypatch: Any
) -> None:
    running = emulator()
    starting(monkeypatch, throttled=1_000)
    target = automation(running, START_ALLOWED)
    few = {"RetryPolicy": {"MaximumRetryAttempts": 2}}
    young = {"RetryPolicy": {"MaximumEventAgeInSeconds": 60}}
    rule(running, target | few, target | young)

    delivered(running, event(instance="i-1"), seconds=120)

    letters = messages(running, target["DeadLetterConfig"]["Arn"])
    ends = {one["attributes"]["EXHAUSTED_RETRY_CONDITION"]: one["attributes"] for one in letters}
    assert ends.keys() == {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"}
    assert ends["MaximumRetryAttempts"]["RETRY_ATTEMPTS"] == "2"
    assert {one["ERROR_CODE"] for one in ends.values()} == {"THROTTLING"}


def test_by_default_it_is_tried_for_a_day_or_185_times() -> None:
    received = datetime(2026, 3, 4, tzinfo=UTC)
    delivery = Delivery(
        number=1,
        account=TAX,
        region=REGION,
        rule_arn="rule",
        target={"Arn": "target"},
        event={},
        received=received,
        forwarded=False,
    )
    now, retries, waits = received, 0, []
    while (end := delivery.exhausted(retries, now, delivery.wait(retries))) is None:
        waits.append(delivery.wait(retries))
        now, retries = now + timedelta(seconds=waits[-1]), retries + 1

    assert end in {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"}
    assert retries > 150
    assert timedelta(hours=20) < now - received <= timedelta(hours=24)
    assert 0.5 <= waits[0] <= 1.5
    assert min(waits[10:]) >= 240


def test_parameters_that_are_no_lists_mean_a_dead_letter(emulator: Start) -> None:
    running = emulator()
    target = automation(running, START_ALLOWED)
    target["InputTransformer"]["InputTemplate"] = '{"InstanceId": <instance>}'
    rule(running, target)

    delivered(running, event(instance="i-1"))

    [letter] = messages(running, target["DeadLetterConfig"]["Arn"])
    assert letter["attributes"]["ERROR_CODE"] == "SDK_CLIENT_ERROR"


def test_three_findings_at_once_all_start_although_one_start_a_second_is_allowed(
    emulator: Start,
) -> None:
    running = emulator()
    relay = running.world.relay
    automated.deploy(running, automated.document(automated.sleep("wait")))
    running.world.relay = relay
    dead, notices = queue(running, "dead"), queue(running, "notices")
    target = {
        "Arn": f"arn:aws:ssm:{REGION}:{TAX}:automation-definition/{automated.NAME}:$DEFAULT",
        "RoleArn": role(
            running,
            allow("ssm:StartAutomationExecution"),
            allow("iam:PassRole", automated.ROLE),
        ),
        "Input": "{}",
        "DeadLetterConfig": {"Arn": dead},
    }
    arn = rule(running, target)
    ended = {"source": ["aws.ssm"], "detail": {"Status": ["Success"]}}
    rule(running, {"Arn": notices}, name="ended", pattern=ended)

    for order in range(3):
        relay.publish(TAX, REGION, "default", event(order=order))
    running.world.clock.sleep(60)

    assert running.world.clock.failures == []  # type: ignore[attr-defined]  # both clocks have it
    executions = running.world.automation.executions(TAX, REGION)
    assert [one.status for one in executions] == ["Success"] * 3
    assert all("/courier/orders" in one.executed_by for one in executions)
    assert messages(running, dead) == []
    assert len(bodies(running, notices)) == 3
    counts = relay.metrics()[arn]
    assert (counts.matched, counts.failed) == (3, 0)
    assert counts.invoked > 3
