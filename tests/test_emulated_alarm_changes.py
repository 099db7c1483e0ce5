"""Metric alarms in the emulator: what PutMetricAlarm refuses, and who hears that one changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.actors import allow
from tests.emulated import REGION, TAX, client
from tests.ringing import put, send, silent, state
from tests.routed import bodies, passed, queue, rule
from tests.topical import Start, key, serving, topic

CLOUDWATCH = "cloudwatch.amazonaws.com"
CHANGED = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm"),
        ({"Period": 300, "EvaluationPeriods": 289}, "more than a day"),
        ({"Period": 90}, "Period"),
        ({"TreatMissingData": "breeching"}, "TreatMissingData"),
        ({"AlarmActions": [f"arn:aws:sns:us-east-1:{TAX}:t"]}, "another region"),
        ({"Period": 10}, "NotEmulated"),
        ({"Unit": "Count"}, "NotEmulated"),
        ({"AlarmActions": [f"arn:aws:ssm:{REGION}:{TAX}:opsitem:1"]}, "NotEmulated"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "NotEmulated"),
        ({"Namespace": "AWS/Events", "MetricName": "Invocations"}, "NotEmulated"),
    ],
)
def test_what_aws_refuses_or_is_not_emulated_is_an_error_and_leaves_no_alarm(
    emulator: Start, changed: dict[str, Any], error: str
) -> None:
    running = emulator()
    with pytest.raises(ClientError, match=error):
        put(running, **changed)
    assert client(running, TAX, "cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_a_change_is_an_event_on_the_default_bus_in_its_real_shape(emulator: Start) -> None:
    running = emulator()
    heard = queue(running, "heard")
    rule(running, {"Arn": heard}, pattern={**CHANGED, "detail": {"state": {"value": ["ALARM"]}}})
    cloudwatch = put(running, AlarmDescription="too hot")
    send(cloudwatch, 6)
    passed(running, 65)
    [event] = [json.loads(body) for body in bodies(running, heard)]
    arn = f"arn:aws:cloudwatch:{REGION}:{TAX}:alarm:hot"
    assert (event["account"], event["region"], event["resources"]) == (TAX, REGION, [arn])
    detail = event["detail"]
    assert detail["alarmName"] == "hot"
    assert detail["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert detail["state"]["value"] == "ALARM"
    assert json.loads(detail["state"]["reasonData"])["recentDatapoints"] == [6.0]
    assert detail["configuration"]["description"] == "too hot"
    [shown] = detail["configuration"]["metrics"]
    metric = {"namespace": "N", "name": "M", "dimensions": {}}
    assert shown["metricStat"] == {"metric": metric, "period": 60, "stat": "Maximum"}


@pytest.mark.parametrize("admitted", ["topic and key", "topic", "key"])
def test_an_action_reaches_a_topic_that_its_policy_and_key_let_cloudwatch_use(
    emulator: Start, admitted: str
) -> None:
    running = emulator()
    source = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{TAX}:alarm:*"}}
    speaks = allow("sns:Publish", Principal={"Service": CLOUDWATCH}, Condition=source)
    keyed = key(running, *([serving(CLOUDWATCH)] if "key" in admitted else []))
    arn = topic(running, *([speaks] if "topic" in admitted else []), key=keyed)
    sns = client(running, TAX, "sns")
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+491701234567")
    cloudwatch = put(running, AlarmActions=[arn])
    send(cloudwatch, 6)
    passed(running, 65)
    texts = [json.loads(mail.text) for mail in running.world.outbox]
    history = cloudwatch.describe_alarm_history(HistoryItemType="Action")["AlarmHistoryItems"]
    if admitted == "topic and key":
        [told] = texts
        assert (told["AlarmName"], told["NewStateValue"]) == ("hot", "ALARM")
        assert history[0]["HistorySummary"] == f"Successfully executed action {arn}"
    else:
        assert texts == []  # it vanishes: only the history knows (trap 5.6)
        assert history[0]["HistorySummary"].startswith("Failed to execute action")


def test_actions_that_are_disabled_are_not_taken_and_a_state_that_is_set_does_not_last(
    emulator: Start,
) -> None:
    running = emulator()
    arn = topic(running)
    cloudwatch = put(running, AlarmActions=[arn], ActionsEnabled=False)
    passed(running, 61)
    cloudwatch.set_alarm_state(AlarmName="hot", StateValue="ALARM", StateReason="a test")
    assert state(cloudwatch) == "ALARM"
    passed(running, 61)
    assert state(cloudwatch) == "OK"
    items = cloudwatch.describe_alarm_history(HistoryItemType="Action")["AlarmHistoryItems"]
    assert items == []


def test_a_deleted_alarm_rings_no_more_and_one_of_its_name_is_new(emulator: Start) -> None:
    running = emulator()
    cloudwatch = put(running)
    passed(running, 61)
    send(cloudwatch, 6)
    cloudwatch.delete_alarms(AlarmNames=["hot"])
    passed(running, 61)
    assert cloudwatch.describe_alarm_history()["AlarmHistoryItems"] == []
    put(running)
    assert state(cloudwatch) == "INSUFFICIENT_DATA"


def test_a_quiet_day_takes_no_more_tasks_than_there_are_changes(emulator: Start) -> None:
    running = emulator()
    cloudwatch = silent(running)
    before = len(running.world.clock._due)  # type: ignore[attr-defined]
    passed(running, 86_400)
    assert len(running.world.clock._due) <= before  # type: ignore[attr-defined]
    assert state(cloudwatch) == "ALARM"
