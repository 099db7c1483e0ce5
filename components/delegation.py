"""The management account hands GuardDuty and Security Hub over to the security account.

It never declares the organisation itself: that resource drops trusted access which others rely on,
and its destroy tries to delete the organisation (trap 1.11). The services' own administrator calls
enable the trusted access that they need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.detection import Detection, own_detector


@dataclass(frozen=True, kw_only=True)
class DelegationArgs:
    """What ``Delegation`` needs."""

    administrator: str
    detection: Detection
    existing_detectors: Mapping[str, str] = field(default_factory=dict)
    """Region → id of a detector of the management account that is there already."""
    administrator_ready: Sequence[pulumi.Resource] = ()
    """The administrator's own detectors and hub: designating would make them first (trap 1.18)."""


class Delegation(pulumi.ComponentResource):
    """Delegated administration, and the management account's own detectors."""

    designations: list[pulumi.Resource]

    def __init__(
        self, name: str, args: DelegationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Delegation", name, None, opts)
        self.designations = []
        for region in args.detection.regions:
            # Auto-enable cannot add the management account before it has its own (trap 1.14).
            detector = own_detector(name, region, args.detection, args.existing_detectors, self)
            # Delegation is per service and region, the same account everywhere (trap 1.12).
            self.designations.append(
                aws.guardduty.OrganizationAdminAccount(
                    f"{name}-guardduty-{region}",
                    admin_account_id=args.administrator,
                    region=region,
                    opts=pulumi.ResourceOptions(
                        parent=self, depends_on=[detector, *args.administrator_ready]
                    ),
                )
            )
        self.designations.append(
            aws.securityhub.OrganizationAdminAccount(
                f"{name}-security-hub",
                admin_account_id=args.administrator,
                region=args.detection.home_region,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[*args.administrator_ready]),
            )
        )
        self.register_outputs({})
