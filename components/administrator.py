"""The delegated administrator's own GuardDuty and Security Hub, or a single account's.

They have to be there before anybody designates the account, for designating switches them on and
what is declared afterwards would collide (trap 1.18). Existing ones are imported, never made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.detection import Detection, own_detector


@dataclass(frozen=True, kw_only=True)
class AdministratorServicesArgs:
    """What ``AdministratorServices`` needs."""

    detection: Detection
    existing_detectors: Mapping[str, str] = field(default_factory=dict)
    existing_security_hub: str | None = None
    """The account's id where its hub is there already and is to be imported (trap 1.18)."""


class AdministratorServices(pulumi.ComponentResource):
    """GuardDuty in every region and Security Hub at home, in the account itself."""

    detectors: Mapping[str, pulumi.Output[str]]
    ready: list[pulumi.Resource]

    def __init__(
        self,
        name: str,
        args: AdministratorServicesArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("containment:index:AdministratorServices", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        hub = aws.securityhub.Account(
            f"{name}-hub",
            enable_default_standards=False,
            region=args.detection.home_region,
            opts=pulumi.ResourceOptions(
                parent=self,
                import_=args.existing_security_hub
                and f"{args.existing_security_hub}@{args.detection.home_region}",
            ),
        )
        self.ready = [hub]
        self.detectors = {}
        for region in args.detection.regions:
            detector = own_detector(name, region, args.detection, args.existing_detectors, self)
            self.ready.append(detector)
            self.detectors[region] = detector.id
            for plan in args.detection.protection_plans:
                aws.guardduty.DetectorFeature(
                    f"{name}-{plan.lower().replace('_', '-')}-{region}",
                    detector_id=detector.id,
                    name=plan,
                    status="ENABLED",
                    region=region,
                    opts=child,
                )
        self.register_outputs({})
