"""Alarms on what must not be silent: one way to declare them, and those of a dead-letter queue.

Each says in its description what to do. None starts anything that could make it ring again (trap
1.16): a member's go to the ledger by a rule, the security account's own to people by rules on its
default bus, and those that mean that these ways are broken to the topic itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

Rule = tuple[str, str]
"""A bus and the name of a rule on it."""

MOST_METRICS: Final = 10
"""Metrics of one alarm (AWS docs: Create-alarm-on-metric-math-expression)."""
NOT_EMPTY: Final = "not-empty"
REFUSED: Final = "refused"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Which figure of which metric is looked at, and when it is too much."""

    namespace: str
    metric: str
    statistic: str
    """Sum, Maximum, SampleCount or a percentile such as p90."""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    period: int = 60
    """Seconds."""
    periods: int = 1
    threshold: float = 0
    comparison: str = "GreaterThanThreshold"
    missing: str = "notBreaching"
    warm_up_minutes: int = 0
    """How long a new alarm waits for its first data; 0 for not at all."""


def alarm(
    resource: str,
    watched: Watched,
    *,
    named: str,
    says: str,
    region: str,
    opts: pulumi.ResourceOptions,
    actions: Sequence[pulumi.Input[str]] = (),
) -> aws.cloudwatch.MetricAlarm:
    """One alarm; ``actions`` are topics that hear it without any rule."""
    percentile = watched.statistic.startswith("p")
    warm_up = aws.cloudwatch.MetricAlarmWarmUpConfigurationArgs(
        warm_up_period_duration_in_minutes=watched.warm_up_minutes
    )
    return aws.cloudwatch.MetricAlarm(
        resource,
        name=named,
        alarm_description=says,
        namespace=watched.namespace,
        metric_name=watched.metric,
        dimensions=dict(watched.dimensions) or None,
        statistic=None if percentile else watched.statistic,
        extended_statistic=watched.statistic if percentile else None,
        period=watched.period,
        evaluation_periods=watched.periods,
        threshold=watched.threshold,
        comparison_operator=watched.comparison,
        treat_missing_data=watched.missing,
        warm_up_configuration=warm_up if watched.warm_up_minutes else None,
        alarm_actions=[*actions] or None,
        region=region,
        opts=opts,
    )


def queue_alarms(
    resource: str,
    queue: str,
    rules: Iterable[Rule],
    *,
    lost: str,
    region: str,
    opts: pulumi.ResourceOptions,
    actions: Sequence[pulumi.Input[str]] = (),
) -> None:
    """A dead-letter queue that has something in it, and one that did not take it (trap 4.5).

    ``lost`` says what is in there. What the queue refuses is counted by rule and in no other way
    (AWS docs: eb-monitoring), so an alarm adds up those of ten rules.
    """
    alarm(
        f"{resource}-{NOT_EMPTY}",
        Watched(
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            statistic="Maximum",
            dimensions={"QueueName": queue},
        ),
        named=f"{queue}-{NOT_EMPTY}",
        says=(
            f"{lost} Read {queue}: each message names its rule, target and error. Repair that, "
            "put the events on their bus again, then purge the queue"
        ),
        region=region,
        opts=opts,
        actions=actions,
    )
    named = sorted(rules)
    for start in range(0, len(named), MOST_METRICS):
        some = named[start : start + MOST_METRICS]
        part = f"-{start // MOST_METRICS + 1}" if start else ""
        aws.cloudwatch.MetricAlarm(
            f"{resource}-{REFUSED}{part}",
            name=f"{queue}-{REFUSED}{part}",
            alarm_description=(
                f"{lost} And it is gone, for {queue} did not take it: let EventBridge send to "
                "that queue again. The metric InvocationsFailedToBeSentToDlq names the rule; look "
                "up by hand what it should have answered"
            ),
            metric_queries=[*_refusals(some)],
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[*actions] or None,
            region=region,
            opts=opts,
        )


def _refusals(rules: Iterable[Rule]) -> Iterable[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    for number, (bus, name) in enumerate(rules):
        own = {} if bus == "default" else {"EventBusName": bus}
        yield aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id=f"rule{number}",
            metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                namespace="AWS/Events",
                metric_name="InvocationsFailedToBeSentToDlq",
                dimensions={**own, "RuleName": name},
                period=60,
                stat="Sum",
            ),
        )
    yield aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id="refused",
        expression="SUM(METRICS())",
        label="refused by the queue of dead letters",
        return_data=True,
    )
