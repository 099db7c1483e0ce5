"""Rules and targets of the security account's home region: who is engaged, and what is said.

    aggregated finding, NEW ─┬─→ the team's response plan, or the response's document
                             └─→ topic → chat, mail
    what the ledger hears ───┬─→ the response's document
                             └─→ topic

(trap 5.7; the guide's row 3.5). Every five minutes the response looks for what nobody took up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.alarms import queue_alarms
from components.central_messages import FINDING, MESSAGES
from components.central_rules import PeopleRule, alarm_rules, finding_rules, ledger_rules
from components.engagement import Engagement
from components.engager import engager
from components.rules import as_text
from components.targets import dead_letter_queue, target
from names import (
    CENTRAL_BUS,
    ENGAGER,
    ESCALATE,
    PEOPLE_DEAD_LETTERS,
    PREFIX,
    RESPOND,
    Place,
)

ESCALATION_MINUTES: Final = 5


@dataclass(frozen=True, kw_only=True)
class CentralRoutingArgs:
    """What ``CentralRouting`` needs; ``place`` is the security account in the home region."""

    place: Place
    engagement: Engagement
    engages: Mapping[str, str]
    """Team → ARN of the target that engages it."""
    topic: pulumi.Input[str]
    ready: Sequence[pulumi.Resource]
    """The central bus, and all that the targets lead to."""


class CentralRouting(pulumi.ComponentResource):
    """Two targets for each rule: whoever answers, and the topic."""

    def __init__(
        self, name: str, args: CentralRoutingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:CentralRouting", name, None, opts)
        self._name, self._args, self._region = name, args, args.place.region
        self._child = pulumi.ResourceOptions(parent=self)
        self._after = pulumi.ResourceOptions(
            parent=self,
            depends_on=[
                *args.ready,
                *engager(name, args.place, args.engages.values(), self._child),
            ],
        )
        self._dead_letters = dead_letter_queue(
            f"{name}-dead-letters", PEOPLE_DEAD_LETTERS, args.place, self._child
        )
        self._rules: list[tuple[str, str]] = []
        for rule in chain(
            finding_rules(args.engagement),
            ledger_rules(args.engagement),
            alarm_rules(args.engagement),
        ):
            self._engage(rule)
        self._signals()
        self._escalation()
        # Somebody was not called: said on the topic itself, without the rules that failed.
        queue_alarms(
            f"{name}-letters",
            PEOPLE_DEAD_LETTERS,
            self._rules,
            lost="A finding or a stage reached nobody.",
            region=self._region,
            opts=self._child,
            actions=[args.topic],
        )
        self.register_outputs({})

    def _rule(
        self,
        part: str,
        description: str,
        *,
        bus: str = "default",
        pattern: Mapping[str, Any] | None = None,
        schedule: str | None = None,
    ) -> aws.cloudwatch.EventRule:
        self._rules.append((bus, f"{PREFIX}{part}"))
        return aws.cloudwatch.EventRule(
            f"{self._name}-{part}-rule",
            name=f"{PREFIX}{part}",
            description=description,
            event_bus_name=bus,
            event_pattern=as_text(dict(pattern)) if pattern else None,
            schedule_expression=schedule,
            region=self._region,
            # The central bus is made elsewhere, by name.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*self._args.ready]),
        )

    def _engage(self, rule: PeopleRule) -> None:
        part = rule.name if rule.bus == "default" else f"{rule.name}-ledger"
        declared = self._rule(
            part,
            f"people: {rule.says}" + (f", team {rule.team}" if rule.team else ""),
            bus=rule.bus,
            pattern=rule.pattern,
        )
        if rule.team:
            self._answer(part, rule, declared, self._args.engages[rule.team])
        target(
            f"{self._name}-{part}-told",
            rule=declared,
            target_id="topic",
            arn=self._args.topic,
            transformer=MESSAGES[rule.says].transformer(),
            dead_letters=self._dead_letters,
            region=self._region,
            opts=self._after,
        )

    def _answer(
        self, part: str, rule: PeopleRule, declared: aws.cloudwatch.EventRule, engages: str
    ) -> None:
        """A plan gets the event as it is; the document gets texts, each of which may be empty."""
        document = self._args.place.arn("ssm", f"automation-definition/{RESPOND}:$DEFAULT")
        plan = not rule.parameters and engages != document
        paths = rule.parameters or {"FindingArn": FINDING["id"]}
        inputs = {name: [f"<{name}>"] for name in paths}
        fixed = {"Route": [rule.route]} if rule.route else {}
        target(
            f"{self._name}-{part}",
            rule=declared,
            arn=engages if plan else document,
            role_arn=self._args.place.role(ENGAGER),
            transformer=None
            if plan
            else aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths=dict(paths), input_template=json.dumps({**inputs, **fixed})
            ),
            dead_letters=self._dead_letters,
            region=self._region,
            opts=self._after,
        )

    def _signals(self) -> None:
        """Who approved, or tried to, is kept: CloudTrail names the person, refused or not."""
        sent = {
            "source": ["aws.ssm"],
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {"eventName": ["SendAutomationSignal"]},
        }
        target(
            f"{self._name}-signals",
            rule=self._rule("people-signals", "approvals, as sent", pattern=sent),
            arn=self._args.place.bus(CENTRAL_BUS),
            role_arn=self._args.place.role(ENGAGER),
            dead_letters=self._dead_letters,
            region=self._region,
            opts=self._after,
        )

    def _escalation(self) -> None:
        target(
            f"{self._name}-escalation",
            rule=self._rule(
                "people-escalation",
                "is there anything that nobody has taken up",
                schedule=f"rate({ESCALATION_MINUTES} minutes)",
            ),
            arn=self._args.place.arn("ssm", f"automation-definition/{ESCALATE}:$DEFAULT"),
            role_arn=self._args.place.role(ENGAGER),
            constant="{}",  # it takes nothing from an event
            dead_letters=self._dead_letters,
            region=self._region,
            opts=self._after,
        )
