"""Who is engaged for what, and how, as a stack decides it: plain data for the components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from names import APPROVER, Place

Backend = Literal["incident-manager", "ops-center"]


@dataclass(frozen=True, kw_only=True)
class Team:
    """Who answers together; names of persons."""

    members: Sequence[str]
    """On call one after the other, each for so many days."""
    time_zone: str
    starts: str
    """When the first of them begins, local time, ISO 8601."""
    days: int
    backups: Sequence[str]
    """Asked in this order when nobody answers, each after so many minutes."""
    wait_minutes: int

    @property
    def everybody(self) -> list[str]:
        """Each of them once."""
        return [*dict.fromkeys([*self.members, *self.backups])]


@dataclass(frozen=True, kw_only=True)
class Chat:
    """The channel; its workspace was authorised by hand."""

    kind: Literal["slack", "teams"]
    workspace: str
    channel: str
    region: str
    """Of the four that have the service (trap 5.4)."""
    tenant: str | None = None


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """People, teams, and what each is asked for."""

    backend: Backend
    persons: Sequence[Mapping[str, str]]
    """Name, and e-mail, sms or voice."""
    teams: Mapping[str, Team]
    routes: Mapping[str, str] = field(default_factory=dict)
    """Route → team, where it is not the first team."""
    replication: Literal["declared", "existing"] = "declared"
    chat: Chat | None = None
    approvers: Sequence[str] = ()
    """Names of roles of the security account that may decide as well."""
    approval_minutes: int = 60
    release_hours: int = 72
    silence_minutes: int = 10

    @classmethod
    def of(cls, decided: Mapping[str, Any]) -> Self:
        """From plain data, as the settings give it."""
        teams = {name: Team(**team) for name, team in decided["teams"].items()}
        chat = Chat(**decided["chat"]) if decided["chat"] else None
        return cls(**{**decided, "teams": teams, "chat": chat})

    @property
    def default_team(self) -> str:
        """Who answers for what no route gives to a team."""
        return next(iter(self.teams))

    def team_of(self, route: str) -> str:
        """The team that a route engages."""
        return self.routes.get(route, self.default_team)

    def deciding(self, central: Place) -> list[str]:
        """ARNs of the roles that may approve; at most ten (trap 5.2)."""
        return [central.role(name) for name in (APPROVER, *self.approvers)]
