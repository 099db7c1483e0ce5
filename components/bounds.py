"""How far containment may go, the same for every account of a stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from names import METRICS_SHARED, PREFIX, Place

NOT_OURS: Final = (
    "aws-service-role/*",
    "aws-reserved/*",
    "AWSAccelerator*",
    "AWSCloudFormationStackSetExecutionRole",
    "AWSControlTower*",
    "OrganizationAccountAccessRole",
    "aws-controltower-*",
    "stacksets-exec-*",
)
"""Roles of AWS itself and of landing zones: service-linked, Identity Center's, Control Tower's,
StackSets', the Landing Zone Accelerator's (AWS docs: using-service-linked-roles, roles-how)."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What limits a runbook, and when it may say that it is done."""

    suffices: str = "blocked"
    """``blocked`` or ``severed``: which of them is enough to call a resource contained."""
    two_swaps_proven: bool = False
    """Whether a probe on AWS has shown that two swaps end tracked connections (trap 2.1)."""
    caps: Mapping[str, int] = field(default_factory=dict)
    """Route → resources an hour in one account (trap 4.2)."""
    severity_thresholds: Mapping[str, float] = field(default_factory=dict)
    """Route → GuardDuty severity below which people decide."""
    credentials_margin: int = 30
    """Seconds after which a denied credential counts as refused: IAM acts late (trap 3.15)."""
    dns_firewalled: Sequence[str] = ()
    """Ids of VPCs whose DNS Firewall lets out only what is allowed (trap 2.9)."""
    forensic_network: str | None = None
    """IPv4 range that may reach a quarantined instance (trap 2.10)."""
    forensic_endpoints: str | None = None
    """IPv4 range of the Systems Manager endpoints that a quarantined instance may reach."""
    forensic_account: str | None = None
    """Account that copies of snapshots are shared with; None copies nothing (trap 2.11)."""
    never_touch: Sequence[str] = ()
    """Names of further roles that no runbook changes, * matches any."""

    def untouchable(self, place: Place) -> list[str]:
        """ARNs of the roles of an account that no runbook changes, * matches any: our own first."""
        names = [f"{PREFIX}*", METRICS_SHARED, *NOT_OURS, *self.never_touch]
        return [place.role(name) for name in dict.fromkeys(names)]

    def forensics(self) -> dict[str, list[dict[str, object]]]:
        """The rules of a quarantine group, as EC2 writes them; none unless the stack decides so."""
        into, out = self.forensic_network, self.forensic_endpoints
        return {
            "IpPermissions": [_tcp(1, 65_535, into)] if into else [],
            "IpPermissionsEgress": [_tcp(443, 443, out)] if out else [],
        }


def _tcp(first: int, last: int, block: str) -> dict[str, object]:
    ports = {"IpProtocol": "tcp", "FromPort": first, "ToPort": last}
    return {**ports, "IpRanges": [{"CidrIp": block}]}
