"""What was contained and is no longer: people are told, once, and nobody fights (trap 4.10)."""

from __future__ import annotations

from typing import Any, Final

from operations.expectations import expect, isolated, ledger, stage
from operations.findings import finding
from operations.ground import Ground
from operations.scenarios.playing import (
    MINING,
    Scenario,
    a_network,
    attack,
    contained,
    release,
)
from operations.victims import Network

WATCH_RULE: Final = "containment-watch"


def _breached(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        bot = network.add_instance(interfaces=2)
        found = attack(network, finding(MINING, network, bot))
        contained(network, bot, found)
        period, freed = _period(network), sorted(bot.interfaces)[0]
        closed = network.groups_of(bot.instance)[freed]
        _expect_quiet(ground, found, period, told=0)

        _move(network, freed, bot.interfaces[freed])
        told = _told(ground, found, period, times=1)
        expect(freed in str(told.why), f"the record does not name {freed}: {told.why}")
        _expect_quiet(ground, found, period, told=1)
        now = network.groups_of(bot.instance)
        expect(now[freed] == bot.interfaces[freed], f"somebody fought over {freed}: {now}")

        [quarantine] = closed
        rule: dict[str, Any] = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        network.ec2.authorize_security_group_ingress(GroupId=quarantine, IpPermissions=[rule])
        told = _told(ground, found, period, times=2)
        expect(quarantine in str(told.why), f"the record does not name {quarantine}: {told.why}")
        expect(network.rules_of(closed), f"somebody fought over the rules of {quarantine}")

        # Put right by a responder: that is no news, and it can be released as if nothing had been.
        network.ec2.revoke_security_group_ingress(GroupId=quarantine, IpPermissions=[rule])
        _move(network, freed, closed)
        _expect_quiet(ground, found, period, told=2)
        isolated(network, bot)
        release(network, bot, found)
        _expect_quiet(ground, found, period, told=2)


def _period(network: Network) -> float:
    """Seconds from one look to the next, as deployed."""
    events = network.ground.client(network.account, "events", network.region)
    rate = str(events.describe_rule(Name=WATCH_RULE)["ScheduleExpression"])
    return 60.0 * int(rate.removeprefix("rate(").partition(" ")[0])


def _move(network: Network, interface: str, groups: list[str]) -> None:
    """What a person, a pipeline or an attacker does with rights of their own."""
    network.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)


def _told(ground: Ground, found: str, period: float, *, times: int) -> Any:
    """Within two looks the breach is in the ledger."""
    ground.wait(lambda: len(_breaches(ground, found)) >= times, 2 * period)
    return stage(ground, found, "breached", times=times)


def _expect_quiet(ground: Ground, found: str, period: float, *, told: int) -> None:
    """For a look and a bit nothing more is told."""
    ground.wait(lambda: False, period + 120)
    breaches = _breaches(ground, found)
    expect(len(breaches) == told, f"told {len(breaches)} times, not {told}: {breaches}")


def _breaches(ground: Ground, found: str) -> list[str]:
    return [str(each.why) for each in ledger(ground, found) if each.stage == "breached"]


WATCHING: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="breached",
        shows="freed by somebody: told within two looks, once, again when it changes; no fight",
        play=_breached,
        quick=False,
    ),
)
