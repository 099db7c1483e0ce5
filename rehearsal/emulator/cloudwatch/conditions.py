"""What PutMetricAlarm asks for, read into what is evaluated; and what AWS refuses of it.

Emulated are alarms on one metric, or on ``SUM(METRICS())`` over up to ten of them. That a sum takes
no notice of those that have no datum in a period is UNVERIFIED. Composite alarms, anomaly bands,
Metrics Insights, PromQL, other windows, units and actions that are no topics are NotEmulatedError.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rehearsal.emulator.cloudwatch.evaluation import COMPARISONS, Condition
from rehearsal.emulator.cloudwatch.series import MINUTE, Metric, statistic
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.world import NotEmulatedError

SUM: Final = "SUM(METRICS())"
MOST_METRICS: Final = 10
"""Of an alarm on an expression (AWS docs: Create-alarm-on-metric-math-expression)."""
DAY, WEEK, HOUR = 86_400, 604_800, 3_600
WITHOUT_DIMENSIONS: Final = {"MatchedEvents", "Invocations", "InvocationAttempts", "TriggeredRules"}
"""What EventBridge also sends for a whole account and region (AWS docs: eb-monitoring)."""


def metrics_of(account: str, region: str, alarm: Any) -> tuple[Metric, ...]:
    """The metrics that an alarm of moto's looks at. Raises RefusedError and NotEmulatedError."""
    queries = alarm.metric_data_queries
    if not queries:
        return (_metric(account, region, alarm.namespace, alarm.metric_name, alarm.dimensions),)
    stats = [each.metric_stat for each in queries if each.metric_stat]
    returned = [each for each in queries if each.return_data]
    if len(returned) != 1 or returned[0].expression != SUM:
        raise NotEmulatedError(f"{alarm.name}: of expressions in alarms only {SUM} is emulated")
    if len(stats) > MOST_METRICS:
        raise RefusedError("ValidationError", f"{alarm.name}: more than {MOST_METRICS} metrics")
    return tuple(
        _metric(
            account, region, one.metric.namespace, one.metric.metric_name, one.metric.dimensions
        )
        for one in stats
    )


def figure_of(alarm: Any) -> tuple[str, int]:
    """The statistic, and the period in minutes."""
    stats = [each.metric_stat for each in alarm.metric_data_queries if each.metric_stat]
    asked = {(one.stat, int(one.period)) for one in stats} or {
        (alarm.statistic or alarm.extended_statistic, int(alarm.period or 0))
    }
    if len(asked) > 1:
        raise NotEmulatedError(f"{alarm.name}: metrics with different statistics or periods")
    [(name, seconds)] = asked
    if not name:
        raise RefusedError("ValidationError", f"{alarm.name}: Statistic or ExtendedStatistic")
    statistic(name)
    if seconds in (10, 20, 30):
        raise NotEmulatedError(f"{alarm.name}: high resolution is not emulated")
    if seconds < MINUTE or seconds % MINUTE:
        raise RefusedError("ValidationError", f"{alarm.name}: Period {seconds} is not valid")
    return name, seconds // MINUTE


def condition_of(alarm: Any, minutes: int) -> Condition:
    """When it rings. Raises RefusedError as AWS does."""
    if alarm.comparison_operator not in COMPARISONS:
        raise NotEmulatedError(f"{alarm.name}: {alarm.comparison_operator} is not emulated")
    missing = alarm.treat_missing_data or "missing"
    if missing not in ("missing", "notBreaching", "breaching", "ignore"):
        raise RefusedError("ValidationError", f"{alarm.name}: TreatMissingData {missing}")
    periods = int(alarm.evaluation_periods)
    to_alarm = int(alarm.datapoints_to_alarm or periods)
    if not 1 <= to_alarm <= periods:
        raise RefusedError("ValidationError", f"{alarm.name}: DatapointsToAlarm {to_alarm}")
    longest = WEEK if minutes * MINUTE >= HOUR else DAY
    if periods * minutes * MINUTE > longest:
        why = "Metrics cannot be checked across more than a day (EvaluationPeriods * Period)"
        raise RefusedError("ValidationError", f"{alarm.name}: {why}")
    if alarm.evaluate_low_sample_count_percentile == "ignore":
        raise NotEmulatedError(f"{alarm.name}: ignoring low sample counts is not emulated")
    return Condition(
        threshold=float(alarm.threshold),
        comparison=alarm.comparison_operator,
        periods=periods,
        to_alarm=to_alarm,
        missing=missing,
    )


def check_actions(alarm: Any) -> None:
    """An action is a topic of the alarm's own region and account, or not emulated."""
    for arn in (*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions):
        if not arn.startswith("arn:aws:sns:"):
            raise NotEmulatedError(f"{alarm.name}: the action {arn} is not emulated")
        if arn.split(":")[3] != alarm.region_name:
            raise RefusedError("ValidationError", f"{alarm.name}: {arn} is of another region")


def _metric(
    account: str, region: str, namespace: str, name: str, dimensions: Sequence[Any]
) -> Metric:
    if not namespace or not name:
        raise RefusedError("ValidationError", "MetricName and Namespace, or Metrics, are required")
    if namespace == "AWS/Events" and not dimensions and name in WITHOUT_DIMENSIONS:
        raise NotEmulatedError(f"{namespace} {name} without dimensions is not emulated")
    pairs = frozenset((each.name, each.value) for each in dimensions)
    return Metric(account, region, namespace, name, pairs)
