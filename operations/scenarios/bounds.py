"""Attacks that meet a bound: a brake, a cap, an exemption, a table that cannot be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final

from names import EXEMPTIONS_OBJECT, Place, exemptions_bucket
from operations.brakes import Brakes
from operations.expectations import LEDGER_DEADLINE, expect, ledger, untouched
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
    contained,
    release,
    started_release,
    told,
)
from operations.victims import Network, Target
from runbooks.state import WHOLE_ACCOUNT

WHO: Final = "drill"
CHEAP_ROUTE: Final = "attacking-instance"
CHEAP_CAP: Final = 3  # what the stacks of this repository let that route contain in an hour
LATE_IN_THE_HOUR: Final = 50  # minutes


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


def _refused(
    network: Network, target: Target, found: str, reason: str, *, groups: bool = False
) -> None:
    """Recorded as skipped for this reason, nothing touched, nothing claimed."""
    skipped = told(network, found, "skipped")
    expect(reason in str(skipped.why), f"skipped because {skipped.why}, not because {reason}")
    untouched(network, target)
    expect(groups or not network.groups_made(), f"groups were made: {network.groups_made()}")


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


@contextmanager
def _exempt(ground: Ground, resource: str, expires: date) -> Iterator[None]:
    """For a while the exemptions hold one more: as if Git had it, and had been deployed."""
    s3 = ground.client(ground.security, "s3", ground.regions[0])
    place = {"Bucket": exemptions_bucket(_central(ground)), "Key": EXEMPTIONS_OBJECT}
    was = s3.get_object(**place)["Body"].read()
    more = {
        "Resource": resource,
        "Owner": "drills@example.org",
        "Reason": "A drill, which is over in minutes.",
        "Expires": expires.isoformat(),
    }
    told = json.dumps({"exemptions": [*json.loads(was)["exemptions"], more]})
    s3.put_object(**place, Body=told.encode(), ContentType="application/json")
    try:
        yield
    finally:
        s3.put_object(**place, Body=was, ContentType="application/json")


def _central(ground: Ground) -> Place:
    return Place(partition="aws", account=ground.security, region=ground.regions[0])


def _arn(network: Network, target: Target) -> str:
    return f"arn:aws:ec2:{network.region}:{network.account}:instance/{target.instance}"


def _exempted(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[-1]) as network:
        tested = network.add_instance()
        today = ground.now().date()
        sent = finding(MINING, network, tested)
        with _exempt(ground, _arn(network, tested), today):
            found = attack(network, sent)
            _refused(network, tested, found, f"exempt (drills@example.org, until {today}")
        # Read at each use: the next sighting meets no exemption any more.
        answered_when_it_goes_on(network, tested, sent)


def _exemption_expired(ground: Ground) -> None:
    with a_network(ground, "land-registry", ground.regions[-1]) as network:
        tested = network.add_instance()
        yesterday = ground.now().date() - timedelta(days=1)
        with _exempt(ground, _arn(network, tested), yesterday):
            found = attack(network, finding(MINING, network, tested))
            contained(network, tested, found)
        release(network, tested, found)


def _over_the_cap(ground: Ground) -> None:
    # A cap counts by the hour: what is sent at once must not fall into two of them.
    ground.wait(lambda: ground.now().minute < LATE_IN_THE_HOUR, 3600)
    with a_network(ground, "security", ground.regions[0]) as network:
        brakes = brakes_of(ground, network.account)
        guessers = [network.add_instance() for _ in range(CHEAP_CAP + 1)]
        grave = network.add_instance()
        with _let_go(brakes, CHEAP_ROUTE):
            kind = "UnauthorizedAccess:EC2/SSHBruteForce"
            sent = [finding(kind, network, each, role="ACTOR") for each in guessers]
            cheap = [attack(network, each) for each in sent]
            ends = [_end(network, each) for each in cheap]
            expect(
                sorted(ends) == ["contained"] * CHEAP_CAP + ["skipped"],
                f"{CHEAP_CAP} may be contained in an hour; they ended {ends}",
            )
            over = cheap[ends.index("skipped")]
            _refused(network, guessers[ends.index("skipped")], over, "over the cap", groups=True)
            engaged = brakes.status()
            expect(engaged.keys() == {CHEAP_ROUTE}, f"engaged: {engaged}, not its route alone")
            # The answer to what is grave goes on.
            found = attack(network, finding(MINING, network, grave))
            contained(network, grave, found)
            for target, identifier, end in zip(guessers, cheap, ends, strict=True):
                if end == "contained":
                    started_release(network, target)
                    told(network, identifier, "released")
            release(network, grave, found)


def _end(network: Network, found: str) -> str:
    """How a finding ended: contained, or left alone."""
    ends = ("contained", "skipped")

    def ended() -> list[str]:
        return [r.stage for r in ledger(network.ground, found) if r.stage in ends]

    network.ground.wait(lambda: bool(ended()), LEDGER_DEADLINE)
    return next(iter(ended()), "not at all")


BOUNDS: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="exempt",
        shows="exempt when it is read: untouched, its owner told; contained once that is over",
        play=_exempted,
        quick=False,
    ),
    Scenario(
        name="exemption-expired",
        shows="an exemption that ended yesterday does not count",
        play=_exemption_expired,
        quick=False,
    ),
    Scenario(
        name="over-the-cap",
        shows="many cheap findings engage the brake of their route; a grave one is contained",
        play=_over_the_cap,
        quick=False,
    ),
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
