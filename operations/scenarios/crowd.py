"""Many findings at once, as when one image with a hole runs everywhere (trap 4.5)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from operations import timeline
from operations.expectations import expect, isolated, untouched
from operations.findings import finding
from operations.ground import Ground
from operations.records import Record
from operations.scenarios.playing import MINING, Scenario, a_network, attack, started_release
from operations.victims import Network

INSTANCES: Final = 60
FINDINGS: Final = 100
PATIENCE: Final = 1800.0  # seconds for all of them: one start a second, in all
BETWEEN_LOOKS: Final = 60.0  # seconds: a look reads the whole ledger
ENDS: Final = ("contained", "joined", "failed", "skipped", "approval-wanted")


def _records(network: Network, found: set[str]) -> list[Record]:
    """What the ledger holds about these findings, read once for all of them."""
    ground = network.ground
    logs = ground.client(ground.security, "logs", ground.regions[0])
    return [record for record in timeline.read(logs) if record.finding_id in found]


def _when_all(network: Network, found: set[str], stages: tuple[str, ...]) -> list[Record]:
    """Look once in a while until each finding has come to one of the stages; all records."""
    waited = 0.0
    while True:
        network.ground.wait(lambda: False, BETWEEN_LOOKS)
        waited += BETWEEN_LOOKS
        records = _records(network, found)
        there = {record.finding_id for record in records if record.stage in stages}
        expect(
            there == found or waited < PATIENCE,
            f"{len(found - there)} of {len(found)} came to none of {stages}",
        )
        if there == found:
            return records


def _burst(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        bots = [network.add_instance() for _ in range(INSTANCES)]
        bystander = network.add_instance()
        kinds = (MINING, "Backdoor:EC2/C&CActivity.B")
        sent = [
            finding(kinds[number // INSTANCES], network, bots[number % INSTANCES])
            for number in range(FINDINGS)
        ]
        found = [attack(network, each) for each in sent]
        records = _when_all(network, set(found), ENDS)
        contained = [record for record in records if record.stage == "contained"]
        often = Counter(record.resource for record in contained)
        expect(len(often) == INSTANCES, f"{len(often)} of {INSTANCES} instances are contained")
        twice = [resource for resource, times in often.items() if times > 1]
        expect(not twice, f"contained twice: {twice}")
        began = sorted(datetime.fromisoformat(r.at) for r in records if r.stage == "received")
        expect(len(began) == FINDINGS, f"{len(began)} runs for {FINDINGS} findings")
        took = (began[-1] - began[0]).total_seconds()
        expect(took > 0.9 * (FINDINGS - 1), f"{FINDINGS} starts in {took:.0f} s: not throttled")
        for bot in bots:
            isolated(network, bot)
        untouched(network, bystander)
        for bot in bots:
            started_release(network, bot)
        released = {str(record.finding_id) for record in contained}
        _when_all(network, released, ("released",))
        for bot in bots:
            untouched(network, bot)
        expect(not network.groups_made(), f"groups were left behind: {network.groups_made()}")


CROWD: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="burst",
        shows=f"{FINDINGS} findings about {INSTANCES} instances: none lost, none twice",
        play=_burst,
        quick=False,
    ),
)
