"""The same stack with the other way of engaging people: one setting, and nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from operations.scenarios import FOR_PEOPLE, Scenario
from promotion.operation import Result

BACKENDS: Final = ("incident-manager", "ops-center")
KEY: Final = "containment:settings"

CONCERNED: Final = (
    "hub-incidents",
    "hub-central",
    "hub-notification",
    "hub-response",
)
"""How the names of the resources begin by which people are engaged."""


def other_backend(raw: Mapping[str, Any]) -> str | None:
    """The backend that a stack's settings do not choose; None where they speak of no people."""
    chosen = (raw.get("people") or {}).get("backend", "ops-center")
    return next((each for each in BACKENDS if each != chosen), None) if "people" in raw else None


def switched(raw: Mapping[str, Any], backend: str) -> dict[str, Any]:
    """The stack's settings with this backend, as configuration of the program."""
    return {KEY: {**raw, "people": {**raw["people"], "backend": backend}}}


def again(scenarios: Sequence[Scenario], backend: str) -> list[Scenario]:
    """Those of the scenarios that are about people, named by the backend that they try."""
    names = {each.name for each in FOR_PEOPLE}
    return [
        replace(each, name=f"{each.name} ({backend})") for each in scenarios if each.name in names
    ]


def unconcerned(changed: Result) -> list[str]:
    """What a switch changed that has nothing to do with how people are engaged."""
    return [
        f"the other backend changes {change.name}: {change.op} {', '.join(change.keys)}".strip()
        for change in changed.changes
        if not change.name.startswith(CONCERNED)
    ]
