"""What pages show in tests: figures of a busy year, of nothing, of an attacker's names; a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from operations.drill import Played
from operations.figures.figures import Figures, figures_of
from operations.records import Record
from operations.timeline import normalised
from rehearsal.deployed import Deployed
from rehearsal.report import Report
from tests import made_up_year
from tests.made_up_year import Year

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


def a_year() -> Figures:
    """Of the year that never was."""
    return figures_of(normalised(Year().events()), OBJECTIVE)


def a_rehearsal() -> Figures:
    """Of a real rehearsal's ledger, in which all were drills."""
    return figures_of(normalised(made_up_year.played()), OBJECTIVE)


def hostile() -> Figures:
    """Two months in which every name is an attacker's."""
    names = ("account", "region", "resource", "route", "finding_type", "team", "why", "step")
    spoiled = [
        replace(each, **_hostile_in(each, names)) for each in normalised(Year().events())[:700]
    ]
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
