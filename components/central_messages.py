"""What rules say in chat, as templates that EventBridge fills: the schema that the client shows.

EventBridge escapes nothing that it puts in (trap 1.8), so a template takes only values that AWS or
this program writes: ids, regions, stages. Whatever an attacker may name is told by the response's
own document, escaped and cut. (AWS docs: custom-notifs; trap 5.3.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message and the paths of its placeholders, ``<name>``."""

    title: str
    description: str
    paths: Mapping[str, str]
    next_steps: Sequence[str] = ()
    thread: str = ""
    """One thread for each finding: its ARN."""

    def transformer(self) -> aws.cloudwatch.EventTargetInputTransformerArgs:
        """The target's transformer, whose template is a message in the schema."""
        body = {
            "version": "1.0",
            "source": "custom",
            "content": {
                "textType": "client-markdown",
                "title": self.title,
                "description": self.description,
                **({"nextSteps": list(self.next_steps)} if self.next_steps else {}),
                "keywords": ["containment"],
            },
            **({"metadata": {"threadId": self.thread}} if self.thread else {}),
        }
        template = json.dumps(body, ensure_ascii=False)
        used = {name: path for name, path in self.paths.items() if f"<{name}>" in template}
        return aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths=used, input_template=template
        )


FINDING: Final = {
    "id": "$.detail.findings[0].Id",
    "type": "$.detail.findings[0].Types[0]",
    "account": "$.detail.findings[0].AwsAccountId",
    "region": "$.detail.findings[0].Region",
    "severity": "$.detail.findings[0].Severity.Label",
}
_PLACE: Final = {"account": "$.account", "region": "$.region"}

MESSAGES: Final[Mapping[str, Message]] = {
    "finding": Message(
        title="<type>",
        description=(
            "GuardDuty reports this of account *<account>* in *<region>* (<severity>).\n"
            "Its response has begun: the page with what was done follows in this thread.\n`<id>`"
        ),
        paths=FINDING,
        thread="<id>",
    ),
    "drill": Message(
        title="DRILL: <type>",
        description=(
            "A sample finding of account *<account>* in *<region>*: the way to people is tried, "
            "and nothing is contained.\n`<id>`"
        ),
        paths=FINDING,
        thread="<id>",
    ),
    "other-product": Message(
        title="A finding of a product that no route knows",
        description=(
            "Account *<account>* in *<region>* (<severity>). Nobody was called.\n`<product>`"
        ),
        paths={
            **{name: FINDING[name] for name in ("account", "region", "severity")},
            "product": "$.detail.findings[0].ProductArn",
        },
        next_steps=["Look at it in Security Hub", "Suppress it there if it is no incident"],
    ),
    "stage": Message(
        title="Containment says: <stage>",
        description=(
            "Account *<account>* in *<region>*, route *<route>*.\n"
            "The page with what to do follows in this thread.\n`<resource>`"
        ),
        paths={
            **_PLACE,
            "stage": "$.detail.stage",
            "route": "$.detail.route",
            "resource": "$.detail.resource",
            "finding": "$.detail.finding_arn",
        },
        thread="<finding>",
    ),
    "unrouted": Message(
        title="A finding that no route answers",
        description="Account *<account>* in *<region>*: <type>\n`<finding>`",
        paths={**_PLACE, "type": "$.detail.type", "finding": "$.detail.arn"},
        thread="<finding>",
    ),
    "run": Message(
        title="A run ended <status>",
        description="Account *<account>* in *<region>*: `<document>`, run `<run>`.",
        paths={
            **_PLACE,
            "status": "$.detail.Status",
            "document": "$.detail.Definition",
            "run": "$.detail.ExecutionId",
        },
    ),
    "response-failed": Message(
        title="The response to people ended <status>",
        description="Nobody may have been called. `<document>`, run `<run>`.",
        paths={
            "status": "$.detail.Status",
            "document": "$.detail.Definition",
            "run": "$.detail.ExecutionId",
        },
        next_steps=["Open the run in Systems Manager, Automation", "Start the response by hand"],
    ),
    "alarm": Message(
        title="Alarm: <alarm>",
        description=(
            "Account *<account>* in *<region>*: <alarm> is in ALARM.\n"
            "Its description in CloudWatch says what to do."
        ),
        paths={**_PLACE, "alarm": "$.detail.alarmName"},
    ),
}
