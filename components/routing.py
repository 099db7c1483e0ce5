"""The rules of one account and region, as the routes demand them, and where they lead.

A finding is answered where it happened, or goes to the ledger in one hop. Findings about something
global are handed to the account's home region and answered there, once (trap 1.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.alarms import queue_alarms
from components.rules import Rule, as_text
from components.targets import dead_letter_queue, target
from names import (
    CENTRAL_BUS,
    DEAD_LETTERS,
    FORWARDER,
    LOCAL_BUS,
    PREFIX,
    RUNBOOK_EVENTS,
    STARTER,
    Place,
)
from runbooks import Runbook


@dataclass(frozen=True, kw_only=True)
class RoutingArgs:
    """What ``Routing`` needs."""

    place: Place
    home_region: str
    central: Place
    rules: Sequence[Rule]
    runbooks: Mapping[str, Runbook]
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """Roles and documents that the targets lead to."""


class Routing(pulumi.ComponentResource):
    """Rules and targets, the local ledger bus, the dead-letter queue."""

    dead_letters: aws.sqs.Queue

    def __init__(
        self, name: str, args: RoutingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Routing", name, None, opts)
        self._name, self._place, self._central = name, args.place, args.central
        self._child = pulumi.ResourceOptions(parent=self)
        self._rules = [("default", f"{PREFIX}watch")]  # which sends to the same queue
        # A target that is ready before what it leads to would dead-letter the first finding.
        self._after = pulumi.ResourceOptions(parent=self, depends_on=[*args.ready])
        self.dead_letters = dead_letter_queue(
            f"{name}-dead-letters", DEAD_LETTERS, args.place, self._child
        )
        for rule in args.rules:
            self._finding(rule, args)
        self._ledger()
        for runbook in args.runbooks.values():
            if "Preserve" in runbook.actions:
                self._preserve(runbook)
        queue_alarms(
            f"{name}-letters",
            DEAD_LETTERS,
            self._rules,
            lost="A finding, a look or a record reached neither runbook nor ledger.",
            region=args.place.region,
            opts=self._child,
        )
        self.register_outputs({})

    def _finding(self, rule: Rule, args: RoutingArgs) -> None:
        declared = self._rule(rule.name, rule.pattern, f"findings of the route {rule.route}")
        away = rule.scope == "account" and self._place.region != args.home_region
        if rule.runbook is None:
            self._forward(rule.name, declared)
        elif away:
            home = Place(
                partition=self._place.partition,
                account=self._place.account,
                region=args.home_region,
            )
            self._forward(rule.name, declared, bus=home.bus("default"))
        else:
            document = args.runbooks[rule.runbook].document_name("Contain")
            self._start(rule, declared, document)

    def _start(self, rule: Rule, declared: aws.cloudwatch.EventRule, document: str) -> None:
        # Identifiers only: the runbook reads the finding itself (trap 1.7). Both paths are in every
        # finding's event; one that is missing would leave a hole in the JSON (trap 1.8).
        template = (
            '{"FindingArn":[<finding>],"EventTime":[<time>],'
            f'"Action":["Contain"],"Route":["{rule.route}"],"Mode":["{rule.mode}"]}}'
        )
        target(
            f"{self._name}-{rule.name}",
            rule=declared,
            arn=self._place.arn("ssm", f"automation-definition/{document}:$DEFAULT"),
            role_arn=self._place.role(STARTER),
            transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths={"finding": "$.detail.arn", "time": "$.time"}, input_template=template
            ),
            dead_letters=self.dead_letters,
            region=self._place.region,
            opts=self._after,
        )

    def _preserve(self, runbook: Runbook) -> None:
        """Evidence begins when a run says `blocked`, by a run of its own; only the ARN goes on."""
        document = runbook.document_name("Preserve")
        part = document.removeprefix(PREFIX)
        said = {"stage": ["blocked"], "runbook": [runbook.name]}
        blocked = {"source": [RUNBOOK_EVENTS], "detail": said}
        target(
            f"{self._name}-{part}",
            rule=self._rule(part, blocked, f"what {runbook.name} blocked", bus=self._bus),
            arn=self._place.arn("ssm", f"automation-definition/{document}:$DEFAULT"),
            role_arn=self._place.role(STARTER),
            transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths={"resource": "$.detail.resource"},
                input_template='{"Resource":[<resource>],"Action":["Preserve"]}',
            ),
            dead_letters=self.dead_letters,
            region=self._place.region,
            opts=self._after,
        )

    def _ledger(self) -> None:
        """Runbooks write to a bus of their own; one rule sends on what they wrote, in one hop."""
        self._bus = aws.cloudwatch.EventBus(
            f"{self._name}-ledger-local",
            name=LOCAL_BUS,
            region=self._place.region,
            opts=self._child,
        )
        everything = {"source": [{"exists": True}]}
        forwarded = self._rule("ledger-forward", everything, "every stage of a run", bus=self._bus)
        self._forward("ledger-forward", forwarded)
        # A run that dies before it can report is reported by AWS (trap 4.13).
        failed = {
            "source": ["aws.ssm"],
            "detail-type": ["EC2 Automation Execution Status-change Notification"],
            "detail": {
                "Definition": [{"prefix": PREFIX}],
                "Status": ["Failed", "TimedOut", "Cancelled"],
            },
        }
        self._forward("run-failed", self._rule("run-failed", failed, "runs that did not end well"))
        # Nobody looks at an alarm here: it is told where people are (trap 4.5).
        ringing = {
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {
                "alarmName": [{"prefix": DEAD_LETTERS}],
                "state": {"value": ["ALARM"]},
            },
        }
        self._forward("alarm", self._rule("alarm", ringing, "alarms of this place"))

    def _rule(
        self,
        part: str,
        pattern: Mapping[str, object],
        description: str,
        bus: aws.cloudwatch.EventBus | None = None,
    ) -> aws.cloudwatch.EventRule:
        self._rules.append((LOCAL_BUS if bus else "default", f"{PREFIX}{part}"))
        return aws.cloudwatch.EventRule(
            f"{self._name}-{part}-rule",
            name=f"{PREFIX}{part}",
            description=description,
            event_bus_name=bus.name if bus else "default",
            event_pattern=as_text(dict(pattern)),
            region=self._place.region,
            opts=self._child,
        )

    def _forward(self, part: str, rule: aws.cloudwatch.EventRule, bus: str | None = None) -> None:
        # As it is: a bus target takes no transformer (trap 6.10).
        target(
            f"{self._name}-{part}",
            rule=rule,
            arn=bus or self._central.bus(CENTRAL_BUS),
            role_arn=self._place.role(FORWARDER),
            dead_letters=self.dead_letters,
            region=self._place.region,
            opts=self._after,
        )
