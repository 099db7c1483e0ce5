"""Instances that do not go quietly: members of a group, open connections, DNS, other hands."""

from __future__ import annotations

from typing import Final

from operations.expectations import expect, isolated, ledger, untouched
from operations.findings import finding
from operations.ground import Ground
from operations.scenarios.playing import (
    MINING,
    QUIET,
    Scenario,
    a_network,
    attack,
    contained,
    preserved,
    release,
    started_release,
    told,
)


def _auto_scaling_member(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        group = network.add_scaling_group(1, 2, 3)
        bot, sibling = group.members
        found = attack(network, finding(MINING, network, bot))
        contained(network, bot, found)
        ground.wait(lambda: False, QUIET)  # longer than a health check takes
        state = network.state_of(bot.instance)
        expect(state == "running", f"Auto Scaling ended the evidence: it is {state}")
        serving = network.in_service(group.group)
        expect(serving == [sibling.instance], f"in service: {serving}, not the sibling alone")
        untouched(network, sibling)
        preserved(network, bot, found)
        release(network, bot, found)
        back = {bot.instance, sibling.instance}
        returned = ground.wait(lambda: set(network.in_service(group.group)) == back, QUIET)
        expect(returned, f"in service after the release: {network.in_service(group.group)}")


def _nat_path(ground: Ground) -> None:
    with a_network(ground, "land-registry", ground.regions[0]) as network:
        network.through_nat()
        bot = network.add_instance()
        interface = next(iter(bot.interfaces))
        pool = ground.connect(network.account, network.region, interface, "198.51.100.7", 3333)
        found = attack(network, finding(MINING, network, bot))
        said = contained(network, bot, found)
        expect(ground.alive(pool), "a connection through NAT is always tracked; this one ended")
        expect("NatGatewayId" in str(said.why), f"open connections are not told: {said.why}")
        stages = [each.stage for each in ledger(ground, found)]
        expect("severed" not in stages, "severed was claimed of a connection that is alive")
        release(network, bot, found)


def _dns_exfiltration(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[-1]) as network:
        bot = network.add_instance()
        where = (network.account, network.region, next(iter(bot.interfaces)), "drop.example.com")
        found = attack(network, finding("Trojan:EC2/DNSDataExfiltration", network, bot))
        asked = told(network, found, "approval-wanted")
        isolated(network, bot)
        expect("stop the instance?" in str(asked.why), f"nobody is asked: {asked.why}")
        expect(ground.resolves(*where), "DNS passes whatever the groups say; this one did not")
        stages = [each.stage for each in ledger(ground, found)]
        expect("contained" not in stages, "contained was claimed while DNS is open")
        preserved(network, bot, found)
        # A person decides: memory is given up for the silence.
        identity = {"InstanceId": bot.instance}
        network.ec2.modify_instance_attribute(**identity, DisableApiStop={"Value": False})
        network.ec2.stop_instances(InstanceIds=[bot.instance])
        silent = ground.wait(lambda: not ground.resolves(*where), QUIET)
        expect(silent, "stopped, and its names are still answered")
        release(network, bot, found)


def _changed_meanwhile(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        bot = network.add_instance(interfaces=2)
        found = attack(network, finding(MINING, network, bot))
        contained(network, bot, found)
        preserved(network, bot, found)
        changed, kept = sorted(bot.interfaces)
        network.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=changed, Groups=network.groups[:1]
        )
        before = network.groups_of(bot.instance)
        started_release(network, bot)
        asked = told(network, found, "approval-wanted")
        expect(changed in str(asked.why), f"the difference is not shown: {asked.why}")
        ground.wait(lambda: network.groups_of(bot.instance) == before, 30)
        started_release(network, bot, AcceptChanged="true")
        told(network, found, "released")
        after = network.groups_of(bot.instance)
        expect(after[changed] == network.groups[:1], "somebody's work was overwritten")
        expect(after[kept] == bot.interfaces[kept], f"{kept} did not get its groups back")


MACHINES: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="auto-scaling-member",
        shows="on standby before it is isolated, so that the group does not end the evidence",
        play=_auto_scaling_member,
        quick=False,
    ),
    Scenario(
        name="nat-path",
        shows="what goes through NAT is tracked: blocked and contained, never severed",
        play=_nat_path,
        quick=False,
    ),
    Scenario(
        name="dns-exfiltration",
        shows="no group filters DNS: people are asked for the stop, contained is not claimed",
        play=_dns_exfiltration,
        quick=False,
    ),
    Scenario(
        name="changed-meanwhile",
        shows="released by compare-and-swap: it asks, and overwrites nobody's work",
        play=_changed_meanwhile,
        quick=False,
    ),
)
