"""The end of a drill: whatever it has made is taken away, whatever has happened, and nothing else.

What carries the drill's mark, and what is in its network, is the drill's; the finding is put away.
Records in the ledger and locked evidence stay: that is what they are for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from names import DRILL
from operations.drilling.attack import archive
from operations.drilling.stopping import when_stopped
from operations.expectations import UnmetError, expect, ledger, run_ended, stage
from operations.ground import Ground
from operations.scenarios.playing import started_release
from operations.victims import Network, Target, wiring

Say = Callable[[str], None]

ATTEMPTS: Final = 3
BETWEEN: Final = 20.0
"""Seconds after which what AWS still held on to is tried again."""
OF_THE_DRILL: Final = ("Contain", "Preserve")
"""Actions that would go on beside a removal, and make what nobody removes."""
AWS_SAYS: Final = (ClientError, BotoCoreError)


def clear(network: Network, victim: Target | None, finding: str | None, say: Say) -> list[str]:
    """Release what is contained, put the finding away, remove everything; what could not be."""
    with uninterrupted(say):
        say("taking away what the drill has made")
        told = []
        if victim and finding:
            told += _tried("not released", lambda: _undo(network, victim, finding))
            told += _tried(
                f"{finding} is not archived",
                lambda: archive(network.ground, network.region, finding),
            )
        for _ in range(ATTEMPTS):
            left = _tried("not removed", network.clean_up) or _tried(
                "there is still", lambda: _nothing_of(network, finding)
            )
            if not left:
                break
            network.ground.wait(lambda: False, BETWEEN)
        return [*told, *left]


def _nothing_of(network: Network, finding: str | None) -> None:
    left = left_of(network, finding)
    expect(not left, ", ".join(left))


def left_of(network: Network, finding: str | None) -> list[str]:
    """What is still there of a drill, by its mark."""
    marked = [{"Name": f"tag:{DRILL}", "Values": [network.drill]}]
    running = [
        str(instance["InstanceId"])
        for reservation in network.ec2.describe_instances(Filters=marked)["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] not in ("shutting-down", "terminated")
    ]
    kept = [
        str(each["SnapshotId"])
        for copies in (False, True)
        for each in (network.snapshots(finding, copies=copies) if finding else ())
    ]
    return [*wiring.vpcs_of(network.ec2, network.drill), *running, *kept]


def abandoned(ground: Ground, account: str, region: str) -> dict[str, list[str]]:
    """Drills that have left a network in a place → their VPCs: they were killed, or still run."""
    marked = [{"Name": "tag-key", "Values": [DRILL]}]
    found: dict[str, list[str]] = {}
    for vpc in ground.client(account, "ec2", region).describe_vpcs(Filters=marked)["Vpcs"]:
        [drill] = [tag["Value"] for tag in vpc["Tags"] if tag["Key"] == DRILL]
        found.setdefault(drill, []).append(vpc["VpcId"])
    return found


def _undo(network: Network, victim: Target, finding: str) -> None:
    """Let what still runs come to its end; then release what is contained and not released."""
    ground = network.ground
    runs = {each.execution_id for each in ledger(ground, finding) if each.action in OF_THE_DRILL}
    for run in runs - {None}:
        run_ended(ground, network.account, network.region, str(run))
    stages = [record.stage for record in ledger(ground, finding)]
    if {"blocked", "contained"} & set(stages) and "released" not in stages:
        started_release(network, victim)
        stage(ground, finding, "released")


def _tried(what: str, deed: Callable[[], Any]) -> list[str]:
    """Nothing where it is done; else what is not, and why."""
    try:
        deed()
    except (*AWS_SAYS, UnmetError) as error:
        return [f"{what}: {error}"]
    return []


@contextmanager
def uninterrupted(say: Say) -> Iterator[None]:
    """Nobody stops this but by force: a second Ctrl-C would leave an instance running."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread alone
        return

    def refuse(*_: object) -> None:
        say("still taking away what the drill has made; it ends by itself")

    with when_stopped(refuse):
        yield
