"""What pages show in tests: figures of a busy year, of nothing, of an attacker's names; a run."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from operations.drill import Played
from operations.figures.figures import Figures, figures_of
from operations.records import Record
from rehearsal.deployed import Deployed
from rehearsal.report import Report

OBJECTIVE = 600.0
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\"'&{{ 7 * 7 }}" + "A" * 10_240
)
"""A name that an attacker chose: markup, a turn of direction, a template, and 10 kB."""
REPORT_CHARTS = (
    *("stages", "months", "by-account", "by-route", "by-team"),
    *("automatic", "spent", "succeeded", "by-hand", "steps"),
    *("outcomes", "drills", "skipped"),
)
REHEARSAL_CHARTS = ("at-once", "with-people", "for-long", "real-seconds")
STEPS = (
    ("triage_read_finding", "automatic", 3.0),
    ("triage_find_owner", "automatic", 2.0),
    ("mitigate_await_decision", "manual", 900.0),
    ("recover_remove_cause", "manual", 5_000.0),
    ("recover_approve_release", "manual", 1_500.0),
)
SKIPPED = ("exempt: a load test", "the brake of attacking-instance is on", "the cap is reached")


def a_year(*, attacks: int = 400) -> Figures:
    """400 attacks in 30 accounts, from December to November; drills among them."""
    return figures_of(records(attacks), OBJECTIVE)


def records(attacks: int) -> list[Record]:
    """The ledger of that year, always the same."""
    chance = random.Random(7)  # noqa: S311 - made up, and the same each time
    found = [each for number in range(attacks) for each in _attack(chance, number)]
    return sorted(found, key=lambda each: each.moment)


def hostile() -> Figures:
    """Half a year in which every name is an attacker's."""
    names = ("account", "region", "resource", "route", "finding_type", "team", "why", "step")
    spoiled = [replace(each, **_hostile_in(each, names)) for each in records(60)]
    return figures_of(spoiled, OBJECTIVE)


def _hostile_in(record: Record, names: Iterable[str]) -> dict[str, Any]:
    return {name: HOSTILE for name in names if getattr(record, name)}


def nothing() -> Figures:
    """A ledger in which there is an alarm, and no attack."""
    alarm = Record(at="2026-03-01T08:00:00+00:00", account="1", region="x", stage="alarm")
    return figures_of([alarm], OBJECTIVE)


def rehearsed(**more: Any) -> Report:
    """A run with the engine, with scenarios of each length, and all that was deployed."""
    scenarios = [
        played("cryptomining", received=3.7, blocked=33.3, contained=37.1, released=68.6),
        played("nobody-answers", received=4.3, blocked=33.5, contained=37.3, released=801.9),
        played("approval-times-out", received=4.4, asked=5, refused=14_405),
    ]
    deployed = [
        Deployed(account=account, region=region, component=component, resources=number)
        for account in ("land-registry", "security", "tax")
        for region in ("eu-central-1", "eu-west-1")
        for component, number in (("Containment", 7), ("Routing", 29), ("Watch", 2))
    ]
    given: dict[str, Any] = {
        "stack": "dev",
        "engine": "pulumi",
        "resources": 467,
        "unchanged": True,
        "drift": [],
        "left_over": [],
        "retained": ["tax eu-west-1 table containment-state"],
        "kept_by_aws": ["tax eu-west-1 detector d0"],
        "emulated": {"ec2": "moto", "iam": "an evaluator of our own"},
        "seconds": {"preview": 12.8, "up": 15.9, "cryptomining": 0.9, "destroy": 2.9},
        "scenarios": scenarios,
        "deployed": deployed,
    }
    return Report(**{**given, **more})


def played(name: str, verdict: str = "passed", why: str | None = None, **stages: float) -> Played:
    """A scenario of one finding with these stages, by the seconds after its first sign."""
    first = datetime(2026, 11, 29, 3, 18, tzinfo=UTC)
    return Played(
        name=name,
        verdict=verdict,
        why=why,
        stages=[
            {
                "stage": stage,
                "at": (first + timedelta(seconds=at)).isoformat(),
                "elapsed_s": at,
                "why": None,
            }
            for stage, at in stages.items()
        ],
        time_to_contain_s=stages.get("contained"),
        steps_to_contain=10 if "contained" in stages else None,
        calls_to_contain=34 if "contained" in stages else None,
    )


def _attack(chance: random.Random, number: int) -> Iterator[Record]:
    sign = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=chance.uniform(0, 362))
    account = str(100_000_000_000 + chance.randrange(30) * 7_919_191)
    told = chance.lognormvariate(4.7, 0.4)
    one = Record(
        at="",
        account=account,
        region=chance.choice(("eu-central-1", "eu-west-1")),
        stage="",
        action="Contain",
        route=chance.choice(("compromised-instance", "attacking-instance")),
        finding_id=f"{number:032x}",
        finding_type="CryptoCurrency:EC2/BitcoinTool.B",
        resource=f"arn:aws:ec2:eu-central-1:{account}:instance/i-{number:017x}",
        team=chance.choice(("platform", "payments", "records")),
        drill=chance.random() < 0.1,
        event_time=(sign + timedelta(seconds=told)).isoformat(),
    )

    def at(after: float, stage: str, **more: Any) -> Record:
        when = (sign + timedelta(seconds=after)).isoformat()
        return replace(one, at=when, stage=stage, elapsed_s=round(after, 1), **more)

    now = told + chance.uniform(2, 6)
    yield at(now, "received")
    if chance.random() < 0.08:
        yield at(now + 3, "skipped", why=chance.choice(SKIPPED))
        return
    if chance.random() < 0.25:
        yield at(now + 1, "approval-wanted")
        now += chance.lognormvariate(6, 0.8)
        refused = chance.random() < 0.1
        yield at(now, "refused" if refused else "approved", action="Respond", who="Ada")
        if refused:
            return
    now += chance.uniform(25, 45)
    yield at(now, "blocked")
    now += chance.uniform(2, 8)
    failed = chance.random() < 0.04
    yield at(now, "failed", why="a step failed") if failed else at(now, "contained")
    for step, kind, seconds in STEPS:
        took, ended = seconds * chance.lognormvariate(0, 0.5), chance.random() < 0.96
        outcome = "success" if ended else "failed"
        yield at(now, "step", step=step, kind=kind, seconds=took, outcome=outcome, action="Respond")
    if not failed:
        yield at(now + chance.lognormvariate(9, 1), "released", action="Release")
