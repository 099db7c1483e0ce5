"""``python -m operations preflight``: a whole environment, or its people alone."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from operations import people
from operations.options import AsJson, Region, Role
from operations.readiness.checks import CHECKS, Check
from operations.readiness.doors import Doors
from operations.readiness.environment import UnusableError, settings_of
from operations.readiness.examine import UNASKED, Examined, Pace, examine
from operations.readiness.showing import as_data, progress_on, show
from operations.sentences import mistakes_said, screen
from regions import PARTITIONS

Name = Annotated[
    str | None,
    typer.Option(help="Ask every account and region of Pulumi.<environment>.yaml everything."),
]
Security = Annotated[
    str | None, typer.Option(help="Or ask about people alone, in this security account.")
]
Parallel = Annotated[int, typer.Option(min=1, max=64, help="So many questions at a time.")]
Only = Annotated[
    list[str] | None, typer.Option(help="One check by its name; may be given several times.")
]
TimeOut = Annotated[float, typer.Option(min=1, help="Seconds that each question may take.")]


def preflight(
    *,
    environment: Name = None,
    account: Security = None,
    role: Role = None,
    region: Region = None,
    parallel: Parallel = 8,
    time_out: TimeOut = 30,
    only: Only = None,
    as_json: AsJson = False,
) -> None:
    """Whether attacks would be answered, and people reached. Exit status 1: grave, 2: not asked.

    Of people alone, 1: doubts, 2: grave, 3: not asked.
    """
    if account and not environment:
        people.reached(account, role=role, region=region, as_json=as_json)
    elif not environment or account or region:
        raise typer.BadParameter(
            "either --environment, which knows its accounts and regions, or --account and --region "
            "of the security account"
        )
    with mistakes_said(UnusableError, status=UNASKED):
        checks = _chosen(only or ())
        examined = _examined(str(environment), role, parallel, time_out, checks)
    if as_json:
        print(json.dumps(as_data(examined), indent=2))
    else:
        show(examined, screen())
    raise typer.Exit(examined.status)


def _chosen(names: Collection[str]) -> list[Check]:
    """The checks of these names, all where none is named. Raises UnusableError."""
    there = [check.name for check in CHECKS]
    if strangers := sorted(set(names) - set(there)):
        raise UnusableError(f"there is no check {', '.join(strangers)}; there are {there}")
    return [check for check in CHECKS if not names or check.name in names]


def _examined(
    name: str, role: str | None, parallel: int, seconds: float, checks: list[Check]
) -> Examined:
    settings = settings_of(name)
    home = settings.home_region
    assumed = role or settings.deployer_role
    doors = Doors(assumed, partition=PARTITIONS[home], home=home, seconds=seconds)
    with progress_on(Console(stderr=True)) as progress:
        pace = Pace(parallel=parallel, seconds=seconds, progress=progress)
        return examine(
            name, settings, doors, assumed, now=datetime.now(UTC), pace=pace, checks=checks
        )
