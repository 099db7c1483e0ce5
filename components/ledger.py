"""The ledger: what the pipeline did, wanted or failed to do, in every account and region.

Forwarders of the organisation write to the central bus, one rule writes it all to a log group, and
what is measured of it (``metrics.py``) feeds the alarms (``service_levels.py``) and dashboards.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import queue_alarms
from components.dashboard import dashboards
from components.metrics import measure
from components.service_levels import service_levels, silences
from components.targets import dead_letter_queue, target
from names import (
    CENTRAL_BUS,
    FORWARDER,
    LEDGER_DEAD_LETTERS,
    LOG_GROUP,
    PREFIX,
    TOPIC,
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
    """Bus, log group, metrics, dashboards and alarms."""

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
        measure(name, logs, self._region, self._child)
        levels = (args.objective_minutes, args.watch_minutes)
        service_levels(name, *levels, self._region, self._child)
        silences(name, args.beats, args.watch_minutes, self._region, self._child)
        self._seen()
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
        recorded = f"{PREFIX}ledger-record"
        # What is not in the ledger, no rule on it can tell: the topic itself hears it.
        queue_alarms(
            f"{self._name}-letters",
            LEDGER_DEAD_LETTERS,
            [(CENTRAL_BUS, recorded)],
            lost="The ledger lacks a record: figures are wrong, and people may not have been told.",
            region=self._region,
            opts=self._child,
            actions=[self._args.place.arn("sns", TOPIC)],
        )
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-record-rule",
            name=recorded,
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

    def _seen(self) -> None:
        args = self._args
        bodies = dashboards(args.place, args.beats, args.objective_minutes, args.watch_minutes)
        for dashboard, body in bodies.items():
            aws.cloudwatch.Dashboard(
                f"{self._name}-{dashboard.removeprefix(PREFIX)}",
                dashboard_name=dashboard,
                dashboard_body=json.dumps(body),
                region=self._region,
                opts=self._child,
            )
