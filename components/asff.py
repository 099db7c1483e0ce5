"""GuardDuty's finding types as Security Hub writes them (AWS docs: securityhub-integration).

A type keeps its name, with a hyphen for the slash, behind a namespace that only AWS's table tells,
and which differs within one family. A finding that comes under another namespace than documented
meets no route's rule, and goes to the default team as one that no route knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_CONTROL: Final = "TTPs/Command and Control"
_EXECUTION: Final = "TTPs/Execution"
_IMPACT: Final = "TTPs/Impact"
_ACCESS: Final = "TTPs/Initial Access"
_EVASION: Final = ("TTPs/Defense Evasion", "TTPs/DefenseEvasion")
_PERSISTENCE: Final = "TTPs/Persistence"

# By the beginning of the type; the longest that fits decides.
NAMESPACES: Final[dict[str, tuple[str, ...]]] = {
    "Backdoor:": (_CONTROL,),
    "Behavior:EC2/": ("Unusual Behaviors/VM",),
    "CryptoCurrency:": (_CONTROL,),
    "DefenseEvasion:": _EVASION,
    "Discovery:Runtime/": ("TTPs/Discovery",),
    "Execution:": (_EXECUTION,),
    "Impact:": ("TTPs", _IMPACT),
    "Persistence:Runtime/": (_PERSISTENCE,),
    "PrivilegeEscalation:Runtime/": (
        "TTPs/Privilege Escalation",
        "Software and Configuration Checks",
    ),
    "Recon:EC2/": ("TTPs/Discovery",),
    "Trojan:": (_CONTROL,),
    "Trojan:EC2/DriveBySourceTraffic": (_ACCESS,),
    "Trojan:EC2/DropPoint": ("Effects/Data Exfiltration",),
    "Trojan:Runtime/DriveBySourceTraffic": (_ACCESS,),
    "Trojan:Runtime/DropPoint": ("Effects/Data Exfiltration",),
    "UnauthorizedAccess:": ("TTPs",),
    "UnauthorizedAccess:EC2/MaliciousIPCaller": (_CONTROL,),
    "UnauthorizedAccess:EC2/RDPBruteForce": (_ACCESS,),
    "UnauthorizedAccess:EC2/SSHBruteForce": (_ACCESS,),
    "UnauthorizedAccess:EC2/Tor": ("Effects/Resource Consumption",),
    "UnauthorizedAccess:Runtime/Tor": ("Effects/Resource Consumption",),
}

# AWS's table spells these differently from their own names.
_IRREGULAR: Final = {"DefenseEvasion:EC2/Unusual": ("TTPs/DefenseEvasion/EC2:Unusual-",)}


def as_security_hub(prefix: str) -> Iterator[str]:
    """How types with this beginning begin in Security Hub; raises KeyError for a new family."""
    if prefix in _IRREGULAR:
        yield from _IRREGULAR[prefix]
        return
    family = max((known for known in NAMESPACES if prefix.startswith(known)), key=len, default="")
    for namespace in NAMESPACES[family]:
        yield f"{namespace}/{prefix.replace('/', '-', 1)}"
