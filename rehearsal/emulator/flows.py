"""Connections of emulated interfaces: what groups let open, and what a change of groups cuts.

EC2 forgets an untracked flow the moment that no rule allows it; a tracked one goes on until it is
idle (trap 2.1), and some are tracked whatever the rules say (trap 2.2). Flows here are never idle.
A branch interface's flows go on as its own groups say (trap 2.15).
Not looked at: network ACLs, the peer's own groups, routes beyond the way out of the subnet.
"""

from __future__ import annotations

import ipaddress
import itertools
from dataclasses import dataclass
from typing import Any, Literal

from moto.ec2.models import ec2_backends

from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import NotEmulatedError, World

EVERYWHERE = ("0.0.0.0/0", "::/0")

LINK_LOCAL = ("169.254.169.254", "169.254.169.253", "169.254.169.123", "fd00:ec2::254")
"""Instance metadata, resolver and time: no group filters them (trap 2.9)."""

RESOLVER, DNS = "169.254.169.253", 53
"""Where a VPC's names are looked up."""


@dataclass(kw_only=True)
class Flow:
    """One connection that was opened; ``always`` says why it is tracked whatever the rules are."""

    id: str
    account: str
    region: str
    interface: str
    peer: str
    port: int
    direction: Literal["inbound", "outbound"]
    tracked: bool
    always: str | None
    unfiltered: bool
    alive: bool = True
    why: str = "open"


class Flows:
    """All connections of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._flows: list[Flow] = []
        self._ids = itertools.count(1)

    def open(
        self,
        place: Caller,
        interface_id: str,
        peer: str,
        port: int,
        direction: Literal["inbound", "outbound"],
    ) -> Flow:
        """Try a TCP connection; where groups refuse it, the flow that comes back is not alive.

        Raises LookupError for an interface that is not there or not in use.
        """
        backend = ec2_backends[place.account][place.region]
        interface = backend.enis.get(interface_id)
        if not _runs(interface):
            raise LookupError(f"{interface_id} is no interface of a running instance in {place}")
        always = _always_tracked(backend, interface, peer) if self._world.bites("2.2") else None
        flow = Flow(
            id=f"flow-{next(self._ids)}",
            account=place.account,
            region=place.region,
            interface=interface_id,
            peer=peer,
            port=port,
            direction=direction,
            tracked=True,
            always=always,
            unfiltered=self._world.bites("2.9") and _unfiltered(backend, interface, peer),
        )
        if not flow.unfiltered and not _allowed(backend, interface, flow):
            flow.alive = False
            flow.why = "refused: no rule allows it"
            return flow
        flow.tracked = bool(always) or not _allowed_both_ways(interface, flow)
        self._flows.append(flow)
        return flow

    def all(self) -> list[Flow]:
        """Every connection that was ever opened, in order."""
        return list(self._flows)

    def resolves(self, place: Caller, interface_id: str) -> bool:
        """Whether the VPC's resolver answers an interface: no group filters it (trap 2.9).

        A VPC with DNS support switched off has no resolver (AWS docs: vpc-dns).
        """
        backend = ec2_backends[place.account][place.region]
        interface = backend.enis.get(interface_id)
        if not _runs(interface) or not _supports_names(backend, interface):
            return False
        return self._world.bites("2.9") or any(
            _covers(rule, DNS) and _everywhere(rule, RESOLVER)
            for rule in _rules(interface, "outbound")
        )

    def reconsider(self, place: Caller) -> None:
        """Something was written to EC2 there: cut what no longer goes on."""
        backend = ec2_backends[place.account][place.region]
        for flow in self._flows:
            if flow.alive and (flow.account, flow.region) == (place.account, place.region):
                self._reconsider(backend, flow)

    def _reconsider(self, backend: Any, flow: Flow) -> None:
        interface = backend.enis.get(flow.interface)
        if not _runs(interface):
            flow.alive, flow.why = False, "the interface or its instance is gone"
        elif flow.unfiltered:
            return
        elif _allowed(backend, interface, flow):
            flow.tracked = bool(flow.always) or not _allowed_both_ways(interface, flow)
        elif flow.tracked and self._world.bites("2.1"):
            flow.why = "no rule allows it any more, but it is tracked"
        else:
            flow.alive, flow.why = False, "cut: no rule allows it any more"


def _runs(interface: Any) -> bool:
    """Whether an instance carries the interface's traffic: its own, or that of its trunk."""
    carrier = interface.carrier if interface is not None else None
    return carrier is not None and bool(carrier.is_running())


def _supports_names(backend: Any, interface: Any) -> bool:
    support = backend.get_vpc(interface.vpc_id).enable_dns_support
    return str(support).lower() == "true"


def _rules(interface: Any, direction: str) -> list[Any]:
    egress = direction == "outbound"
    return [
        rule
        for group in interface._group_set
        for rule in (group.egress_rules if egress else group.ingress_rules)
    ]


def _allowed(backend: Any, interface: Any, flow: Flow) -> bool:
    return any(
        _covers(rule, flow.port) and _names(backend, rule, interface, flow.peer)
        for rule in _rules(interface, flow.direction)
    )


def _allowed_both_ways(interface: Any, flow: Flow) -> bool:
    """From and to everywhere, every reply port: the flow is untracked.

    (AWS docs: security-group-connection-tracking.)
    """
    there = any(
        _covers(rule, flow.port) and _everywhere(rule, flow.peer)
        for rule in _rules(interface, flow.direction)
    )
    back = "inbound" if flow.direction == "outbound" else "outbound"
    return there and any(
        (rule.ip_protocol == "-1" or (rule.ip_protocol == "tcp" and _all_ports(rule)))
        and _everywhere(rule, flow.peer)
        for rule in _rules(interface, back)
    )


def _covers(rule: Any, port: int) -> bool:
    if rule.ip_protocol == "-1":
        return True
    return bool(rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port)


def _all_ports(rule: Any) -> bool:
    return (rule.from_port, rule.to_port) == (0, 65535)


def _cidr(rule: Any) -> str | None:
    cidr = rule.ip_range.get("CidrIp") or rule.ip_range.get("CidrIpv6")
    return str(cidr) if cidr else None


def _everywhere(rule: Any, peer: str) -> bool:
    version = 1 if ":" in peer else 0
    return _cidr(rule) == EVERYWHERE[version]


def _names(backend: Any, rule: Any, interface: Any, peer: str) -> bool:
    if rule.prefix_list_id:
        raise NotEmulatedError("Prefix lists in security group rules are not emulated for flows.")
    address = ipaddress.ip_address(peer)
    if cidr := _cidr(rule):
        return address in ipaddress.ip_network(cidr, strict=False)
    wanted = rule.source_group.get("GroupId")
    return any(
        other.private_ip_address == peer and other.vpc_id == interface.vpc_id
        for other in backend.enis.values()
        if any(group.id == wanted for group in other._group_set)
    )


def _unfiltered(backend: Any, interface: Any, peer: str) -> bool:
    network = ipaddress.ip_network(backend.get_vpc(interface.vpc_id).cidr_block)
    return peer in LINK_LOCAL or ipaddress.ip_address(peer) == network.network_address + 2


def _always_tracked(backend: Any, interface: Any, peer: str) -> str | None:
    """The path, if it is one of those that are tracked always (trap 2.2).

    Seen here: NAT and egress-only internet gateways, transit gateways, interface endpoints.
    """
    for endpoint in backend.vpc_end_points.values():
        for eni_id in endpoint.network_interface_ids:
            if eni_id in backend.enis and backend.enis[eni_id].private_ip_address == peer:
                return "interface endpoint"
    route = _way_out(backend, interface, ipaddress.ip_address(peer))
    if route is None:
        return None
    paths = {
        "NAT gateway": route.nat_gateway,
        "egress-only internet gateway": route.egress_only_igw,
        "transit gateway": route.transit_gateway,
    }
    return next((name for name, used in paths.items() if used), None)


def _way_out(backend: Any, interface: Any, peer: Any) -> Any:
    """The most specific route of the interface's subnet towards a peer."""
    tables = [table for table in backend.route_tables.values() if table.vpc_id == interface.vpc_id]
    own = [table for table in tables if interface.subnet_id in table._associations.values()]
    main = [table for table in tables if table.main_association_id]
    best, longest = None, -1
    for route in next(iter(own or main)).routes:
        block = route.destination_cidr_block or route.destination_ipv6_cidr_block
        network = ipaddress.ip_network(block) if block else None
        if network and peer in network and network.prefixlen > longest:
            best, longest = route, network.prefixlen
    return best
