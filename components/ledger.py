"""The ledger: what the pipeline did, wanted or failed to do, in every account and region.

Forwarders of the organisation write to the central bus, one rule writes it all to a log group, and
metrics, dashboard and the service-level alarm read nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.heartbeat import heartbeats
from components.targets import dead_letter_queue, target
from names import (
    CENTRAL_BUS,
    FORWARDER,
    LEDGER_DEAD_LETTERS,
    LOG_GROUP,
    METRICS,
    PREFIX,
    RUNBOOK_EVENTS,
    Place,
)


@dataclass(frozen=True, kw_only=True)
class LedgerArgs:
    """What ``Ledger`` needs; ``place`` is the security account in the home region."""

    place: Place
    organization: str | None
    objective_minutes: int
    retain_data: bool
    beats: Sequence[Place]
    """Every account and region that contains, and has to be heard of."""
    watch_minutes: int


class Ledger(pulumi.ComponentResource):
    """Bus, log group, metrics, dashboard and the alarm on the time to contain."""

    ready: list[pulumi.Resource]
    """What rules on the central bus wait for."""

    def __init__(
        self, name: str, args: LedgerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Ledger", name, None, opts)
        self._name, self._args = name, args
        self._region = args.place.region
        self._child = pulumi.ResourceOptions(parent=self)
        bus = aws.cloudwatch.EventBus(
            f"{name}-bus", name=CENTRAL_BUS, region=self._region, opts=self._child
        )
        self.ready = [bus]
        aws.cloudwatch.EventBusPolicy(
            f"{name}-bus-from-forwarders",
            event_bus_name=bus.name,
            policy=json.dumps(self._admits()),
            region=self._region,
            opts=self._child,
        )
        logs = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=LOG_GROUP,
            retention_in_days=731,
            region=self._region,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain_data),
        )
        self._recorded(bus, logs)
        self._measured(logs)
        heartbeats(name, logs, args.beats, args.watch_minutes, self._region, self._child)
        self.register_outputs({})

    def _admits(self) -> dict[str, Any]:
        """Forwarders only, and by text: a role in ``Principal`` may not exist yet (trap 6.4)."""
        partition, account = self._args.place.partition, self._args.place.account
        inside = {"StringEquals": {"aws:PrincipalOrgID": self._args.organization}}
        whose = "*" if self._args.organization else account
        forwarders = f"arn:{partition}:iam::{whose}:role/{FORWARDER}"
        statement = {
            "Sid": "Forwarders",
            "Effect": "Allow",
            "Principal": {"AWS": "*" if self._args.organization else account},
            "Action": "events:PutEvents",
            "Resource": self._args.place.bus(CENTRAL_BUS),
            "Condition": {
                "ArnLike": {"aws:PrincipalArn": forwarders},
                **(inside if self._args.organization else {}),
            },
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    def _recorded(self, bus: aws.cloudwatch.EventBus, logs: aws.cloudwatch.LogGroup) -> None:
        dead_letters = dead_letter_queue(
            f"{self._name}-dead-letters", LEDGER_DEAD_LETTERS, self._args.place, self._child
        )
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-record-rule",
            name=f"{PREFIX}ledger-record",
            description="everything that reaches the ledger",
            event_bus_name=bus.name,
            event_pattern=json.dumps({"source": [{"exists": True}]}),
            region=self._region,
            opts=self._child,
        )
        # A policy of the log group's own: an account has room for ten of the other kind (trap 6.6).
        aws.cloudwatch.LogResourcePolicy(
            f"{self._name}-log-from-rule",
            resource_arn=logs.arn,
            policy_document=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "RecordRule",
                            "Effect": "Allow",
                            "Principal": {
                                "Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
                            },
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": pulumi.Output.concat(logs.arn, ":*"),
                            "Condition": {"ArnEquals": {"aws:SourceArn": rule.arn}},
                        }
                    ],
                }
            ),
            region=self._region,
            opts=self._child,
        )
        target(
            f"{self._name}-record",
            rule=rule,
            arn=logs.arn,
            dead_letters=dead_letters,
            region=self._region,
            opts=self._child,
        )

    def _measured(self, logs: aws.cloudwatch.LogGroup) -> None:
        """By stage and route, no finer: each combination is a metric of its own (trap 6.2)."""
        real = f'($.source = "{RUNBOOK_EVENTS}") && ($.detail.drill IS FALSE)'
        self._metric(logs, "Stages", f"{{ {real} }}", "1", {"Stage": "$.detail.stage"})
        contained = f'{{ {real} && ($.detail.stage = "contained") }}'
        self._metric(logs, "TimeToContain", contained, "$.detail.elapsed_s", {})
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-objective",
            name=f"{PREFIX}time-to-contain",
            alarm_description=(
                f"A resource took longer than {self._args.objective_minutes} minutes to contain, "
                "counted from the first sign of the attack"
            ),
            namespace=METRICS,
            metric_name="TimeToContain",
            extended_statistic="p90",
            period=300,
            evaluation_periods=1,
            threshold=self._args.objective_minutes * 60,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            region=self._region,
            opts=self._child,
        )
        aws.cloudwatch.Dashboard(
            f"{self._name}-dashboard",
            dashboard_name=f"{PREFIX}time-to-contain",
            dashboard_body=json.dumps(_dashboard(self._region, self._args.objective_minutes)),
            region=self._region,
            opts=self._child,
        )

    def _metric(
        self,
        logs: aws.cloudwatch.LogGroup,
        metric: str,
        pattern: str,
        value: str,
        dimensions: dict[str, str],
    ) -> None:
        aws.cloudwatch.LogMetricFilter(
            f"{self._name}-{metric.lower()}",
            name=metric,
            log_group_name=logs.name,
            pattern=pattern,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=METRICS,
                name=metric,
                value=value,
                dimensions={**dimensions, "Route": "$.detail.route"} if dimensions else None,
            ),
            region=self._region,
            opts=self._child,
        )


def _dashboard(region: str, objective_minutes: int) -> dict[str, Any]:
    """Time to contain against its objective, and how many got how far."""
    time_to_contain = {
        "title": "Time to contain, seconds from the first sign of the attack",
        "region": region,
        "metrics": [
            [METRICS, "TimeToContain", {"stat": statistic}] for statistic in ("p50", "p90")
        ],
        "annotations": {"horizontal": [{"label": "objective", "value": objective_minutes * 60}]},
    }
    stages = {
        "title": "Stages reached",
        "region": region,
        "metrics": [
            [{"expression": f"SEARCH('{{{METRICS},Stage,Route}}', 'Sum', 3600)", "id": "stages"}]
        ],
    }
    return {
        "widgets": [
            {"type": "metric", "x": 0, "y": 0, "width": 24, "height": 8, "properties": widget}
            for widget in (time_to_contain, stages)
        ]
    }
