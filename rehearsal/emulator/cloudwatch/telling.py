"""What the world hears of an alarm: the event on the account's default bus, and what a topic gets.

(AWS docs: cloudwatch-and-eventbridge, AlarmThatSendsEmail.) Configuration changes have an event of
their own, which is not emulated. A topic is reached by its own policy and its key's, as the service
``cloudwatch.amazonaws.com`` speaking for the alarm (trap 5.6); what it refuses is lost, and stands
in the alarm's history only.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rehearsal.emulator.cloudwatch.evaluation import State
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.topics.publishing import publish_as_service

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

SERVICE = "cloudwatch.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A state, since when, and why; ``data`` is the reason as JSON, empty where there is none."""

    value: State
    since: datetime
    reason: str
    data: str = ""

    def told(self) -> dict[str, str]:
        """As it stands in the event."""
        stamp = f"{self.since:%Y-%m-%dT%H:%M:%S}.000+0000"
        data = {"reasonData": self.data} if self.data else {}
        return {"value": self.value, "reason": self.reason, "timestamp": stamp, **data}


def state_change(account: str, alarm: Any, was: Standing, now: Standing) -> dict[str, Any]:
    """The whole envelope of the event."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": account,
        "time": f"{now.since:%Y-%m-%dT%H:%M:%SZ}",
        "region": alarm.region_name,
        "resources": [alarm.alarm_arn],
        "detail": {
            "alarmName": alarm.name,
            "configuration": {"description": alarm.description, "metrics": _metrics(alarm)},
            "previousState": was.told(),
            "state": now.told(),
        },
    }


def notify(world: World, account: str, alarm: Any, topic: str, was: Standing, now: Standing) -> str:
    """Publish on a topic; what the history says of it."""
    subject = f'{now.value}: "{alarm.name}" in {alarm.region_name}'[:100]
    try:
        publish_as_service(
            world,
            topic,
            json.dumps(_message(account, alarm, was, now)),
            service=SERVICE,
            source_arn=alarm.alarm_arn,
            source_account=account,
            subject=subject,
        )
    except RefusedError as refused:
        return f"Failed to execute action {topic}. Received error: {refused}"
    return f"Successfully executed action {topic}"


def _metrics(alarm: Any) -> list[dict[str, Any]]:
    if alarm.metric_data_queries:
        return [
            {"id": each.id, "expression": each.expression, "returnData": bool(each.return_data)}
            if each.expression
            else {"id": each.id, "metricStat": _stat(each.metric_stat), "returnData": False}
            for each in alarm.metric_data_queries
        ]
    metric = _named(alarm.namespace, alarm.metric_name, alarm.dimensions)
    shown = {
        "metric": metric,
        "period": alarm.period,
        "stat": alarm.statistic or alarm.extended_statistic,
    }
    return [{"id": str(uuid.uuid4()), "metricStat": shown, "returnData": True}]


def _stat(stat: Any) -> dict[str, Any]:
    metric = _named(stat.metric.namespace, stat.metric.metric_name, stat.metric.dimensions)
    return {"metric": metric, "period": int(stat.period), "stat": stat.stat}


def _named(namespace: str, name: str, dimensions: Any) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "name": name,
        "dimensions": {each.name: each.value for each in dimensions},
    }


def _message(account: str, alarm: Any, was: Standing, now: Standing) -> dict[str, Any]:
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": (
            f"{alarm.configuration_updated_timestamp:%Y-%m-%dT%H:%M:%S}.000+0000"
        ),
        "NewStateValue": now.value,
        "NewStateReason": now.reason,
        "StateChangeTime": now.told()["timestamp"],
        "Region": alarm.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": was.value,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
            "TreatMissingData": alarm.treat_missing_data or "missing",
        },
    }
