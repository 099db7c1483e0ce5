"""What the ledger's records become in CloudWatch, and what there is of EventBridge's own metrics.

Drills and dry runs are in none of the figures of production. By stage and route, or by account and
region, and no finer: each combination of dimensions is a metric of its own, and costs (trap 6.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from names import ALIVE, METRICS, RESPONSE_EVENTS, RUNBOOK_EVENTS, WAITING

STAGE_SECONDS: Final = "StageSeconds"
TIME_TO_CONTAIN: Final = "TimeToContain"
CLOCK_SKEW: Final = "ClockSkew"
BREACHED: Final = "Breached"
OPEN: Final = "OpenContainments"
BRAKES: Final = "Brakes"
APPROVAL_SECONDS: Final = "ApprovalSeconds"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A metric filter: which records count, and with what value."""

    name: str
    pattern: str
    value: str = "1"
    dimensions: Mapping[str, str] = field(default_factory=dict)


_REAL: Final = (
    f'($.source = "{RUNBOOK_EVENTS}") && ($.detail.drill IS FALSE) && ($.detail.dry_run IS FALSE)'
)
_BEAT: Final = f'($.source = "{RUNBOOK_EVENTS}") && ($.detail.stage = "{ALIVE}")'
_PLACE: Final = {"Account": "$.account", "Region": "$.region"}
"""The envelope's, which nobody can write (trap 6.1)."""

MEASURES: Final = (
    # How often is its SampleCount. One negative value would leave a metric without percentiles
    # (AWS docs: Statistics definitions): clocks that disagree are counted apart (trap 6.9).
    Measure(
        name=STAGE_SECONDS,
        pattern=f"{_REAL} && ($.detail.elapsed_s >= 0)",
        value="$.detail.elapsed_s",
        dimensions={"Stage": "$.detail.stage", "Route": "$.detail.route"},
    ),
    Measure(
        name=TIME_TO_CONTAIN,
        pattern=f'{_REAL} && ($.detail.stage = "contained") && ($.detail.elapsed_s >= 0)',
        value="$.detail.elapsed_s",
    ),
    Measure(name=CLOCK_SKEW, pattern=f"{_REAL} && ($.detail.elapsed_s < 0)"),
    Measure(name=BREACHED, pattern=f'{_REAL} && ($.detail.stage = "breached")'),
    # A beat and what it says is open: how many beats there were is the SampleCount (trap 6.3).
    Measure(name=OPEN, pattern=_BEAT, value="$.detail.open", dimensions=_PLACE),
    Measure(name=BRAKES, pattern=_BEAT, value="$.detail.brakes"),
    Measure(
        name=APPROVAL_SECONDS,
        pattern=f'($.source = "{RESPONSE_EVENTS}") && ($.detail.stage = "{WAITING}")',
        value="$.detail.oldest_s",
    ),
)

UNUSED: Final[Mapping[str, str]] = {
    "TriggeredRules": "says what MatchedEvents says, since every rule of ours has targets",
    "InvocationAttempts": "a try that is repeated is no loss; what is lost is FailedInvocations",
    "RetryInvocationAttempts": "a target that is busy is what retries are for (trap 4.5)",
    "SuccessfulInvocationAttempts": "is Invocations without FailedInvocations, and both are shown",
}
"""Metrics that EventBridge sends of our rules and nothing here reads, and why."""


def measure(
    name: str, logs: aws.cloudwatch.LogGroup, region: str, opts: pulumi.ResourceOptions
) -> None:
    """A filter of the ledger's log group for each measure."""
    for each in MEASURES:
        aws.cloudwatch.LogMetricFilter(
            f"{name}-{each.name.lower()}",
            name=each.name,
            log_group_name=logs.name,
            pattern=f"{{ {each.pattern} }}",
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=METRICS,
                name=each.name,
                value=each.value,
                dimensions=dict(each.dimensions) or None,
            ),
            region=region,
            opts=opts,
        )
