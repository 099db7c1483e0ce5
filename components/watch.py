"""The schedule on which what is contained is looked at again (trap 4.10), and the beat (6.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.targets import target
from names import PREFIX, STARTER, Place
from runbooks import Runbook


@dataclass(frozen=True, kw_only=True)
class WatchArgs:
    """What ``Watch`` needs."""

    place: Place
    runbooks: Mapping[str, Runbook]
    minutes: int
    """From one look to the next."""
    dead_letters: aws.sqs.Queue
    """Where a look ends that could not be started: the queue of the place."""
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """Roles and documents that the targets lead to."""


class Watch(pulumi.ComponentResource):
    """One rule on a schedule, which starts the Watch document of every runbook that has one."""

    def __init__(
        self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Watch", name, None, opts)
        region = args.place.region
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule",
            name=f"{PREFIX}watch",
            description="is what was contained still as it was left",
            schedule_expression=f"rate({args.minutes} minutes)",
            event_bus_name="default",
            region=region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        for runbook in args.runbooks.values():
            if "Watch" not in runbook.actions:
                continue
            document = runbook.document_name("Watch")
            target(
                f"{name}-{document.removeprefix(PREFIX)}",
                rule=rule,
                target_id=document.removeprefix(PREFIX),
                arn=args.place.arn("ssm", f"automation-definition/{document}:$DEFAULT"),
                role_arn=args.place.role(STARTER),
                constant=json.dumps({"Action": ["Watch"]}),
                dead_letters=args.dead_letters,
                region=region,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[*args.ready]),
            )
        self.register_outputs({})
