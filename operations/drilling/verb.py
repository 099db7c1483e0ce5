"""``python -m operations drill``: the gate between two environments, and the proof at any time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from names import LOG_GROUP
from operations import drill as playing
from operations.drilling import verdict
from operations.drilling.clearing import abandoned, clear
from operations.drilling.course import ANSWER, Course
from operations.drilling.ground import DeployedGround
from operations.drilling.patience import PatientEntry
from operations.drilling.place import Place, PlaceError, environment, place_of
from operations.drilling.stopping import when_stopped
from operations.routing.answers import RoutesError
from operations.sentences import line, mistakes_said, screen
from operations.victims import Network
from settings import Settings, SettingsError

FAILED, UNKNOWN = 1, 2
"""Exit statuses: it did not come true, or something was left behind; it could not be asked."""

PATIENCE: Final = 120
"""Minutes for GuardDuty; it has taken so long."""

_progress = Console(stderr=True)


def drill(
    *,
    env: Annotated[str, typer.Option("--environment", help="Of Pulumi.<environment>.yaml.")],
    account: Annotated[
        str | None, typer.Option(help="Name or id; else the first member that contains by itself.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="Else the home region.")] = None,
    patience: Annotated[
        float, typer.Option(min=0.1, help="Minutes that GuardDuty has to find it.")
    ] = PATIENCE,
    answer_within: Annotated[
        float, typer.Option(min=0.05, help="Minutes that the pipeline has then.")
    ] = ANSWER / 60,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the verdict here.")
    ] = None,
    remove_abandoned: Annotated[
        bool,
        typer.Option("--remove-abandoned", help="Play nothing: remove what killed drills left."),
    ] = False,
    role: Annotated[str | None, typer.Option(help="Else the environment's deployer role.")] = None,
) -> None:
    """Attack an instance of its own in what is deployed; exit status 0: answered and taken away."""
    with mistakes_said(PlaceError, RoutesError, SettingsError, status=UNKNOWN):
        settings = environment(env)
        place = place_of(settings, env, account=account, region=region)
        ground = _ground(settings, role)
        _asked(ground, place)
        left = abandoned(ground, place.id, place.region)
        if remove_abandoned:
            raise typer.Exit(0 if _remove(ground, place, left) else FAILED)
    for vpcs in left.values():
        _say(
            f"another drill has {', '.join(vpcs)} in {place}: it runs, or it was killed, and "
            "--remove-abandoned takes away what it left"
        )
    course = Course(place=place, say=_say, patience=patience * 60, answer=answer_within * 60)
    with when_stopped(_interrupt):
        [played] = playing.play(ground, [course.scenario()])
    if json_file:
        verdict.write(course, played, json_file)
    verdict.show(course, played, screen())
    raise typer.Exit(0 if played.verdict == "passed" else FAILED)


def _ground(settings: Settings, role: str | None) -> DeployedGround:
    """The organisation, entered with the deployer role unless another is named."""
    name, home = role or settings.deployer_role, settings.home_region
    return DeployedGround(settings, lambda account: PatientEntry(account, role=name, region=home))


def _asked(ground: DeployedGround, place: Place) -> None:
    """Whether the place and the ledger can be asked at all: nothing is made before that."""
    ground.client(place.id, "sts", place.region).get_caller_identity()
    logs = ground.client(ground.security, "logs", ground.regions[0])
    there = logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"]
    if LOG_GROUP not in [each["logGroupName"] for each in there]:
        raise PlaceError(
            f"there is no ledger: {LOG_GROUP} is not in {ground.security}, {ground.regions[0]}; "
            f"deploy {place.environment} first"
        )


def _remove(ground: DeployedGround, place: Place, left: dict[str, list[str]]) -> bool:
    """Whether all of it is gone."""
    gone = True
    for drill_id, vpcs in left.items():
        network = Network(ground=ground, account=place.id, region=place.region, drill=drill_id)
        behind = clear(network, None, None, _say)
        named, gone = ", ".join(vpcs), gone and not behind
        line(f"not removed: {'; '.join(behind)}" if behind else f"removed with all in it: {named}")
    if not left:
        line(f"no drill has left anything in {place}")
    return gone


def _say(text: str) -> None:
    now = datetime.now(UTC).strftime("%H:%M:%S")
    _progress.print(f"{now} {text}", markup=False, highlight=False, soft_wrap=True)


def _interrupt(*_: object) -> None:
    """Who cancels a job sends these signals, and means what a person means with Ctrl-C."""
    raise KeyboardInterrupt
