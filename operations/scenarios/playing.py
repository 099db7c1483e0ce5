"""What every scenario is made of: a network, an attack, and expectations that recur."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from operations.expectations import (
    expect,
    isolated,
    ledger,
    protections,
    run_ended,
    stage,
    untouched,
)
from operations.ground import Ground
from operations.records import Record
from operations.victims import Network, Target
from regions import PARTITIONS

QUIET: Final = 120.0  # seconds in which nothing may happen, where nothing should
ROLE: Final = "containment-isolate-instance"
MINING: Final = "CryptoCurrency:EC2/BitcoinTool.B"
RELEASE: Final = f"{ROLE}-release"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A name, what it shows, and how it is played; ``play`` raises what did not come true."""

    name: str
    shows: str
    play: Callable[[Ground], None]
    quick: bool = True
    """Whether a quick look plays it, too: what shows whether the pipeline answers at all."""


@contextmanager
def a_network(
    ground: Ground, account: str, region: str, *, attended: bool = False
) -> Iterator[Network]:
    """A network of a drill in a named account; removed in the end, whatever happens."""
    owner = ground.accounts[account]
    network = Network(ground=ground, account=owner, region=region, attended=attended)
    try:
        yield network.build()
    finally:
        network.clean_up()


def attack(network: Network, found: dict[str, Any]) -> str:
    """Have GuardDuty find it in the network's account and region; the finding's id."""
    return network.ground.attack(network.account, network.region, found)


def preserved(network: Network, target: Target, finding_id: str) -> None:
    """Every volume has a snapshot that carries the finding's id; the instance is protected."""
    told(network, finding_id, "preserved")
    expect(protections(network, target), f"{target.instance} may be terminated by anybody")
    attached = [{"Name": "attachment.instance-id", "Values": [target.instance]}]
    volumes = {each["VolumeId"] for each in _volumes(network, attached)}
    kept = {each["VolumeId"] for each in network.snapshots(finding_id)}
    expect(volumes and kept == volumes, f"snapshots of {kept}, but the volumes are {volumes}")


def _volumes(network: Network, filters: list[dict[str, Any]]) -> list[Any]:
    found: list[Any] = network.ec2.describe_volumes(Filters=filters)["Volumes"]
    return found


def release(network: Network, target: Target, finding_id: str, *, times: int = 1) -> None:
    """Start the Release document as a responder would, and see everything as it was before."""
    run = started_release(network, target)
    stage(network.ground, finding_id, "released", times=times)
    run_ended(network.ground, network.account, network.region, run)
    untouched(network, target)
    expect(not protections(network, target), f"still: {protections(network, target)}")
    expect(not network.groups_made(), f"groups were left behind: {network.groups_made()}")


def started_release(network: Network, target: Target, **parameters: str) -> str:
    """A responder starts the Release document; the id of the run."""
    partition = PARTITIONS.get(network.region, "aws")
    arn = f"arn:{partition}:ec2:{network.region}:{network.account}:instance/{target.instance}"
    given = {"Action": "Release", "Resource": arn, **parameters}
    ssm = network.ground.client(network.account, "ssm", network.region)
    while True:
        try:
            started = ssm.start_automation_execution(
                DocumentName=RELEASE, Parameters={name: [value] for name, value in given.items()}
            )
        except ClientError as busy:  # one start a second, and others start too (trap 4.5)
            if busy.response["Error"]["Code"] != "ThrottlingException":
                raise
            network.ground.wait(lambda: False, 2)
        else:
            return str(started["AutomationExecutionId"])


def left_alone(network: Network, target: Target, finding_id: str, *, route: str) -> None:
    """Recorded for people under this route, and for a while nothing else happens."""
    recorded = stage(network.ground, finding_id, "received")
    expect(recorded.route == route, f"recorded under {recorded.route!r}, not under {route!r}")
    network.ground.wait(lambda: False, QUIET)
    untouched(network, target)
    expect(not network.groups_made(), f"groups were made: {network.groups_made()}")
    expect(not network.snapshots(finding_id), "snapshots were made")
    stages = [each.stage for each in ledger(network.ground, finding_id)]
    expect(stages == ["received"], f"the ledger holds {stages}, not the receipt alone")


def told(network: Network, finding_id: str, name: str, *, times: int = 1) -> Record:
    """Wait until a run has told a stage of a finding, so many times, and has ended."""
    said = stage(network.ground, finding_id, name, times=times)
    run_ended(network.ground, network.account, network.region, str(said.execution_id))
    return said


def contained(network: Network, target: Target, finding_id: str, *, times: int = 1) -> Record:
    """Wait until the finding's resource is contained and its run has ended; then look."""
    said = told(network, finding_id, "contained", times=times)
    isolated(network, target)
    return said


def answered_when_it_goes_on(network: Network, target: Target, found: dict[str, Any]) -> None:
    """GuardDuty sees the activity again; what was left alone is contained, and can be released."""
    again = attack(network, updated(network.ground, found, 2))
    contained(network, target, again)
    release(network, target, again)


def updated(ground: Ground, found: dict[str, Any], count: int) -> dict[str, Any]:
    """The finding as GuardDuty sends it again: same id, seen just now (trap 1.5)."""
    now = ground.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    service = {**found["service"], "eventLastSeen": now, "count": count}
    return {**found, "updatedAt": now, "service": service}
