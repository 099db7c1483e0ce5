"""What our roles need in an account: who, which actions, on what.

What runbooks and the response need is in their ``permissions.json``, as it is granted to them; a
test compares what is here of the others with what is declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any, Final

from names import (
    CENTRAL_BUS,
    FORWARDER,
    RESPONDER,
    STARTER,
    evidence_bucket,
    exemptions_bucket,
)
from operations.readiness.environment import Environment
from operations.readiness.statements import texts
from runbooks import RESPONSE, RUNBOOKS, responder_policy
from settings import Account

DEPLOYS: Final = (
    *("cloudwatch:PutMetricAlarm", "dynamodb:CreateTable", "events:PutRule", "events:PutTargets"),
    *("iam:CreatePolicy", "iam:CreateRole", "iam:PassRole", "iam:PutRolePolicy"),
    *("sqs:CreateQueue", "ssm:CreateDocument", "ssm:UpdateDocument", "ssm:UpdateServiceSetting"),
)
"""A few of the deployer's actions in every account that contains: without one nothing is there."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """One action of one role."""

    role: str
    action: str
    resources: Sequence[str]


def needs(environment: Environment, account: Account) -> Iterator[Need]:
    """Everything that our roles and the deployer must be able to do in an account."""
    for action in DEPLOYS:
        yield Need(role=environment.settings.deployer_role, action=action, resources=["*"])
    if account.contains:
        yield from _pipeline(environment, account)
    if account.role == "security":
        values = _values(environment, account)
        for kind in RESPONSE.actions:
            for entry in RESPONSE.permissions[kind]:
                if "Where" not in entry:
                    yield from _of_entry(RESPONSE.document_name(kind), entry, values)


def _pipeline(environment: Environment, account: Account) -> Iterator[Need]:
    partition, values = environment.partition, _values(environment, account)
    for runbook in RUNBOOKS.values():
        for action in runbook.actions:
            role = runbook.document_name(action)
            policy = runbook.policy(action, values)
            for statement in policy["Statement"]:
                yield from _of_entry(role, statement, {})
    started = f"arn:{partition}:ssm:*:{account.id}:automation-execution/*"
    yield Need(role=STARTER, action="ssm:StartAutomationExecution", resources=[started])
    passed = f"arn:{partition}:iam::{account.id}:role/containment-*"
    yield Need(role=STARTER, action="iam:PassRole", resources=[passed])
    central = environment.central.bus(CENTRAL_BUS)
    yield Need(role=FORWARDER, action="events:PutEvents", resources=[central])
    for statement in responder_policy(partition, account.id)["Statement"]:
        yield from _of_entry(RESPONDER, statement, {})


def _of_entry(role: str, entry: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Need]:
    if entry.get("Effect") == "Deny":
        return
    resources = [Template(each).safe_substitute(values) for each in texts(entry["Resource"])]
    for action in texts(entry["Action"]):
        yield Need(role=role, action=action, resources=resources)


def _values(environment: Environment, account: Account) -> dict[str, Any]:
    """What the permissions leave open, as ``components/access.py`` fills it in."""
    central = environment.central
    return {
        "partition": environment.partition,
        "account": account.id,
        "home_region": central.region,
        "security_account": central.account,
        "evidence_bucket": evidence_bucket(central),
        "exemptions_bucket": exemptions_bucket(central),
        "never_touch": [f"arn:{environment.partition}:iam::{account.id}:role/containment-*"],
        "forensic_account": environment.settings.forensics.account or "",
    }
