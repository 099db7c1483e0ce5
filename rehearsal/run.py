"""``rehearsal run``: deploy, look twice, attack, contain, take down; and report each part.

Nothing here knows what the program declares: it is deployed by the engine, found by AWS's own
interfaces, and attacked like an organisation on AWS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from operations import drill, timeline
from operations.ground import once_iam_acts
from operations.scenarios import CROWD, SCENARIOS, Scenario
from promotion.operation import DeploymentError
from rehearsal import deployed, engine_binary, mocks, switching
from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from rehearsal.engine import Deployment
from rehearsal.ground import RehearsedGround
from rehearsal.inventory import compared, taken
from rehearsal.report import Report
from rehearsal.stacks import organization_of, program_of, raw_settings


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was asked for."""

    stack: str
    engine: str
    scenarios: Sequence[Scenario]
    keep: bool
    ledger: Path | None = None
    """Where the ledger's events go, one a line; None keeps none."""


def chosen(
    names: Sequence[str], *, quick: bool = False, of: Sequence[Scenario] = SCENARIOS
) -> list[Scenario]:
    """Scenarios by name; for none all ``of`` them, or the quick ones. KeyError lists them all."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise KeyError(f"no scenario {', '.join(unknown)}; there are {', '.join(known)}")
    if names:
        return [known[name] for name in names]
    return [scenario for scenario in of if scenario.quick or not quick]


def rehearse(wanted: Wanted, console: Console) -> Report:
    """Play it all; a part that fails is in the report, and ends what cannot go on."""
    report = Report(stack=wanted.stack, engine=wanted.engine)
    raw = raw_settings(wanted.stack)
    clock = VirtualClock()
    organization = organization_of(raw)
    with Emulator(clock, organization=organization) as emulator:
        ground = RehearsedGround(emulator.world, organization)
        if wanted.engine == "mocks":
            if _declare(wanted, report, console, emulator.endpoint):
                _play(wanted, wanted.scenarios, report, console, ground)
                _hand_over(wanted, ground)
        else:
            look = partial(
                taken, emulator.world.clients, organization.accounts, organization.regions
            )
            with _part(report, console, "look around before"):
                before = look()
            engine = engine_binary.locate(console.print)
            with Deployment(wanted.stack, endpoint=emulator.endpoint, engine=engine) as deployment:
                deployment.reconfigure(program_of(wanted.stack).given)
                _with_the_engine(wanted, report, console, deployment, ground)
                _hand_over(wanted, ground)
                if not wanted.keep:
                    _take_down(report, console, deployment)
                    with _part(report, console, "look around after"):
                        after = look()
                    retain = raw.get("retain_data") is not False
                    home = organization.regions[0]
                    remains = compared(before, after, organization.hub, home, retain=retain)
                    report.retained, report.left_over = remains.retained, remains.unexpected
                    report.kept_by_aws = remains.kept_by_aws
        report.emulated = dict(emulator.world.emulated)
    report.mistakes += clock.failures
    return report


def _hand_over(wanted: Wanted, ground: RehearsedGround) -> None:
    """The ledger as it is, before a destroy may take it away."""
    if wanted.ledger:
        logs = ground.client(ground.security, "logs", ground.regions[0])
        events = timeline.events_with(logs)
        wanted.ledger.parent.mkdir(parents=True, exist_ok=True)
        wanted.ledger.write_text("".join(f"{json.dumps(event)}\n" for event in events))


def _declare(wanted: Wanted, report: Report, console: Console, endpoint: str) -> bool:
    try:
        with _part(report, console, "declare under mocks"):
            made = mocks.deploy_with_mocks(endpoint, wanted.stack, program=program_of(wanted.stack))
        accounts = organization_of(raw_settings(wanted.stack)).accounts
        report.resources, report.deployed = len(made), deployed.of_resources(made, accounts)
    except Exception as error:  # whatever the program raises, as it would through the engine
        report.mistakes.append(f"{type(error).__name__}: {error}")
        return False
    return True


def _take_down(report: Report, console: Console, deployment: Deployment) -> None:
    try:
        with _part(report, console, "destroy"):
            deployment.destroy()
    except DeploymentError as error:
        report.mistakes += error.errors


def _with_the_engine(
    wanted: Wanted,
    report: Report,
    console: Console,
    deployment: Deployment,
    ground: RehearsedGround,
) -> None:
    try:
        with _part(report, console, "preview"):
            first = deployment.preview()
        report.preview_seconds = first.seconds
        with _part(report, console, "up"):
            up = deployment.up()
        report.deploy_seconds, report.resources = up.seconds, sum(up.counts.values())
        report.deployed = deployed.of_state(deployment.state())
        with _part(report, console, "second preview"):
            second = deployment.preview()
        report.unchanged = second.unchanged
        report.mistakes += [f"second preview: {change}" for change in second.changes]
        with _part(report, console, "refresh"):
            refreshed = deployment.refresh()
        report.drift = [str(change) for change in refreshed.changes]
    except DeploymentError as error:
        report.mistakes += error.errors
        return
    # A crowd fills the ledger and the lists of incidents, which whoever is asked after it reads.
    crowd = [each for each in wanted.scenarios if each in CROWD]
    single = [each for each in wanted.scenarios if each not in crowd]
    _play(wanted, single, report, console, ground)
    _play_with_the_other_backend(wanted, report, console, deployment, ground)
    _play(wanted, crowd, report, console, ground)


def _play_with_the_other_backend(
    wanted: Wanted,
    report: Report,
    console: Console,
    deployment: Deployment,
    ground: RehearsedGround,
) -> None:
    """Change the one setting, see that nothing else changes, and play what is about people."""
    raw = raw_settings(wanted.stack)
    backend = switching.other_backend(raw)
    scenarios = switching.again(wanted.scenarios, backend) if backend else []
    if not backend or not scenarios:
        return
    deployment.reconfigure(switching.switched(raw, backend))
    try:
        with _part(report, console, f"up with {backend}"):
            changed = deployment.up()
    except DeploymentError as error:
        report.mistakes += error.errors
        return
    report.mistakes += switching.unconcerned(changed)
    once_iam_acts(ground)  # roles have changed
    _play(wanted, scenarios, report, console, ground)


def _play(
    wanted: Wanted,
    scenarios: Sequence[Scenario],
    report: Report,
    console: Console,
    ground: RehearsedGround,
) -> None:
    people = raw_settings(wanted.stack).get("people") or {}
    ground.accept_invitations(people.get("persons") or [])
    playing = drill.play(ground, scenarios)
    for scenario in scenarios:
        with _part(report, console, scenario.name):
            report.scenarios.append(next(playing))


@contextmanager
def _part(report: Report, console: Console, name: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(f"{name} …"):
        yield
    report.seconds[name] = round(time.monotonic() - began, 2)
    console.print(f"  {name}: {report.seconds[name]:.1f} s", highlight=False)
