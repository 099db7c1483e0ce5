"""The same activity told again: twice, updated, and going on after a release (traps 1.5, 1.6)."""

from __future__ import annotations

from typing import Final

from operations.expectations import expect, ledger, stage, untouched
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
    told,
    updated,
)

LONG_AFTER: Final = 900.0  # seconds between a release and the activity's return
SOON: Final = 120.0  # seconds in which the second occurrence is contained, from its own first sign


def _twice_and_updated(ground: Ground) -> None:
    with a_network(ground, "land-registry", ground.regions[0]) as network:
        bot = network.add_instance()
        sent = finding(MINING, network, bot)
        found = attack(network, sent)
        attack(network, sent)
        contained(network, bot, found)
        stage(ground, found, "joined")
        attack(network, updated(ground, sent, 3))
        told(network, found, "joined", times=2)
        ground.wait(lambda: False, QUIET)
        records = ledger(ground, found)
        stages = [each.stage for each in records]
        expect(stages.count("contained") == 1, f"contained more than once: {stages}")
        kept = [each.evidence["snapshots"] for each in records if "snapshots" in each.evidence]
        expect(len(kept) == 1, f"preserved more than once: {kept}")
        contained(network, bot, found)
        preserved(network, bot, found)
        release(network, bot, found)


def _update_after_release(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[-1]) as network:
        bot = network.add_instance()
        sent = finding(MINING, network, bot)
        found = attack(network, sent)
        contained(network, bot, found)
        release(network, bot, found)
        # Delivered once more, about what the responder has dealt with: nothing happens.
        attack(network, sent)
        stage(ground, found, "joined")
        ground.wait(lambda: False, LONG_AFTER)
        untouched(network, bot)
        # It goes on: another occurrence, timed from its own first sign.
        attack(network, updated(ground, sent, 2))
        again = contained(network, bot, found, times=2)
        expect(again.occurrence == 2, f"recorded as occurrence {again.occurrence}")
        elapsed = again.elapsed_s or 0.0
        expect(0 < elapsed < SOON, f"timed at {elapsed} s: not from the second occurrence's sign")
        release(network, bot, found, times=2)


REPETITION: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="twice-and-updated",
        shows="delivered twice and updated: one containment, the rest joins",
        play=_twice_and_updated,
        quick=False,
    ),
    Scenario(
        name="update-after-release",
        shows="what goes on after a release is a new occurrence with its own clock",
        play=_update_after_release,
        quick=False,
    ),
)
