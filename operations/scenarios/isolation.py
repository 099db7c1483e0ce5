"""Attacks that are answered, or must not be: each warms up, detonates, expects, and cleans up."""

from __future__ import annotations

import json
from typing import Final

from operations.expectations import expect, ledger, untouched
from operations.findings import finding
from operations.ground import Ground, once_iam_acts
from operations.scenarios.playing import (
    MINING,
    ROLE,
    Scenario,
    a_network,
    answered_when_it_goes_on,
    attack,
    contained,
    left_alone,
    preserved,
    release,
    told,
)


def _cryptomining(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        miner, sibling = network.add_instance(interfaces=2), network.add_instance()
        pool = ground.connect(
            network.account, network.region, next(iter(miner.interfaces)), "198.51.100.7", 3333
        )
        work = ground.connect(
            network.account, network.region, next(iter(sibling.interfaces)), "203.0.113.9", 443
        )
        found = attack(network, finding(MINING, network, miner))
        contained(network, miner, found)
        expect(not ground.alive(pool), "the connection to the mining pool still passes traffic")
        untouched(network, sibling)
        expect(ground.alive(work), "the sibling's connection was cut")
        preserved(network, miner, found)
        release(network, miner, found)
        untouched(network, sibling)


def _answered(ground: Ground, account: str, region: str, kind: str, role: str) -> None:
    """The plain course of things: attacked, contained, preserved, released."""
    with a_network(ground, account, region) as network:
        target = network.add_instance()
        found = attack(network, finding(kind, network, target, role=role))
        contained(network, target, found)
        preserved(network, target, found)
        release(network, target, found)


def _command_and_control_dns(ground: Ground) -> None:
    # A DNS finding says TARGET of what is compromised: the type decides, not the role (1.3).
    kind = "Backdoor:EC2/C&CActivity.B!DNS"
    _answered(ground, "land-registry", ground.regions[-1], kind, "TARGET")


def _ssh_brute_force_actor(ground: Ground) -> None:
    kind = "UnauthorizedAccess:EC2/SSHBruteForce"
    _answered(ground, "tax", ground.regions[-1], kind, "ACTOR")


def _ssh_brute_force_target(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        victim = network.add_instance()
        kind = "UnauthorizedAccess:EC2/SSHBruteForce"
        found = attack(network, finding(kind, network, victim, role="TARGET", severity=2.0))
        left_alone(network, victim, found, route="attacked-instance")


def _sample_finding(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        bystander = network.add_instance()
        sample = finding(MINING, network, bystander, role="TARGET")
        # GuardDuty's own samples have made-up resources; this one names a real one (trap 1.4).
        sample["service"]["additionalInfo"] = {"sample": True}
        found = attack(network, sample)
        left_alone(network, bystander, found, route="set-aside")
        expect(all(r.drill for r in ledger(ground, found)), "the sample was not marked as a drill")


def _permission_removed(ground: Ground) -> None:
    with a_network(ground, "land-registry", ground.regions[0]) as network:
        bot = network.add_instance(interfaces=2)
        iam = ground.client(network.account, "iam", network.region)
        identity = {"RoleName": ROLE, "PolicyName": "may"}
        policy = iam.get_role_policy(**identity)["PolicyDocument"]
        missing = "ec2:ModifyNetworkInterfaceAttribute"
        less = [each for each in policy["Statement"] if missing not in each["Action"]]
        expect(len(less) < len(policy["Statement"]), f"{ROLE} does not have {missing}")
        kind = "Trojan:EC2/DropPoint"
        found = finding(kind, network, bot)
        try:
            weaker = json.dumps({**policy, "Statement": less})
            iam.put_role_policy(**identity, PolicyDocument=weaker)
            once_iam_acts(ground)
            identifier = attack(network, found)
            failed = told(network, identifier, "failed")
            expect(missing in str(failed.why), f"the record does not name {missing}: {failed.why}")
            untouched(network, bot)
            claimed = {each.stage for each in ledger(ground, identifier)}
            expect(not claimed & {"blocked", "severed", "contained"}, f"claimed {claimed}")
        finally:
            iam.put_role_policy(**identity, PolicyDocument=json.dumps(policy))
            once_iam_acts(ground)
        answered_when_it_goes_on(network, bot, found)


ISOLATION: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="cryptomining",
        shows="two interfaces isolated, the connection cut; a sibling in the same groups works on",
        play=_cryptomining,
    ),
    Scenario(
        name="command-and-control-dns",
        shows="compromised although the finding says TARGET; another account and region",
        play=_command_and_control_dns,
    ),
    Scenario(
        name="ssh-brute-force-actor",
        shows="the attacker of a brute force is isolated",
        play=_ssh_brute_force_actor,
    ),
    Scenario(
        name="ssh-brute-force-target",
        shows="the victim of the same brute force is recorded for people, and left alone",
        play=_ssh_brute_force_target,
    ),
    Scenario(
        name="sample-finding",
        shows="a sample that names a real instance is recorded as a drill, and contains nothing",
        play=_sample_finding,
    ),
    Scenario(
        name="permission-removed",
        shows="a role without one permission: failed, nothing half done; contained once it is back",
        play=_permission_removed,
    ),
)
