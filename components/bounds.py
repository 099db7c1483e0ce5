"""How far containment may go, the same for every account of a stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


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
    never_touch: Sequence[str] = ()
    """Names of further roles that no runbook changes, * matches any."""
    exemptions: Sequence[Mapping[str, str]] = ()
    """Resource (ARN, * matches any), Owner, Reason and Expires (YYYY-MM-DD, inclusive) of each."""
