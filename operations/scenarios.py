"""Attacks that prove the pipeline: each warms up, detonates, expects by a deadline, and cleans up.

What counts is read from AWS; the ledger is asked what was said and when, and may not be believed
about a resource.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from operations.expectations import expect, isolated, ledger, run_ended, stage, untouched
from operations.findings import finding
from operations.ground import Ground
from operations.victims import Network, Target

QUIET = 120.0  # seconds in which nothing may happen, where nothing should
ROLE = "containment-isolate-instance"
RELEASE = f"{ROLE}-release"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A name, what it shows, and how it is played; ``play`` raises what did not come true."""

    name: str
    shows: str
    play: Callable[[Ground], None]


@contextmanager
def _network(ground: Ground, account: str, region: str) -> Iterator[Network]:
    network = Network(ground=ground, account=ground.accounts[account], region=region)
    try:
        yield network.build()
    finally:
        network.clean_up()


def _attack(network: Network, found: dict[str, Any]) -> str:
    return network.ground.attack(network.account, network.region, found)


def _preserved(network: Network, target: Target, finding_id: str) -> None:
    attached = [{"Name": "attachment.instance-id", "Values": [target.instance]}]
    volumes = {each["VolumeId"] for each in _volumes(network, attached)}
    kept = {each["VolumeId"] for each in network.snapshots(finding_id)}
    expect(volumes and kept == volumes, f"snapshots of {kept}, but the volumes are {volumes}")


def _volumes(network: Network, filters: list[dict[str, Any]]) -> list[Any]:
    found: list[Any] = network.ec2.describe_volumes(Filters=filters)["Volumes"]
    return found


def release(network: Network, target: Target, finding_id: str) -> None:
    """Start the Release document as a responder would, and see everything as it was before."""
    arn = f"arn:aws:ec2:{network.region}:{network.account}:instance/{target.instance}"
    ssm = network.ground.client(network.account, "ssm", network.region)
    started = ssm.start_automation_execution(
        DocumentName=RELEASE, Parameters={"Action": ["Release"], "Resource": [arn]}
    )
    stage(network.ground, finding_id, "released")
    run_ended(network.ground, network.account, network.region, started["AutomationExecutionId"])
    untouched(network, target)
    expect(not network.groups_made(), f"groups were left behind: {network.groups_made()}")


def _cryptomining(ground: Ground) -> None:
    with _network(ground, "tax", ground.regions[0]) as network:
        miner, sibling = network.add_instance(interfaces=2), network.add_instance()
        pool = ground.connect(
            network.account, network.region, next(iter(miner.interfaces)), "198.51.100.7", 3333
        )
        work = ground.connect(
            network.account, network.region, next(iter(sibling.interfaces)), "203.0.113.9", 443
        )
        found = _attack(network, finding("CryptoCurrency:EC2/BitcoinTool.B", network, miner))
        contained = stage(ground, found, "contained")
        run_ended(ground, network.account, network.region, str(contained.execution_id))
        isolated(network, miner)
        expect(not ground.alive(pool), "the connection to the mining pool still passes traffic")
        untouched(network, sibling)
        expect(ground.alive(work), "the sibling's connection was cut")
        _preserved(network, miner, found)
        release(network, miner, found)
        untouched(network, sibling)


def _answered(ground: Ground, account: str, region: str, kind: str, role: str) -> None:
    """The plain course of things: attacked, contained, preserved, released."""
    with _network(ground, account, region) as network:
        target = network.add_instance()
        found = _attack(network, finding(kind, network, target, role=role))
        contained = stage(ground, found, "contained")
        run_ended(ground, network.account, network.region, str(contained.execution_id))
        isolated(network, target)
        _preserved(network, target, found)
        release(network, target, found)


def _command_and_control_dns(ground: Ground) -> None:
    # A DNS finding says TARGET of what is compromised: the type decides, not the role (1.3).
    kind = "Backdoor:EC2/C&CActivity.B!DNS"
    _answered(ground, "land-registry", ground.regions[-1], kind, "TARGET")


def _ssh_brute_force_actor(ground: Ground) -> None:
    kind = "UnauthorizedAccess:EC2/SSHBruteForce"
    _answered(ground, "tax", ground.regions[-1], kind, "ACTOR")


def _ssh_brute_force_target(ground: Ground) -> None:
    with _network(ground, "tax", ground.regions[0]) as network:
        victim = network.add_instance()
        kind = "UnauthorizedAccess:EC2/SSHBruteForce"
        found = _attack(network, finding(kind, network, victim, role="TARGET", severity=2.0))
        _left_alone(network, victim, found, route="attacked-instance")


def _sample_finding(ground: Ground) -> None:
    with _network(ground, "tax", ground.regions[0]) as network:
        bystander = network.add_instance()
        sample = finding("CryptoCurrency:EC2/BitcoinTool.B", network, bystander, role="TARGET")
        # GuardDuty's own samples have made-up resources; this one names a real one (trap 1.4).
        sample["service"]["additionalInfo"] = {"sample": True}
        found = _attack(network, sample)
        _left_alone(network, bystander, found, route="set-aside")
        expect(all(r.drill for r in ledger(ground, found)), "the sample was not marked as a drill")


def _left_alone(network: Network, target: Target, finding_id: str, *, route: str) -> None:
    recorded = stage(network.ground, finding_id, "received")
    expect(recorded.route == route, f"recorded under {recorded.route!r}, not under {route!r}")
    network.ground.wait(lambda: False, QUIET)
    untouched(network, target)
    expect(not network.groups_made(), f"groups were made: {network.groups_made()}")
    expect(not network.snapshots(finding_id), "snapshots were made")
    stages = [each.stage for each in ledger(network.ground, finding_id)]
    expect(stages == ["received"], f"the ledger holds {stages}, not the receipt alone")


def _permission_removed(ground: Ground) -> None:
    with _network(ground, "land-registry", ground.regions[0]) as network:
        bot = network.add_instance(interfaces=2)
        iam = ground.client(network.account, "iam", network.region)
        identity = {"RoleName": ROLE, "PolicyName": "may"}
        policy = iam.get_role_policy(**identity)["PolicyDocument"]
        missing = "ec2:ModifyNetworkInterfaceAttribute"
        less = [each for each in policy["Statement"] if missing not in each["Action"]]
        expect(len(less) < len(policy["Statement"]), f"{ROLE} does not have {missing}")
        kind = "Trojan:EC2/DNSDataExfiltration"
        found = finding(kind, network, bot)
        try:
            weaker = json.dumps({**policy, "Statement": less})
            iam.put_role_policy(**identity, PolicyDocument=weaker)
            identifier = _attack(network, found)
            failed = stage(ground, identifier, "failed")
            run_ended(ground, network.account, network.region, str(failed.execution_id))
            expect(missing in str(failed.why), f"the record does not name {missing}: {failed.why}")
            untouched(network, bot)
            claimed = {each.stage for each in ledger(ground, identifier)}
            expect(not claimed & {"blocked", "severed", "contained"}, f"claimed {claimed}")
        finally:
            iam.put_role_policy(**identity, PolicyDocument=json.dumps(policy))
        # GuardDuty sees the activity go on: an update of the same finding, and now it succeeds.
        now = ground.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        service = {**found["service"], "eventLastSeen": now, "count": 2}
        _attack(network, {**found, "updatedAt": now, "service": service})
        contained = stage(ground, identifier, "contained")
        run_ended(ground, network.account, network.region, str(contained.execution_id))
        isolated(network, bot)
        release(network, bot, identifier)


SCENARIOS: Final[tuple[Scenario, ...]] = (
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
