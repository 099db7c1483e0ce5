"""How Security Hub names GuardDuty's findings about instances, as far as AWS says it.

(AWS docs: securityhub-integration, the table of finding types; all of its rows of the families EC2
and Runtime.) A type keeps its own name, with a hyphen for the slash, behind a namespace; nothing
but the table tells which namespace, and it differs within one purpose, so none is to be guessed.
"""

from __future__ import annotations

from typing import Final

NAMESPACES: Final[dict[str, tuple[str, ...]]] = {
    "TTPs/Command and Control": (
        "Backdoor:EC2/C&CActivity.B",
        "Backdoor:EC2/C&CActivity.B!DNS",
        "Backdoor:EC2/DenialOfService.Dns",
        "Backdoor:EC2/DenialOfService.Tcp",
        "Backdoor:EC2/DenialOfService.Udp",
        "Backdoor:EC2/DenialOfService.UdpOnTcpPorts",
        "Backdoor:EC2/DenialOfService.UnusualProtocol",
        "Backdoor:EC2/Spambot",
        "Backdoor:Runtime/C&CActivity.B",
        "Backdoor:Runtime/C&CActivity.B!DNS",
        "CryptoCurrency:EC2/BitcoinTool.B",
        "CryptoCurrency:EC2/BitcoinTool.B!DNS",
        "CryptoCurrency:Runtime/BitcoinTool.B",
        "CryptoCurrency:Runtime/BitcoinTool.B!DNS",
        "Trojan:EC2/BlackholeTraffic",
        "Trojan:EC2/BlackholeTraffic!DNS",
        "Trojan:EC2/DGADomainRequest.B",
        "Trojan:EC2/DGADomainRequest.C!DNS",
        "Trojan:EC2/DNSDataExfiltration",
        "Trojan:EC2/PhishingDomainRequest!DNS",
        "Trojan:Runtime/BlackholeTraffic",
        "Trojan:Runtime/BlackholeTraffic!DNS",
        "Trojan:Runtime/DGADomainRequest.C!DNS",
        "Trojan:Runtime/PhishingDomainRequest!DNS",
        "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
    ),
    "Effects/Data Exfiltration": (
        "Trojan:EC2/DropPoint",
        "Trojan:EC2/DropPoint!DNS",
        "Trojan:Runtime/DropPoint",
        "Trojan:Runtime/DropPoint!DNS",
    ),
    "Effects/Resource Consumption": (
        "UnauthorizedAccess:EC2/TorClient",
        "UnauthorizedAccess:EC2/TorRelay",
        "UnauthorizedAccess:Runtime/TorClient",
        "UnauthorizedAccess:Runtime/TorRelay",
    ),
    "Software and Configuration Checks": ("PrivilegeEscalation:Runtime/SuspiciousCommand",),
    "TTPs": (
        "Impact:EC2/AbusedDomainRequest.Reputation",
        "Impact:EC2/BitcoinDomainRequest.Reputation",
        "Impact:EC2/MaliciousDomainRequest.Reputation",
        "Impact:EC2/SuspiciousDomainRequest.Reputation",
        "UnauthorizedAccess:EC2/MetadataDNSRebind",
        "UnauthorizedAccess:Runtime/MetadataDNSRebind",
    ),
    "TTPs/Defense Evasion": (
        "DefenseEvasion:Runtime/FilelessExecution",
        "DefenseEvasion:Runtime/KernelModuleLoaded",
        "DefenseEvasion:Runtime/ProcessInjection.Proc",
        "DefenseEvasion:Runtime/ProcessInjection.Ptrace",
        "DefenseEvasion:Runtime/ProcessInjection.VirtualMemoryWrite",
        "DefenseEvasion:Runtime/SensitiveFileModified",
    ),
    "TTPs/DefenseEvasion": (
        "DefenseEvasion:Runtime/PtraceAntiDebugging",
        "DefenseEvasion:Runtime/SuspiciousCommand",
    ),
    "TTPs/Discovery": (
        "Discovery:Runtime/SuspiciousCommand",
        "Recon:EC2/PortProbeEMRUnprotectedPort",
        "Recon:EC2/PortProbeUnprotectedPort",
        "Recon:EC2/Portscan",
    ),
    "TTPs/Execution": (
        "Execution:EC2/MaliciousFile",
        "Execution:EC2/MaliciousFile!AMI",
        "Execution:EC2/MaliciousFile!RecoveryPoint",
        "Execution:EC2/MaliciousFile!Snapshot",
        "Execution:EC2/SuspiciousFile",
        "Execution:Runtime/MaliciousFileExecuted",
        "Execution:Runtime/MaliciousFileExecuted.Custom",
        "Execution:Runtime/NewBinaryExecuted",
        "Execution:Runtime/NewLibraryLoaded",
        "Execution:Runtime/ReverseShell",
        "Execution:Runtime/SuspiciousCommand",
        "Execution:Runtime/SuspiciousShellCreated",
        "Execution:Runtime/SuspiciousTool",
    ),
    "TTPs/Impact": (
        "Impact:EC2/MaliciousDomainRequest.Custom",
        "Impact:EC2/PortSweep",
        "Impact:EC2/WinRMBruteForce",
        "Impact:Runtime/AbusedDomainRequest.Reputation",
        "Impact:Runtime/BitcoinDomainRequest.Reputation",
        "Impact:Runtime/CryptoMinerExecuted",
        "Impact:Runtime/MaliciousDomainRequest.Reputation",
    ),
    "TTPs/Initial Access": (
        "Trojan:EC2/DriveBySourceTraffic!DNS",
        "Trojan:Runtime/DriveBySourceTraffic!DNS",
        "UnauthorizedAccess:EC2/RDPBruteForce",
        "UnauthorizedAccess:EC2/SSHBruteForce",
    ),
    "TTPs/Persistence": (
        "Persistence:Runtime/SensitiveFileModified",
        "Persistence:Runtime/SuspiciousCommand",
    ),
    "TTPs/Privilege Escalation": (
        "PrivilegeEscalation:Runtime/CGroupsReleaseAgentModified",
        "PrivilegeEscalation:Runtime/ContainerMountsHostDirectory",
        "PrivilegeEscalation:Runtime/DockerSocketAccessed",
        "PrivilegeEscalation:Runtime/ElevationToRoot",
        "PrivilegeEscalation:Runtime/RuncContainerEscape",
        "PrivilegeEscalation:Runtime/SensitiveFileModified",
        "PrivilegeEscalation:Runtime/UserfaultfdUsage",
    ),
    "Unusual Behaviors/VM": (
        "Behavior:EC2/NetworkPortUnusual",
        "Behavior:EC2/TrafficVolumeUnusual",
    ),
}

# The table spells these four in its own way; the last lacks its end there.
_IRREGULAR: Final = {
    "DefenseEvasion:EC2/UnusualDNSResolver": "TTPs/DefenseEvasion/EC2:Unusual-DNS-Resolver",
    "DefenseEvasion:EC2/UnusualDoHActivity": "TTPs/DefenseEvasion/EC2:Unusual-DoH-Activity",
    "DefenseEvasion:EC2/UnusualDoTActivity": "TTPs/DefenseEvasion/EC2:Unusual-DoT-Activity",
    "Impact:Runtime/SuspiciousDomainRequest.Reputation": (
        "TTPs/Impact/Impact:Runtime-SuspiciousDomainRequest.Reputatio"
    ),
}

DOCUMENTED: Final[dict[str, str]] = {
    finding_type: f"{namespace}/{finding_type.replace('/', '-', 1)}"
    for namespace, finding_types in NAMESPACES.items()
    for finding_type in finding_types
} | _IRREGULAR
"""GuardDuty's type → Security Hub's."""


def asff_type(finding_type: str) -> str:
    """Security Hub's name of a GuardDuty type.

    A type outside the table gets the plain namespace ``TTPs``: an assumption, which is why no
    pattern should name a namespace.
    """
    known = DOCUMENTED.get(finding_type)
    return known or f"TTPs/{finding_type.replace('/', '-', 1)}"
