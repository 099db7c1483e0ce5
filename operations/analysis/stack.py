"""What the stack of an incident decided, from its file, so that a change of it can be proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from operations.routing.answers import Decided, RoutesError
from operations.routing.stack_file import CHECKOUT, decided_by, stack_settings
from routes import UNROUTED

OBJECTIVE_MINUTES: Final = 15
WAIT_MINUTES: Final = 5
SILENCE_MINUTES: Final = 10
APPROVAL_MINUTES: Final = 60
"""What the settings take where a stack says nothing; a test compares them."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack's decisions; minutes, as the file has them."""

    name: str
    text: str
    """The file as it is."""
    decided: Decided
    names: Mapping[str, str]
    """Account's id → name."""
    waits: Mapping[str, int]
    """Team → minutes until the next one is called."""
    spare: Mapping[str, Sequence[str]]
    """Team → persons of the stack who are not in it."""
    objective_minutes: int = OBJECTIVE_MINUTES
    silence_minutes: int = SILENCE_MINUTES
    approval_minutes: int = APPROVAL_MINUTES

    def team(self, route: str) -> str:
        """Who answers for a route; the first team for what engages nobody, or is unknown."""
        return self.decided.teams.get(route) or self.decided.default_team or ""

    def mode(self, account: str, route: str) -> str:
        """The mode of a route in the account of this id; empty where it has none."""
        if route == UNROUTED:
            return "notify"
        return self.decided.modes.get(self.names.get(account, ""), {}).get(route, "")

    def wait_s(self, team: str) -> float:
        """Seconds until the next one of a team is called."""
        return self.waits.get(team, WAIT_MINUTES) * 60


def stack_of(name: str) -> Stack:
    """The stack of this name; raises RoutesError where its file is missing or not whole."""
    raw = stack_settings(name)
    return read(name, raw, CHECKOUT.joinpath(f"Pulumi.{name}.yaml").read_text())


def read(name: str, raw: Mapping[str, Any], text: str) -> Stack:
    """A stack from ``containment:settings``; raises RoutesError."""
    decided = decided_by(raw)
    try:
        people = raw["people"]
        return Stack(
            name=name,
            text=text,
            decided=decided,
            names={str(each["id"]): each["name"] for each in raw["accounts"]},
            waits={
                each["name"]: each.get("wait_minutes", WAIT_MINUTES) for each in people["teams"]
            },
            spare={each["name"]: _spare(people, each) for each in people["teams"]},
            objective_minutes=raw.get("objective_minutes", OBJECTIVE_MINUTES),
            silence_minutes=people.get("silence_minutes", SILENCE_MINUTES),
            approval_minutes=people.get("approval_minutes", APPROVAL_MINUTES),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise RoutesError(
            f"Pulumi.{name}.yaml is not whole: {type(error).__name__} {error}"
        ) from error


def _spare(people: Mapping[str, Any], team: Mapping[str, Any]) -> list[str]:
    inside = {*team.get("on_call", {}).get("members", ()), *team.get("backups", ())}
    return [each["name"] for each in people.get("persons", ()) if each["name"] not in inside]
