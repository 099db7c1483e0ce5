"""``preflight``: what keeps people from being reached, before an incident shows it.

No deployment fails over a channel that nobody activated (trap 5.5) or a subscription that nobody
confirmed (trap 5.10); a team of which nobody can be reached is called in vain. Teams are read from
the response's document as it is deployed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from names import RESPOND, Place
from operations import channel, contacts, subscriptions
from operations.doubts import Client, Doubt
from operations.engaging import deployed_people

CONTACTS = "incident-manager"


class PreflightError(RuntimeError):
    """It could not be asked; the message says where, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found; notes are no doubts."""

    doubts: list[Doubt]
    notes: list[str]

    @property
    def grave(self) -> bool:
        """Whether nobody would come to something."""
        return any(doubt.grave for doubt in self.doubts)


@dataclass(frozen=True, kw_only=True)
class Engaged:
    """Who is engaged, as it is deployed."""

    backend: str
    place: Place
    topic: str
    teams: Mapping[str, Any]

    @property
    def named(self) -> set[str]:
        """Everybody who is in a team."""
        return {name for team in self.teams.values() for name in _everybody(team)}


def people(client: Client) -> Report:
    """Who cannot be reached; ``client`` makes clients of the security account, home region.

    Raises PreflightError where nothing is deployed, ClientError where it may not be read.
    """
    engaged = engagement(client("ssm"))
    turns = {team: list(each["OnCall"]["Members"]) for team, each in engaged.teams.items()}
    late: list[Doubt] = []
    if engaged.backend == CONTACTS:
        incident_manager = client("ssm-contacts")
        reach = contacts.reach(incident_manager, engaged.named)
        for team in turns:
            turns[team], doubts = contacts.on_call(incident_manager, engaged.place, team)
            late += doubts
    else:
        reach = subscriptions.reach(client("sns"), engaged.topic, engaged.named)
    teams = [
        doubt
        for team, each in engaged.teams.items()
        for doubt in _team(team, turns[team], each["Backups"], reach.reachable)
    ]
    said, notes = channel.chat(client, engaged.place, engaged.topic)
    doubts = sorted([*teams, *late, *reach.doubts, *said], key=lambda doubt: not doubt.grave)
    return Report(doubts=doubts, notes=notes)


def engagement(ssm: Any) -> Engaged:
    """The literal that says who is engaged, from the deployed document. Raises PreflightError."""
    told = deployed_people(ssm)
    if told is None:
        raise PreflightError(
            f"there is no {RESPOND} in {ssm.meta.region_name}: name the security account and the "
            "stack's home region (--account, --region), or deploy the stack"
        )
    return Engaged(
        backend=told["Backend"],
        place=Place(
            partition=told["Partition"], account=told["Account"], region=told["HomeRegion"]
        ),
        topic=told["Topic"],
        teams=told["Teams"],
    )


def _everybody(team: Mapping[str, Any]) -> list[str]:
    return [*dict.fromkeys([*team["OnCall"]["Members"], *team["Backups"]])]


def _team(
    team: str, on_call: list[str], backups: list[str], reachable: Collection[str]
) -> Iterator[Doubt]:
    where, members = f"team {team}", ", ".join(on_call)
    everybody = ", ".join(dict.fromkeys([*on_call, *backups]))
    nobody = not {*on_call, *backups}.intersection(reachable)
    if nobody:
        yield Doubt(
            where=where,
            what=f"nobody can be reached: {everybody or 'nobody is in the team'}",
            remedy="one of them has to activate or confirm a way, or add somebody who has one",
            grave=True,
        )
    if not on_call:
        yield Doubt(
            where=where, what="nobody is in the rotation", remedy="pulumi up --refresh, or add one"
        )
    elif not nobody and not set(on_call).intersection(reachable):
        yield Doubt(
            where=where,
            what=f"nobody on call can be reached: {members}; only backups can",
            remedy="one of them has to activate or confirm a way",
        )
