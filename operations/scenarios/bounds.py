"""Attacks that meet a bound: a brake, a table that cannot be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from operations.brakes import Brakes
from operations.expectations import expect, untouched
from operations.findings import finding
from operations.ground import Ground, once_iam_acts
from operations.scenarios.playing import (
    MINING,
    QUIET,
    ROLE,
    Scenario,
    a_network,
    answered_when_it_goes_on,
    attack,
    told,
)
from operations.victims import Network, Target
from runbooks.state import WHOLE_ACCOUNT

WHO: Final = "drill"


def brakes_of(ground: Ground, account: str) -> Brakes:
    """The brakes of an account, with the deployer role."""
    home = ground.regions[0]
    return Brakes(
        dynamodb=ground.client(account, "dynamodb", home),
        events=ground.client(account, "events", home),
    )


@contextmanager
def _let_go(brakes: Brakes, what: str) -> Iterator[None]:
    """Whatever happens inside, the brake is off afterwards."""
    try:
        yield
    finally:
        if what in brakes.status():
            brakes.let_go(what, reason="the drill is over", who=WHO)


def _refused(network: Network, target: Target, found: str, reason: str) -> None:
    """Recorded as skipped for this reason, nothing touched, nothing claimed."""
    skipped = told(network, found, "skipped")
    expect(reason in str(skipped.why), f"skipped because {skipped.why}, not because {reason}")
    untouched(network, target)
    expect(not network.groups_made(), f"groups were made: {network.groups_made()}")


def _braked_by_a_person(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[-1]) as network:
        brakes = brakes_of(ground, network.account)
        suspect = network.add_instance()
        sent = finding(MINING, network, suspect)
        with _let_go(brakes, WHOLE_ACCOUNT):
            brakes.engage(WHOLE_ACCOUNT, reason="tax returns are due tonight", who=WHO)
            found = attack(network, sent)
            _refused(network, suspect, found, "tax returns are due tonight")
        # What was left alone is answered when GuardDuty sees it go on.
        answered_when_it_goes_on(network, suspect, sent)


def _table_unreachable(ground: Ground) -> None:
    with a_network(ground, "land-registry", ground.regions[-1]) as network:
        suspect = network.add_instance()
        sent = finding(MINING, network, suspect)
        iam = ground.client(network.account, "iam", network.region)
        deny: dict[str, Any] = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
        name = {"RoleName": ROLE, "PolicyName": "drill-no-table"}
        iam.put_role_policy(
            **name, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deny]})
        )
        once_iam_acts(ground)
        try:
            found = attack(network, sent)
            failed = told(network, found, "failed")
            expect("dynamodb" in str(failed.why), f"the reason is not named: {failed.why}")
            ground.wait(lambda: False, QUIET)
            untouched(network, suspect)
            expect(not network.groups_made(), f"groups were made: {network.groups_made()}")
        finally:
            iam.delete_role_policy(**name)
            once_iam_acts(ground)
        answered_when_it_goes_on(network, suspect, sent)


BOUNDS: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="braked-by-a-person",
        shows="the account's brake: recorded with its reason, untouched; answered once it is off",
        play=_braked_by_a_person,
        quick=False,
    ),
    Scenario(
        name="table-unreachable",
        shows="no lock, no brake that can be read: failed, nothing touched; contained afterwards",
        play=_table_unreachable,
        quick=False,
    ),
)
