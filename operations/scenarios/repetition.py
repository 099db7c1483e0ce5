"""The same activity told again: twice, updated, after a release, after a run that was stopped.

Traps 1.5, 1.6 and 4.12.
"""

from __future__ import annotations

from typing import Final

from operations.expectations import LEDGER_DEADLINE, expect, ledger, run_ended, stage, untouched
from operations.findings import finding
from operations.ground import Ground, once_iam_acts
from operations.scenarios.credentials import let_in
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
from operations.victims import Network, Target
from runbooks.state import LEASE

OPENED: Final = "containment-transitional"
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


def _stop(network: Network, found: str) -> str:
    """Stop the run that answers a finding, while a group of its is open; the run's id."""
    ssm = network.ground.client(network.account, "ssm", network.region)
    opened = network.ground.wait(lambda: OPENED in " ".join(network.groups_made()), LEDGER_DEADLINE)
    expect(opened, f"no {OPENED} group was made; there are {network.groups_made()}")
    run = str(stage(network.ground, found, "received").execution_id)
    ssm.stop_automation_execution(AutomationExecutionId=run)
    return run


def _end_is_told(ground: Ground, found: str) -> bool:
    """Whether the ledger says how a run ended."""
    return any(each.stage in ("failed", "contained") for each in ledger(ground, found))


def _open(network: Network, target: Target) -> list[str]:
    """The interfaces that are in a group that lets everything through."""
    named = [{"Name": "group-name", "Values": [f"{OPENED}-{target.instance}"]}]
    found = network.ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    ours = {group["GroupId"] for group in found}
    return [each for each, groups in network.groups_of(target.instance).items() if ours & {*groups}]


def _killed_halfway(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        role = network.add_role()
        bot = network.add_instance(interfaces=2, profile=role)
        thief = ground.credentials_of(network.account, network.region, bot.instance)
        sent = finding(MINING, network, bot)
        found = attack(network, sent)
        run = _stop(network, found)
        ended = run_ended(ground, network.account, network.region, run)
        expect(ended == "Cancelled", f"the run that was stopped ended as {ended}")
        # Where it was stopped decides how it ends: both are told, and neither leaves it open.
        told_of = ground.wait(lambda: _end_is_told(ground, found), LEDGER_DEADLINE)
        expect(told_of, "nobody was told how the run ended that was stopped")
        expect(not _open(network, bot), f"left open to all: {_open(network, bot)}")
        ground.wait(lambda: False, LEASE)
        attack(network, updated(ground, sent, 2))
        contained(network, bot, found)
        expect(not let_in(thief, network), "the stolen credentials still work")
        release(network, bot, found)
        once_iam_acts(ground)
        expect(let_in(thief, network), "released, but its credentials are still refused")


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
    Scenario(
        name="killed-halfway",
        shows="a run stopped between its swaps leaves nothing open; the next sighting contains",
        play=_killed_halfway,
        quick=False,
    ),
)
