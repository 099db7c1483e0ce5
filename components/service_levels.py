"""The alarms of the ledger: what took too long, what is stopped, was undone, or is silent.

Whom they reach is said beside each: ``central_rules.HUB_ALARMS`` are told by a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi

from components.alarms import Watched, alarm
from components.metrics import BRAKES, BREACHED, OPEN, TIME_TO_CONTAIN
from names import METRICS, PREFIX, Place

MISSED: Final = 3
"""Looks in a row without a beat until it is an alarm: one may be late, or be retried."""

TOLD_OTHERWISE: Final[Mapping[str, str]] = {
    f"{PREFIX}braked": "each `braked` calls people at once, by the rule people-ledger",
    f"{PREFIX}breached": "each `breached` calls people at once, by the rule people-ledger",
}
"""Alarms that no rule and no topic hears, and why: they are states to look at while they last."""


def service_levels(
    name: str,
    objective_minutes: int,
    watch_minutes: int,
    region: str,
    opts: pulumi.ResourceOptions,
) -> None:
    """Time to contain, brakes and breaches, for the whole organisation."""
    look = watch_minutes * 60
    alarm(
        f"{name}-objective",
        Watched(
            namespace=METRICS,
            metric=TIME_TO_CONTAIN,
            statistic="p90",
            period=300,
            threshold=objective_minutes * 60,
        ),
        named=f"{PREFIX}time-to-contain",
        says=(
            f"A resource took longer than {objective_minutes} minutes to contain, counted from the "
            "first sign of the attack. Open the dashboard of the same name: which stage took the "
            "time, of which route; then the finding's timeline"
        ),
        region=region,
        opts=opts,
    )
    alarm(
        f"{name}-braked",
        Watched(namespace=METRICS, metric=BRAKES, statistic="Maximum", period=look),
        named=f"{PREFIX}braked",
        says=(
            "A brake is on: new findings of its route, or of its account, are not contained. "
            "`python -m operations brake status` says who engaged it and why; contain by hand what "
            "waits; let it go"
        ),
        region=region,
        opts=opts,
    )
    alarm(
        f"{name}-breached",
        Watched(namespace=METRICS, metric=BREACHED, statistic="Sum", period=look),
        named=f"{PREFIX}breached",
        says=(
            "Somebody undid a containment, and it may be the attacker. Find `breached` in the "
            "ledger: it says what is different; contain again, or release with AcceptChanged"
        ),
        region=region,
        opts=opts,
    )


def silences(
    name: str,
    places: Sequence[Place],
    watch_minutes: int,
    region: str,
    opts: pulumi.ResourceOptions,
) -> None:
    """Silence looks like peace (trap 6.3): miss each account and region that should beat.

    A beat comes the way that every record comes: local bus, rule, central bus, log group. So it
    shows that this way is open. A new alarm waits for its first beats, or each deployment of an
    account would call people.
    """
    for place in places:
        alarm(
            f"{name}-silent-{place.account}-{place.region}",
            Watched(
                namespace=METRICS,
                metric=OPEN,
                statistic="SampleCount",
                dimensions={"Account": place.account, "Region": place.region},
                period=watch_minutes * 60,
                periods=MISSED,
                threshold=1,
                comparison="LessThanThreshold",
                missing="breaching",
                warm_up_minutes=(MISSED + 1) * watch_minutes,
            ),
            named=f"{PREFIX}silent-{place.account}-{place.region}",
            says=(
                f"Nothing was heard of {place.account} in {place.region} for "
                f"{MISSED * watch_minutes} minutes: attacks there may go uncontained, unrecorded. "
                f"Look at the runs of its Watch documents and at its rules {PREFIX}watch and "
                f"{PREFIX}ledger-forward"
            ),
            region=region,
            opts=opts,
        )
