"""What GuardDuty makes of the names that instances look up: an attack that nobody has to file.

An instance runs its user data once, at its first boot (AWS docs: ec2 user-data). Of a script in it
only lookups by ``getent`` are played; what else it does nobody here sees. GuardDuty reads what the
VPC's own resolver is asked, and nothing of any other resolver (AWS docs: guardduty_data-sources);
it has a domain for tests, which is a command server's to it (2023 docs: guardduty_backdoor). DNS
Firewall and other bad domains are not emulated: nothing is found about them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.ec2.models import ec2_backends

from rehearsal.emulator.guardduty.detectors import Place, stamp
from rehearsal.emulator.world import World

TEST_DOMAIN = "guarddutyc2activityb.com"

LOOKUP = re.compile(
    r"(?:^|[;&|]|\b(?:do|then|else)\b)[ \t]*getent[ \t]+a?hosts[ \t]+([\w.-]+)", re.MULTILINE
)
"""A command of a shell script, and the name that it looks up; a comment is no command."""

OWN_RESOLVER = "AmazonProvidedDNS"

Resolves = Callable[[Place, str], bool]
"""Whether the VPC's resolver answers an interface now."""
Watches = Callable[[Place], bool]
"""Whether GuardDuty is on in a place."""
File = Callable[[Place, object], object]
"""What raises a finding."""


class Lookups:
    """The names that instances look up as they start, and what GuardDuty finds about them."""

    def __init__(self, world: World, *, resolves: Resolves, watches: Watches, file: File) -> None:
        self._world = world
        self._resolves = resolves
        self._watches = watches
        self._file = file
        self._started: set[str] = set()

    def look(self, place: Place) -> None:
        """Let every instance of a place that is new there run its user data, in a while."""
        for reservation in list(ec2_backends[place.account][place.region].reservations.values()):
            for instance in reservation.instances:
                if instance.id not in self._started:
                    self._started.add(instance.id)
                    self._start(place, instance)

    def _start(self, place: Place, instance: Any) -> None:
        names = {name.rstrip(".").lower() for name in LOOKUP.findall(_script(instance))}
        if TEST_DOMAIN in names:
            self._world.clock.later(
                self._world.timing.boot, lambda: self._asked(place, instance, TEST_DOMAIN)
            )

    def _asked(self, place: Place, instance: Any, domain: str) -> None:
        """An instance looks a name up: GuardDuty sees it at once, and tells it much later."""
        if not instance.is_running() or not self._watches(place):
            return
        asking = (nic.id for nic in instance.nics.values() if _asks_the_resolver(nic))
        if not any(self._resolves(place, interface) for interface in asking):
            return
        found = _found(place, instance, domain, self._world.clock.now())
        self._world.clock.later(self._world.timing.detection, lambda: self._tell(place, found))

    def _tell(self, place: Place, found: dict[str, Any]) -> None:
        if self._watches(place):  # or it was switched off meanwhile
            self._file(place, found)


def _script(instance: Any) -> str:
    """The shell script in an instance's user data; empty where there is none."""
    data = instance.user_data
    text = data.decode() if hasattr(data, "decode") else str(data or "")
    return text if text.startswith("#!") else ""


def _asks_the_resolver(interface: Any) -> bool:
    """Whether DHCP names the VPC's own resolver, as it does unless somebody chose another."""
    chosen = interface.subnet.ec2_backend.get_vpc(interface.vpc_id).dhcp_options
    servers = chosen._options["domain-name-servers"] if chosen else None
    return not servers or OWN_RESOLVER in servers


def _found(place: Place, instance: Any, domain: str, now: datetime) -> dict[str, Any]:
    """The finding, with the instance as it is when it asks; no field is invented for its sake."""
    known = {"domain": domain}
    return {
        "type": "Backdoor:EC2/C&CActivity.B!DNS",
        "severity": 8,
        "title": f"Command and Control server domain name queried by EC2 instance {instance.id}.",
        "description": f"EC2 instance {instance.id} is querying a domain name associated with a "
        "known Command & Control server.",
        "resource": {"resourceType": "Instance", "instanceDetails": _details(instance)},
        "service": {
            "action": {
                "actionType": "DNS_REQUEST",
                "dnsRequestAction": {
                    "domain": domain,
                    "protocol": "UDP",
                    "blocked": False,
                    "domainWithSuffix": domain,
                    "vpcOwnerAccountId": place.account,
                },
            },
            "additionalInfo": {**known, "value": json.dumps(known), "type": "default"},
            "eventFirstSeen": stamp(now),
            "eventLastSeen": stamp(now),
        },
    }


def _details(instance: Any) -> dict[str, Any]:
    profile = instance.ec2_backend.iam_instance_profile_associations.get(instance.id)
    held = profile.iam_instance_profile if profile else None
    return {
        "instanceId": instance.id,
        "instanceType": instance.instance_type,
        "outpostArn": None,
        "launchTime": stamp(instance.launch_time),
        "platform": None,
        "productCodes": [],
        "iamInstanceProfile": {"arn": held.arn, "id": held.id} if held else None,
        "networkInterfaces": [_interface(nic) for nic in instance.nics.values()],
        "instanceState": instance.state,
        "availabilityZone": instance.availability_zone,
        "imageId": instance.image_id,
        "tags": [{"key": tag["key"], "value": tag["value"]} for tag in instance.get_tags()],
    }


def _interface(nic: Any) -> dict[str, Any]:
    named = getattr(nic, "private_dns_name", "")  # moto's, where the VPC has names for its hosts
    private = {"privateDnsName": named, "privateIpAddress": nic.private_ip_address}
    return {
        "ipv6Addresses": [],
        "networkInterfaceId": nic.id,
        **private,
        "privateIpAddresses": [private],
        "subnetId": nic.subnet.id,
        "vpcId": nic.vpc_id,
        "securityGroups": [{"groupName": one.name, "groupId": one.id} for one in nic._group_set],
        "publicDnsName": "",
        "publicIp": nic.public_ip,
    }
