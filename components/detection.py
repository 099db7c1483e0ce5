"""What GuardDuty looks at and where: the same for every account, so three components share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Detection:
    """Regions, protection plans and how soon an open finding is updated."""

    home_region: str
    regions: Sequence[str]
    protection_plans: Sequence[str]
    """GuardDuty's feature names (botocore: guardduty model, OrgFeature)."""
    publishing_frequency: str


def own_detector(
    name: str,
    region: str,
    detection: Detection,
    existing: Mapping[str, str],
    parent: pulumi.ComponentResource,
) -> aws.guardduty.Detector:
    """An account's own detector in a region; one that exists is imported (trap 1.18)."""
    known = existing.get(region)
    return aws.guardduty.Detector(
        f"{name}-detector-{region}",
        enable=True,
        finding_publishing_frequency=detection.publishing_frequency,
        region=region,
        opts=pulumi.ResourceOptions(parent=parent, import_=known and f"{known}@{region}"),
    )
