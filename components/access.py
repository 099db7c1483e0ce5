"""Once per account: who may do what, what can be denied, and the table of locks, caps and state.

IAM is global and slow (trap 6.8), so the roles of all regions are made here once, named without a
region. Every trust says for which source it is meant. No role may write policies (trap 2.7): what
a runbook denies is made here beforehand, denies nobody by itself, and is attached.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.responder import ResponderArgs, responder
from components.sharing import shares_metrics
from names import (
    CENTRAL_BUS,
    DENIED_SLOTS,
    DENIED_TAG,
    DENY_INSTANCE,
    FORWARDER,
    PREFIX,
    STARTER,
    STATE_TABLE,
    Place,
    evidence_bucket,
    exemptions_bucket,
)
from runbooks import Runbook


@dataclass(frozen=True, kw_only=True)
class AccountAccessArgs:
    """What ``AccountAccess`` needs; ``home`` is this account in the home region."""

    home: Place
    central: Place
    """The security account in the home region, where the central bus is."""
    runbooks: Mapping[str, Runbook]
    never_touch: Sequence[str]
    """ARNs of roles that no runbook changes, * matches any."""
    retain_data: bool
    organization: str | None = None
    """The organisation's id, None for an account that stands alone."""
    forensic_account: str | None = None
    """Account that copies of snapshots are shared with; None grants none of that."""
    shares_metrics: bool = True
    """Whether the role is made that dashboards read metrics by; the central account needs none."""


class AccountAccess(pulumi.ComponentResource):
    """The pipeline's roles and state of one account."""

    roles: Sequence[pulumi.Resource]

    def __init__(
        self, name: str, args: AccountAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:AccountAccess", name, None, opts)
        self._name = name
        self._home = args.home
        made: list[pulumi.Resource] = []
        anywhere = Place(partition=args.home.partition, account=args.home.account, region="*")
        for runbook in args.runbooks.values():
            for action in runbook.actions:
                values = {
                    "partition": args.home.partition,
                    "account": args.home.account,
                    "home_region": args.home.region,
                    "security_account": args.central.account,
                    "evidence_bucket": evidence_bucket(args.central),
                    "exemptions_bucket": exemptions_bucket(args.central),
                    "never_touch": args.never_touch,
                    "forensic_account": args.forensic_account or "",
                }
                made += self._role(
                    runbook.document_name(action),
                    service="ssm.amazonaws.com",
                    source=anywhere.arn("ssm", "automation-execution/*"),
                    policy=runbook.policy(action, values),
                )
        rules = anywhere.arn("events", f"rule/{PREFIX}*")
        made += self._role(
            STARTER,
            service="events.amazonaws.com",
            source=rules,
            policy=_may_start(_started_by_rules(args.runbooks), anywhere),
        )
        made += self._role(
            FORWARDER,
            service="events.amazonaws.com",
            source=rules,
            policy=_allow({"Action": "events:PutEvents", "Resource": _leads_to(args)}),
        )
        made += responder(
            self._name,
            ResponderArgs(
                place=anywhere,
                central=args.central,
                organization=args.organization,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        if args.shares_metrics and args.home.account != args.central.account:
            child = pulumi.ResourceOptions(parent=self)
            shares_metrics(self._name, args.central, args.organization, child)
        self._deny_instance(retain=args.retain_data)
        self._table(retain=args.retain_data)
        self.roles = made
        self.register_outputs({})

    def _role(
        self, name: str, *, service: str, source: str, policy: Mapping[str, Any]
    ) -> list[pulumi.Resource]:
        child = pulumi.ResourceOptions(parent=self)
        trust = _allow(
            {
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": self._home.account},
                    "ArnLike": {"aws:SourceArn": source},
                },
            }
        )
        part = name.removeprefix(PREFIX)
        role = aws.iam.Role(
            f"{self._name}-{part}", name=name, assume_role_policy=json.dumps(trust), opts=child
        )
        allowed = aws.iam.RolePolicy(
            f"{self._name}-{part}-may",
            name="may",
            role=role.name,
            policy=json.dumps(policy),
            opts=child,
        )
        return [role, allowed]

    def _deny_instance(self, *, retain: bool) -> None:
        # Attached while something is contained: a stack that goes must not let it go (4.11).
        aws.iam.Policy(
            f"{self._name}-deny-instance",
            name=DENY_INSTANCE,
            description="Denies everything to the instances that the role's tags name",
            policy=json.dumps(_deny_named_instances()),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=retain),
        )

    def _table(self, *, retain: bool) -> None:
        # Removing a stack while something is contained must not forget how it was before (4.11).
        aws.dynamodb.Table(
            f"{self._name}-state",
            name=STATE_TABLE,
            billing_mode="PAY_PER_REQUEST",
            hash_key="id",
            attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True),
            deletion_protection_enabled=retain,
            region=self._home.region,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=retain),
        )


def _leads_to(args: AccountAccessArgs) -> list[str]:
    """The ledger, and home, where findings about global things are answered (trap 1.2)."""
    return [args.central.bus(CENTRAL_BUS), args.home.bus("default")]


def _started_by_rules(runbooks: Mapping[str, Runbook]) -> list[str]:
    """Documents that a finding, a report or the schedule starts; a release is started by people."""
    return [
        runbook.document_name(action)
        for runbook in runbooks.values()
        for action in runbook.actions
        if action != "Release"
    ]


def _may_start(documents: Sequence[str], anywhere: Place) -> dict[str, Any]:
    """Starting takes the document, the execution and, for IAM's old evaluation, the definition."""
    resources = [anywhere.arn("ssm", "automation-execution/*")]
    for document in documents:
        resources += [
            anywhere.arn("ssm", f"document/{document}"),
            anywhere.arn("ssm", f"automation-definition/{document}:*"),
        ]
    return _allow(
        {"Action": "ssm:StartAutomationExecution", "Resource": sorted(resources)},
        {
            "Action": "iam:PassRole",
            "Resource": sorted(anywhere.role(document) for document in documents),
            "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
        },
    )


def _deny_named_instances() -> dict[str, Any]:
    """Whatever credentials of a named instance ask for, from wherever (trap 2.8).

    The comparison is of strings: a variable under an ARN operator may never match. A slot without a
    tag has a default that is nobody's ARN, for a variable without value may void the statement.
    (AWS docs: reference_policies_variables.)
    """
    slots = [
        f"${{aws:PrincipalTag/{DENIED_TAG}{slot}, 'none'}}" for slot in range(1, DENIED_SLOTS + 1)
    ]
    statement = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"ec2:SourceInstanceARN": slots}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _allow(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", **statement} for statement in statements],
    }
