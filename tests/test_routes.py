"""Routes: every active finding type has one answer, which this table says; near misses have not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import routes
from operations.routing.finding_types import LISTED
from routes import EITHER_SIDE, ROUTES, SET_ASIDE, UNROUTED, route_of

DATA = Path(__file__).parent / "data"
EVENTS = sorted((DATA / "events").glob("*.json"))

# What we decided, type by type, for every active type about an instance. A type that GuardDuty
# adds has to be put here by somebody who has thought about it.
COMPROMISED, ATTACKED = "compromised-instance", "attacked-instance"
ATTACKING = "attacking-instance"
RECONNAISSANCE, SUSPICIOUS = "reconnaissance", "suspicious-activity"
EXPECTED: dict[str, str] = {
    "Backdoor:EC2/C&CActivity.B": COMPROMISED,
    "Backdoor:EC2/C&CActivity.B!DNS": COMPROMISED,
    "Backdoor:EC2/DenialOfService.Dns": COMPROMISED,
    "Backdoor:EC2/DenialOfService.Tcp": COMPROMISED,
    "Backdoor:EC2/DenialOfService.Udp": COMPROMISED,
    "Backdoor:EC2/DenialOfService.UdpOnTcpPorts": COMPROMISED,
    "Backdoor:EC2/DenialOfService.UnusualProtocol": COMPROMISED,
    "Backdoor:EC2/Spambot": COMPROMISED,
    "Behavior:EC2/NetworkPortUnusual": SUSPICIOUS,
    "Behavior:EC2/TrafficVolumeUnusual": SUSPICIOUS,
    "CryptoCurrency:EC2/BitcoinTool.B": COMPROMISED,
    "CryptoCurrency:EC2/BitcoinTool.B!DNS": COMPROMISED,
    "DefenseEvasion:EC2/UnusualDNSResolver": SUSPICIOUS,
    "DefenseEvasion:EC2/UnusualDoHActivity": SUSPICIOUS,
    "DefenseEvasion:EC2/UnusualDoTActivity": SUSPICIOUS,
    "Execution:EC2/MaliciousFile": COMPROMISED,
    "Execution:EC2/SuspiciousFile": SUSPICIOUS,
    "Impact:EC2/AbusedDomainRequest.Reputation": COMPROMISED,
    "Impact:EC2/BitcoinDomainRequest.Reputation": COMPROMISED,
    "Impact:EC2/MaliciousDomainRequest.Custom": COMPROMISED,
    "Impact:EC2/MaliciousDomainRequest.Reputation": COMPROMISED,
    "Impact:EC2/PortSweep": RECONNAISSANCE,
    "Impact:EC2/SuspiciousDomainRequest.Reputation": SUSPICIOUS,
    "Recon:EC2/PortProbeEMRUnprotectedPort": RECONNAISSANCE,
    "Recon:EC2/PortProbeUnprotectedPort": RECONNAISSANCE,
    "Recon:EC2/Portscan": RECONNAISSANCE,
    "Trojan:EC2/BlackholeTraffic": COMPROMISED,
    "Trojan:EC2/BlackholeTraffic!DNS": COMPROMISED,
    "Trojan:EC2/DGADomainRequest.B": COMPROMISED,
    "Trojan:EC2/DGADomainRequest.C!DNS": COMPROMISED,
    "Trojan:EC2/DNSDataExfiltration": COMPROMISED,
    "Trojan:EC2/DriveBySourceTraffic!DNS": COMPROMISED,
    "Trojan:EC2/DropPoint": COMPROMISED,
    "Trojan:EC2/DropPoint!DNS": COMPROMISED,
    "Trojan:EC2/PhishingDomainRequest!DNS": COMPROMISED,
    "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom": COMPROMISED,
    "UnauthorizedAccess:EC2/MetadataDNSRebind": COMPROMISED,
    "UnauthorizedAccess:EC2/TorClient": COMPROMISED,
    "UnauthorizedAccess:EC2/TorRelay": COMPROMISED,
    "Backdoor:Runtime/C&CActivity.B": COMPROMISED,
    "Backdoor:Runtime/C&CActivity.B!DNS": COMPROMISED,
    "CryptoCurrency:Runtime/BitcoinTool.B": COMPROMISED,
    "CryptoCurrency:Runtime/BitcoinTool.B!DNS": COMPROMISED,
    "DefenseEvasion:Runtime/FilelessExecution": SUSPICIOUS,
    "DefenseEvasion:Runtime/KernelModuleLoaded": SUSPICIOUS,
    "DefenseEvasion:Runtime/ProcessInjection.Proc": SUSPICIOUS,
    "DefenseEvasion:Runtime/ProcessInjection.Ptrace": SUSPICIOUS,
    "DefenseEvasion:Runtime/ProcessInjection.VirtualMemoryWrite": SUSPICIOUS,
    "DefenseEvasion:Runtime/PtraceAntiDebugging": SUSPICIOUS,
    "DefenseEvasion:Runtime/SensitiveFileModified": SUSPICIOUS,
    "DefenseEvasion:Runtime/SuspiciousCommand": SUSPICIOUS,
    "Discovery:Runtime/SuspiciousCommand": RECONNAISSANCE,
    "Execution:Runtime/MaliciousFileExecuted": COMPROMISED,
    "Execution:Runtime/MaliciousFileExecuted.Custom": COMPROMISED,
    "Execution:Runtime/NewBinaryExecuted": SUSPICIOUS,
    "Execution:Runtime/NewLibraryLoaded": SUSPICIOUS,
    "Execution:Runtime/ReverseShell": COMPROMISED,
    "Execution:Runtime/SuspiciousCommand": SUSPICIOUS,
    "Execution:Runtime/SuspiciousShellCreated": SUSPICIOUS,
    "Execution:Runtime/SuspiciousTool": SUSPICIOUS,
    "Impact:Runtime/AbusedDomainRequest.Reputation": COMPROMISED,
    "Impact:Runtime/BitcoinDomainRequest.Reputation": COMPROMISED,
    "Impact:Runtime/CryptoMinerExecuted": COMPROMISED,
    "Impact:Runtime/MaliciousDomainRequest.Reputation": COMPROMISED,
    "Impact:Runtime/SuspiciousDomainRequest.Reputation": SUSPICIOUS,
    "Persistence:Runtime/SensitiveFileModified": SUSPICIOUS,
    "Persistence:Runtime/SuspiciousCommand": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/CGroupsReleaseAgentModified": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/ContainerMountsHostDirectory": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/DockerSocketAccessed": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/ElevationToRoot": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/RuncContainerEscape": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/SensitiveFileModified": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/SuspiciousCommand": SUSPICIOUS,
    "PrivilegeEscalation:Runtime/UserfaultfdUsage": SUSPICIOUS,
    "Trojan:Runtime/BlackholeTraffic": COMPROMISED,
    "Trojan:Runtime/BlackholeTraffic!DNS": COMPROMISED,
    "Trojan:Runtime/DGADomainRequest.C!DNS": COMPROMISED,
    "Trojan:Runtime/DriveBySourceTraffic!DNS": COMPROMISED,
    "Trojan:Runtime/DropPoint": COMPROMISED,
    "Trojan:Runtime/DropPoint!DNS": COMPROMISED,
    "Trojan:Runtime/PhishingDomainRequest!DNS": COMPROMISED,
    "UnauthorizedAccess:Runtime/MetadataDNSRebind": COMPROMISED,
    "UnauthorizedAccess:Runtime/TorClient": COMPROMISED,
    "UnauthorizedAccess:Runtime/TorRelay": COMPROMISED,
}


def finding(kind: str, role: str | None = None, resource: str = "Instance") -> dict[str, Any]:
    """The parts of an event's detail that a route looks at."""
    service: dict[str, Any] = {"archived": False, "additionalInfo": {"value": "{}"}}
    if role is not None:
        service["resourceRole"] = role
    return {"type": kind, "resource": {"resourceType": resource}, "service": service}


def test_the_table_has_every_active_type_about_an_instance_and_no_other() -> None:
    about_instances = {each["type"] for each in LISTED if each["resource"] == "Instance"}
    assert about_instances == EXPECTED.keys() | set(EITHER_SIDE)


@pytest.mark.parametrize(("kind", "route"), EXPECTED.items())
def test_a_type_has_its_route_whichever_role_it_says(kind: str, route: str) -> None:
    for role in ("ACTOR", "TARGET", "", None):
        assert route_of(finding(kind, role)) == route


@pytest.mark.parametrize("kind", EITHER_SIDE)
def test_a_type_that_means_either_side_isolates_only_who_acts(kind: str) -> None:
    assert route_of(finding(kind, "ACTOR")) == ATTACKING
    for role in ("TARGET", "", "actor", None):
        assert route_of(finding(kind, role)) == ATTACKED


def test_only_the_three_types_of_either_side_ask_for_the_role() -> None:
    asking = {
        kind for each in ROUTES for match in each.matches if match.role for kind in match.types
    }
    listed = {each["type"] for each in LISTED if each["role"] == "either"}
    assert asking == listed == set(EITHER_SIDE)


def test_about_anything_but_an_instance_every_type_is_unrouted() -> None:
    routed = [
        (active["type"], resource)
        for active in LISTED
        for resource in {active["resource"], *active.get("other_resources", []), "Container", ""}
        if resource != "Instance"
        if route_of(finding(active["type"], "ACTOR", resource)) != UNROUTED
    ]
    assert routed == []


def test_no_type_is_answered_by_two_routes() -> None:
    for side in ("ACTOR", "other"):
        owned = [
            (prefix, each.name)
            for each in ROUTES
            for match in each.matches
            if match.role in (None, side)
            for prefix in match.types
        ]
        clashes = [(a, b) for a in owned for b in owned if a is not b and a[0].startswith(b[0])]
        assert clashes == []


def test_no_family_of_a_route_is_without_an_active_type() -> None:
    kinds = [each["type"] for each in LISTED if each["resource"] == "Instance"]
    idle = [
        prefix
        for each in ROUTES
        for match in each.matches
        for prefix in match.types
        if not any(kind.startswith(prefix) for kind in kinds)
    ]
    assert idle == []


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_an_event_file_lands_on_the_route_in_its_name(path: Path) -> None:
    expected = path.stem.partition("--")[0]
    if expected in ("sample", "archived"):
        expected = SET_ASIDE
    assert route_of(json.loads(path.read_text())["detail"]) == expected


def test_every_route_has_an_event_file() -> None:
    named = {path.stem.partition("--")[0] for path in EVENTS}
    assert named >= {each.name for each in ROUTES} | {UNROUTED, "sample", "archived"}


@pytest.mark.parametrize(
    "kind",
    [
        "backdoor:EC2/C&CActivity.B",
        "Backdoor:EC2/C&C",
        "Recon:EC2",
        "Impact:EC2/PortScan",
        "Trojan:Lambda/BlackholeTraffic",
        "Discovery:EC2/SuspiciousCommand",
        " Trojan:EC2/DropPoint",
        "",
    ],
)
def test_a_type_that_only_looks_like_a_routed_one_is_unrouted(kind: str) -> None:
    assert route_of(finding(kind)) == UNROUTED


@pytest.mark.parametrize(
    ("archived", "sample"), [(True, ...), (None, ...), ("false", ...), (0, ...), (False, False)]
)
def test_what_is_not_plainly_active_is_set_aside(archived: object, sample: object) -> None:
    detail = finding("Backdoor:EC2/Spambot", "ACTOR")
    detail["service"]["archived"] = archived
    if sample is not ...:
        detail["service"]["additionalInfo"]["sample"] = sample
    assert route_of(detail) == SET_ASIDE


@pytest.mark.parametrize("junk", [None, 5, "x", [], [{}], True])
@pytest.mark.parametrize("part", ["service", "resource", "type"])
def test_a_malformed_finding_is_never_isolated(part: str, junk: object) -> None:
    detail = {**copy.deepcopy(finding("Backdoor:EC2/Spambot")), part: junk}
    assert route_of(detail) in (SET_ASIDE, UNROUTED)


def test_an_empty_finding_is_set_aside() -> None:
    assert route_of({}) == SET_ASIDE


def test_a_route_is_found_by_its_name() -> None:
    assert routes.named("reconnaissance").runbook is None
    with pytest.raises(KeyError, match="unrouted"):
        routes.named(UNROUTED)


def test_only_a_route_with_a_runbook_is_anything_but_notify() -> None:
    assert {each.name: (each.runbook, each.mode) for each in ROUTES} == {
        COMPROMISED: ("isolate_instance", "automatic"),
        ATTACKING: ("isolate_instance", "automatic"),
        ATTACKED: (None, "notify"),
        RECONNAISSANCE: (None, "notify"),
        SUSPICIOUS: (None, "notify"),
    }
