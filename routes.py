"""Which GuardDuty findings matter, and what answers each: pure data.

What no route knows goes to people as ``unrouted`` (trap 1.13), never nowhere. The EventBridge rules
that follow from the routes are in ``components/rules.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Mode = Literal["automatic", "approval", "notify"]


@dataclass(frozen=True, kw_only=True)
class Match:
    """Finding types, by prefix, and the resource's side where a type can mean either.

    ``role`` is None for almost all: whatever a finding says of it, its type decides (trap 1.3).
    ``ACTOR`` asks for it; ``other`` takes every finding that does not say ACTOR, absent included.
    """

    types: tuple[str, ...]
    role: Literal["ACTOR", "other"] | None = None


@dataclass(frozen=True, kw_only=True)
class Route:
    """A kind of finding and its answer; ``runbook`` None means that it is recorded for people."""

    name: str
    meaning: str
    matches: tuple[Match, ...]
    resource_type: str = "Instance"
    runbook: str | None = None
    mode: Mode = "notify"
    engages: bool = True
    """Whether people are called for it; what it says is in the ledger either way (trap 5.1)."""
    scope: Literal["regional", "account"] = "regional"
    """``account``: about something global; several regions report it, home answers (trap 1.2)."""


# Raised both for the attacker and for the victim; high severity as actor, low as target
# (2023 docs: guardduty_finding-types-ec2).
EITHER_SIDE: Final = (
    "UnauthorizedAccess:EC2/SSHBruteForce",
    "UnauthorizedAccess:EC2/RDPBruteForce",
    "Impact:EC2/WinRMBruteForce",
)

# A threat family each: the detection mechanism and artifact that follow do not change its meaning,
# so `.B`, `.B!DNS` and whatever comes next are one family (AWS docs: guardduty_finding-format).
_COMPROMISED_EC2: Final = (
    "Backdoor:EC2/C&CActivity",
    "Backdoor:EC2/DenialOfService",
    "Backdoor:EC2/Spambot",
    "CryptoCurrency:EC2/BitcoinTool",
    "Execution:EC2/MaliciousFile",
    "Impact:EC2/AbusedDomainRequest",
    "Impact:EC2/BitcoinDomainRequest",
    "Impact:EC2/MaliciousDomainRequest",
    "Trojan:EC2/BlackholeTraffic",
    "Trojan:EC2/DGADomainRequest",
    "Trojan:EC2/DNSDataExfiltration",
    "Trojan:EC2/DriveBySourceTraffic",
    "Trojan:EC2/DropPoint",
    "Trojan:EC2/PhishingDomainRequest",
    "UnauthorizedAccess:EC2/MaliciousIPCaller",
    "UnauthorizedAccess:EC2/MetadataDNSRebind",
    "UnauthorizedAccess:EC2/TorClient",
    "UnauthorizedAccess:EC2/TorRelay",
)
_COMPROMISED_RUNTIME: Final = (
    "Backdoor:Runtime/C&CActivity",
    "CryptoCurrency:Runtime/BitcoinTool",
    "Execution:Runtime/MaliciousFileExecuted",
    "Execution:Runtime/ReverseShell",
    "Impact:Runtime/AbusedDomainRequest",
    "Impact:Runtime/BitcoinDomainRequest",
    "Impact:Runtime/CryptoMinerExecuted",
    "Impact:Runtime/MaliciousDomainRequest",
    "Trojan:Runtime/BlackholeTraffic",
    "Trojan:Runtime/DGADomainRequest",
    "Trojan:Runtime/DriveBySourceTraffic",
    "Trojan:Runtime/DropPoint",
    "Trojan:Runtime/PhishingDomainRequest",
    "UnauthorizedAccess:Runtime/MetadataDNSRebind",
    "UnauthorizedAccess:Runtime/TorClient",
    "UnauthorizedAccess:Runtime/TorRelay",
)

DNS_EXFILTRATION: Final = ("Trojan:EC2/DNSDataExfiltration",)
"""Types whose data leaves by DNS, which no security group filters (trap 2.9)."""

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        name="compromised-instance",
        meaning="an instance acts for somebody else: isolate it",
        matches=(Match(types=_COMPROMISED_EC2), Match(types=_COMPROMISED_RUNTIME)),
        runbook="isolate_instance",
        mode="automatic",
    ),
    # Cheap to provoke, many at a time: its cap and brake must not stop the answer above (trap 4.2).
    Route(
        name="attacking-instance",
        meaning="an instance guesses its way into others: isolate it",
        matches=(Match(types=EITHER_SIDE, role="ACTOR"),),
        runbook="isolate_instance",
        mode="automatic",
    ),
    Route(
        name="attacked-instance",
        meaning="an instance is under attack; to isolate a victim does the attacker's work",
        matches=(Match(types=EITHER_SIDE, role="other"),),
        engages=False,
    ),
    Route(
        name="reconnaissance",
        meaning="somebody looks for a way in, or looks around from an instance",
        matches=(Match(types=("Recon:EC2/", "Impact:EC2/PortSweep", "Discovery:Runtime/")),),
        engages=False,
    ),
    Route(
        name="suspicious-activity",
        meaning="unusual on an instance, no proof of compromise: a person decides",
        matches=(
            Match(
                types=(
                    "Behavior:EC2/",
                    "DefenseEvasion:EC2/Unusual",
                    "DefenseEvasion:Runtime/",
                    "Execution:EC2/SuspiciousFile",
                    "Execution:Runtime/New",
                    "Execution:Runtime/Suspicious",
                    "Impact:EC2/SuspiciousDomainRequest",
                    "Impact:Runtime/SuspiciousDomainRequest",
                    "Persistence:Runtime/",
                    "PrivilegeEscalation:Runtime/",
                )
            ),
        ),
    ),
)

UNROUTED: Final = "unrouted"
SET_ASIDE: Final = "set-aside"


def named(name: str) -> Route:
    """The route of this name; raises KeyError for a name that there is not."""
    return {route.name: route for route in ROUTES}[name]


def modes(stack: Mapping[str, Mode], account: Mapping[str, Mode]) -> dict[str, Mode]:
    """The mode of each route in an account: its own, else the stack's, else the route's."""
    own = {route.name: route.mode for route in ROUTES}
    return {**own, **stack, **account}


def route_of(detail: Mapping[str, Any]) -> str:
    """The route that answers a finding (EventBridge's camelCase ``detail``).

    ``set-aside`` for samples and archived findings, ``unrouted`` for what no route knows.
    """
    service = _part(detail, "service")
    if service.get("archived") is not False or "sample" in _part(service, "additionalInfo"):
        return SET_ASIDE
    resource_type = _part(detail, "resource").get("resourceType")
    for route in ROUTES:
        if route.resource_type == resource_type and any(
            _matches(match, str(detail.get("type")), service.get("resourceRole"))
            for match in route.matches
        ):
            return route.name
    return UNROUTED


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object inside an event; empty where something else is there, or nothing."""
    part = whole.get(key)
    return part if isinstance(part, Mapping) else {}


def _matches(match: Match, finding_type: str, role: object) -> bool:
    if not finding_type.startswith(match.types):
        return False
    return match.role is None or (role == "ACTOR") == (match.role == "ACTOR")
