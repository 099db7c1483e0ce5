"""What no single field of ``people`` shows: names that nobody has, and people nobody can reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from settings.people import INCIDENT_REGIONS


def unreachable(raw: Mapping[str, Any]) -> Iterator[str]:
    """The contradictions of ``people``; on raw data, to be told beside the fields' mistakes."""
    people = raw.get("people")
    if not isinstance(people, Mapping):
        return
    persons = _objects(people.get("persons"))
    teams = _objects(people.get("teams"))
    yield from _twice("persons", persons)
    yield from _twice("teams", teams)
    for number, person in enumerate(persons):
        if not any(person.get(way) for way in ("email", "sms", "voice")):
            yield (
                f"people.persons[{number}]: {person.get('name')!r} cannot be reached; "
                "write an email, sms or voice"
            )
    known = {person.get("name") for person in persons}
    for number, team in enumerate(teams if known else []):  # nobody at all is told already
        yield from _strangers(number, team, known)
    yield from _routes(people, {team.get("name") for team in teams})
    yield from _backend(people, persons, raw.get("home_region"))
    chat = people.get("chat")
    if isinstance(chat, Mapping) and chat.get("kind") == "teams" and not chat.get("tenant"):
        yield "people.chat.tenant: missing for teams; write the tenant's id"


def _strangers(number: int, team: Mapping[str, Any], known: set[Any]) -> Iterator[str]:
    on_call = team.get("on_call")
    asked = {
        "on_call.members": on_call.get("members") if isinstance(on_call, Mapping) else None,
        "backups": team.get("backups"),
    }
    for key, names in asked.items():
        for name in names if isinstance(names, list) else []:
            if name not in known:
                yield (
                    f"people.teams[{number}].{key}: {name!r} is nobody in people.persons; "
                    f"add that person, or write one of {sorted(map(str, known))}"
                )


def _routes(people: Mapping[str, Any], teams: set[Any]) -> Iterator[str]:
    routes = people.get("routes")
    for route, team in (routes if isinstance(routes, Mapping) else {}).items():
        if team not in teams:
            yield (
                f"people.routes.{route}: {team!r} is no team; "
                f"write one of {sorted(map(str, teams))}"
            )


def _backend(
    people: Mapping[str, Any], persons: list[Mapping[str, Any]], home: object
) -> Iterator[str]:
    if people.get("backend") == "incident-manager":
        if isinstance(home, str) and home not in INCIDENT_REGIONS:
            yield (
                f"people.backend: incident-manager is not in the home region {home!r}; "
                f"write ops-center, or choose a home region of {', '.join(INCIDENT_REGIONS)}"
            )
        return
    for number, person in enumerate(persons):
        if person.get("voice") and not (person.get("email") or person.get("sms")):
            yield (
                f"people.persons[{number}]: {person.get('name')!r} has voice only, which "
                "ops-center cannot call; write an email or sms"
            )


def _twice(key: str, objects: list[Mapping[str, Any]]) -> Iterator[str]:
    seen: set[object] = set()
    for number, each in enumerate(objects):
        name = each.get("name")
        if isinstance(name, str) and name in seen:
            yield f"people.{key}[{number}].name: {name!r} is there twice; give each its own"
        seen.add(name if isinstance(name, str) else None)


def _objects(listed: object) -> list[Mapping[str, Any]]:
    return (
        [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    )
