"""What only the delegated administrator may configure: every account's findings come together.

Members' detectors and hubs follow from auto-enable and the central policy; none is declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.detection import Detection


@dataclass(frozen=True, kw_only=True)
class SecurityHubAggregatorArgs:
    """What ``SecurityHubAggregator`` needs."""

    detection: Detection
    detectors: Mapping[str, pulumi.Input[str]]
    """Region → the administrator's own detector."""
    covers: Sequence[str]
    """What the central policy is associated with: the organisation's root, or account ids."""
    designations: Sequence[pulumi.Resource]


class SecurityHubAggregator(pulumi.ComponentResource):
    """Organisation-wide GuardDuty and Security Hub, as their administrator configures them."""

    def __init__(
        self,
        name: str,
        args: SecurityHubAggregatorArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("containment:index:SecurityHubAggregator", name, None, opts)
        # Not an administrator before it was designated, in an account of another provider (1.18).
        designated = pulumi.ResourceOptions(parent=self, depends_on=[*args.designations])
        for region in args.detection.regions:
            self._guardduty(name, args, region, designated)
        self._security_hub(name, args, designated)
        self.register_outputs({})

    def _guardduty(
        self,
        name: str,
        args: SecurityHubAggregatorArgs,
        region: str,
        designated: pulumi.ResourceOptions,
    ) -> None:
        organization = aws.guardduty.OrganizationConfiguration(
            f"{name}-guardduty-{region}",
            detector_id=args.detectors[region],
            auto_enable_organization_members="ALL",
            region=region,
            opts=designated,
        )
        for plan in args.detection.protection_plans:
            aws.guardduty.OrganizationConfigurationFeature(
                f"{name}-{plan.lower().replace('_', '-')}-{region}",
                detector_id=args.detectors[region],
                name=plan,
                auto_enable="ALL",
                region=region,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[organization]),
            )

    def _security_hub(
        self, name: str, args: SecurityHubAggregatorArgs, designated: pulumi.ResourceOptions
    ) -> None:
        linked = [
            region for region in args.detection.regions if region != args.detection.home_region
        ]
        aggregator = aws.securityhub.FindingAggregator(
            f"{name}-aggregator",
            linking_mode="SPECIFIED_REGIONS" if linked else "NO_REGIONS",
            specified_regions=linked or None,
            region=args.detection.home_region,
            opts=designated,
        )
        central = aws.securityhub.OrganizationConfiguration(
            f"{name}-central",
            # CENTRAL demands both: policies decide instead (AWS docs: central configuration).
            auto_enable=False,
            auto_enable_standards="NONE",
            organization_configuration=aws.securityhub.OrganizationConfigurationOrganizationConfigurationArgs(
                configuration_type="CENTRAL"
            ),
            region=args.detection.home_region,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[aggregator]),
        )
        policy = aws.securityhub.ConfigurationPolicy(
            f"{name}-policy",
            name="containment-findings",
            description="Security Hub on, for its findings; posture standards are chosen elsewhere",
            configuration_policy=aws.securityhub.ConfigurationPolicyConfigurationPolicyArgs(
                service_enabled=True,
                enabled_standard_arns=[],
                security_controls_configuration=aws.securityhub.ConfigurationPolicyConfigurationPolicySecurityControlsConfigurationArgs(
                    disabled_control_identifiers=[]
                ),
            ),
            region=args.detection.home_region,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[central]),
        )
        for covered in args.covers:
            aws.securityhub.ConfigurationPolicyAssociation(
                f"{name}-policy-{covered}",
                policy_id=policy.id,
                target_id=covered,
                region=args.detection.home_region,
                opts=pulumi.ResourceOptions(parent=self),
            )
