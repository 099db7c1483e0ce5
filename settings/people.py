"""Who is engaged, how they are reached, in which order, and who may decide."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field

from regions import CHAT_REGIONS
from routes import ROUTES
from settings.evidence import CLOSED
from settings.kinds import Region, RoleName

INCIDENT_REGIONS: Final = (
    *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
"""Where Incident Manager is (botocore: endpoints of ssm-incidents)."""

_OF_THE_MACHINE: Final = frozenset({"localtime", "posixrules", "Factory"})
"""Files beside the zones, which zoneinfo opens as well: another machine has others or none."""
_ENGAGING = [route.name for route in ROUTES if route.engages]

Name = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$", description="lower case letters, digits, -")
]
EngagingRoute = Annotated[
    str,
    AfterValidator(lambda name: _one_of(name, _ENGAGING, "routes that engage people")),
    Field(json_schema_extra={"enum": _ENGAGING}, description="a route that engages people"),
]


class Person(BaseModel):
    """Somebody who can be reached; at least one way in."""

    model_config = CLOSED

    name: Name
    email: str | None = Field(
        None, pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", description="an e-mail address"
    )
    sms: str | None = Field(
        None, pattern=r"^\+[1-9][0-9]{6,14}$", description="a phone number, +49…, for messages"
    )
    voice: str | None = Field(
        None, pattern=r"^\+[1-9][0-9]{6,14}$", description="a phone number, +49…, for calls"
    )


class OnCall(BaseModel):
    """Who is on call: one after the other, each for so many days."""

    model_config = CLOSED

    members: tuple[Name, ...] = Field(min_length=1, description="a list of persons' names")
    time_zone: Annotated[str, AfterValidator(lambda name: _zone(name))] = Field(
        "UTC", description="a time zone of the IANA database, such as Europe/Berlin"
    )
    starts: datetime = Field(
        datetime(2026, 1, 5, 8),  # noqa: DTZ001 - local to the time zone beside it
        description="when the first member begins, local time, YYYY-MM-DDTHH:MM:SS",
    )
    days: int = Field(7, ge=1, le=28, description="whole days, 1 to 28, of one turn")


class Team(BaseModel):
    """Who answers together, and who follows whom when nobody does."""

    model_config = CLOSED

    name: Name
    on_call: OnCall
    backups: tuple[Name, ...] = Field((), description="a list of persons, asked in this order")
    wait_minutes: int = Field(
        5, ge=1, le=30, description="whole minutes, 1 to 30, until the next one is asked"
    )

    @property
    def everybody(self) -> list[str]:
        """Each member and backup once, in the order in which they come up."""
        return [*dict.fromkeys([*self.on_call.members, *self.backups])]


class Chat(BaseModel):
    """The channel in which people read, ask and approve; the workspace is authorised by hand."""

    model_config = CLOSED

    kind: Literal["slack", "teams"] = Field(description="slack or teams")
    workspace: str = Field(
        min_length=8, description="the Slack workspace's id, T…, or the Teams team's id"
    )
    channel: str = Field(min_length=8, description="the channel's id")
    tenant: str | None = Field(None, description="for Teams: the tenant's id")
    region: Annotated[
        Region, AfterValidator(lambda r: _one_of(r, CHAT_REGIONS, "regions of the chat service"))
    ] = Field("eu-west-1", description=f"one of {', '.join(CHAT_REGIONS)}")


class People(BaseModel):
    """How people are engaged."""

    model_config = CLOSED

    backend: Literal["incident-manager", "ops-center"] = Field(
        "ops-center",
        description="ops-center, or incident-manager in an account that has it already",
    )
    replication: Literal["declared", "existing"] = Field(
        "declared",
        description="declared, or existing where Incident Manager has its replication set",
    )
    persons: tuple[Person, ...] = Field(min_length=1, description="a list of persons")
    teams: tuple[Team, ...] = Field(min_length=1, description="a list of teams; the first answers")
    routes: dict[EngagingRoute, str] = Field({}, description="route → the team that it engages")
    chat: Chat | None = Field(None, description="{kind: slack, workspace: T…, channel: C…}")
    approvers: tuple[RoleName, ...] = Field(
        (),
        max_length=9,
        description="names of at most 9 roles of the security account that may decide as well",
    )
    approval_minutes: int = Field(
        60, ge=5, le=10_080, description="whole minutes, 5 to 10080, until a question escalates"
    )
    release_hours: int = Field(
        72, ge=1, le=720, description="whole hours, 1 to 720, that a release is offered"
    )
    silence_minutes: int = Field(
        10, ge=5, le=60, description="whole minutes, 5 to 60, that Security Hub may take"
    )

    def engaging(self) -> dict[str, Any]:
        """How people are engaged, as ``Engagement`` wants it."""
        return {
            **self.model_dump(exclude={"persons", "teams", "chat"}),
            "persons": [person.model_dump(exclude_none=True) for person in self.persons],
            "teams": {
                team.name: {
                    "members": team.on_call.members,
                    "time_zone": team.on_call.time_zone,
                    "starts": team.on_call.starts.isoformat(),
                    "days": team.on_call.days,
                    "backups": team.backups,
                    "wait_minutes": team.wait_minutes,
                }
                for team in self.teams
            },
            "chat": self.chat.model_dump() if self.chat else None,
        }


def _one_of(name: str, known: Any, otherwise: str) -> str:
    if name not in known:
        raise ValueError(f"{otherwise}: {', '.join(known)}")
    return name


def _zone(name: str) -> str:
    wrong = ValueError("a time zone of the IANA database, such as Europe/Berlin")
    if name in _OF_THE_MACHINE or name.startswith(("posix/", "right/")):
        raise wrong
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise wrong from None
    return name
