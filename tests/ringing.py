"""What tests of emulated metric alarms do: put an alarm, send data, look at the state."""

from __future__ import annotations

from typing import Any

from rehearsal.emulator.server import Emulator
from tests.emulated import TAX, client

ALARM: dict[str, Any] = {
    "AlarmName": "hot",
    "Namespace": "N",
    "MetricName": "M",
    "Statistic": "Maximum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 5,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}


def put(running: Emulator, **changed: Any) -> Any:
    """An alarm, and an hour in which it comes to rest; the client."""
    cloudwatch = client(running, TAX, "cloudwatch")
    cloudwatch.put_metric_alarm(**{**ALARM, **changed})
    return cloudwatch


def send(cloudwatch: Any, *values: float, **metric: Any) -> None:
    """Data of now."""
    data = [{"MetricName": "M", "Value": value, **metric} for value in values]
    cloudwatch.put_metric_data(Namespace="N", MetricData=data)


def state(cloudwatch: Any, name: str = "hot") -> str:
    """In which state an alarm is."""
    [alarm] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(alarm["StateValue"])


def silent(running: Emulator, **changed: Any) -> Any:
    """An alarm that misses a beat each five minutes for three times; the client."""
    beat = {"Statistic": "SampleCount", "Threshold": 1, "ComparisonOperator": "LessThanThreshold"}
    given = {"Period": 300, "EvaluationPeriods": 3, "TreatMissingData": "breaching"}
    return put(running, **beat, **{**given, **changed})
