"""What GuardDuty looks at and where: the same for every account, so three components share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Detection:
    """Regions, protection plans and how soon an open finding is updated."""

    home_region: str
    regions: Sequence[str]
    protection_plans: Sequence[str]
    """GuardDuty's feature names (botocore: guardduty model, OrgFeature)."""
    publishing_frequency: str
