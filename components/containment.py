"""The runbooks as documents in one account and region."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
import pulumi_aws as aws

from components.bounds import Bounds
from names import PREFIX, SNAPSHOT_KEY, Place, evidence_bucket, exemptions_bucket
from routes import DNS_EXFILTRATION, ROUTES
from runbooks import Action, Runbook


@dataclass(frozen=True, kw_only=True)
class ContainmentArgs:
    """What ``Containment`` needs."""

    place: Place
    central: Place
    """The security account in the home region: where evidence is put, and exemptions are."""
    runbooks: Mapping[str, Runbook]
    bounds: Bounds
    roles: Sequence[pulumi.Resource] = field(default_factory=tuple)


class Containment(pulumi.ComponentResource):
    """Documents, ready to be started; the quota of runs grows by itself where AWS lets it."""

    documents: list[pulumi.Resource]

    def __init__(
        self, name: str, args: ContainmentArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Containment", name, None, opts)
        region = args.place.region
        self.documents = []
        for runbook in args.runbooks.values():
            for action in runbook.actions:
                document = runbook.document(action, _written_in(args, runbook, action))
                self.documents.append(
                    aws.ssm.Document(
                        f"{name}-{runbook.document_name(action).removeprefix(PREFIX)}",
                        name=runbook.document_name(action),
                        document_type="Automation",
                        document_format="JSON",
                        content=json.dumps(document, separators=(",", ":")),
                        region=region,
                        # A run that starts before its role is there fails, and is not repeated.
                        opts=pulumi.ResourceOptions(parent=self, depends_on=[*args.roles]),
                    )
                )
        # 100 concurrent runs become 500 when a burst asks for it (AWS docs: adaptive-concurrency).
        aws.ssm.ServiceSetting(
            f"{name}-adaptive-concurrency",
            setting_id=args.place.arn(
                "ssm", "servicesetting/ssm/automation/enable-adaptive-concurrency"
            ),
            setting_value="True",
            region=region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def _written_in(args: ContainmentArgs, runbook: Runbook, action: Action) -> dict[str, Any]:
    """What a document holds as literals: nothing that a starter could choose."""
    return {
        "role": args.place.role(runbook.document_name(action)),
        "actions": [action],
        "stack": {
            "AccountId": args.place.account,
            "HomeRegion": args.central.region,
            "EvidenceBucket": evidence_bucket(args.central),
            "ExemptionsBucket": exemptions_bucket(args.central),
        },
        "routes": {
            route.name: [
                {"Types": list(match.types), "Role": match.role or ""} for match in route.matches
            ]
            for route in ROUTES
            if route.runbook == runbook.name
        },
        "caps": dict(args.bounds.caps),
        "suffices": args.bounds.suffices,
        "two_swaps_proven": args.bounds.two_swaps_proven,
        "credentials_margin": args.bounds.credentials_margin,
        "dns_types": list(DNS_EXFILTRATION),
        "dns_firewalled": list(args.bounds.dns_firewalled),
        "forensics": args.bounds.forensics(),
        "copies": _copies(args),
        "never_touch": args.bounds.untouchable(args.place),
    }


def _copies(args: ContainmentArgs) -> dict[str, str]:
    """With whom copies of snapshots are shared, and on which key; empty where with nobody.

    A key encrypts in its own region only: each has one of its own, by the same name.
    """
    account = args.bounds.forensic_account
    key = replace(args.central, region=args.place.region).arn("kms", SNAPSHOT_KEY)
    return {"Account": account, "Key": key} if account else {}
