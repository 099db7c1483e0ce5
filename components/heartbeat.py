"""Silence looks like peace (trap 6.3): an alarm for every account and region that falls silent."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from names import ALIVE, METRICS, PREFIX, RUNBOOK_EVENTS, Place

MISSED = 3
"""Looks in a row without a beat until it is an alarm: one may be late, or be retried."""


def heartbeats(
    name: str,
    logs: aws.cloudwatch.LogGroup,
    places: Sequence[Place],
    watch_minutes: int,
    region: str,
    opts: pulumi.ResourceOptions,
) -> None:
    """Count the beats by account and region, and miss each that should be there.

    A beat comes the way that every record comes: local bus, rule, central bus, log group. So it
    shows that this way is open. The account is the envelope's, which nobody can write (trap 6.1).
    """
    aws.cloudwatch.LogMetricFilter(
        f"{name}-heartbeat",
        name="Heartbeat",
        log_group_name=logs.name,
        pattern=f'{{ ($.source = "{RUNBOOK_EVENTS}") && ($.detail.stage = "{ALIVE}") }}',
        metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
            namespace=METRICS,
            name="Heartbeat",
            value="1",
            dimensions={"Account": "$.account", "Region": "$.region"},
        ),
        region=region,
        opts=opts,
    )
    for place in places:
        aws.cloudwatch.MetricAlarm(
            f"{name}-silent-{place.account}-{place.region}",
            name=f"{PREFIX}silent-{place.account}-{place.region}",
            alarm_description=(
                f"Nothing was heard of {place.account} in {place.region} for "
                f"{MISSED * watch_minutes} minutes: attacks there may go uncontained, unrecorded. "
                f"Look at the runs of its Watch documents and at its rules {PREFIX}watch and "
                f"{PREFIX}ledger-forward"
            ),
            namespace=METRICS,
            metric_name="Heartbeat",
            dimensions={"Account": place.account, "Region": place.region},
            statistic="Sum",
            period=watch_minutes * 60,
            evaluation_periods=MISSED,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",
            region=region,
            opts=opts,
        )
