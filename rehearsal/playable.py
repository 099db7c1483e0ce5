"""What is played against a stack: every scenario on the range, a drill wherever else.

Scenarios know the range by its accounts and what its routes do: the stack that was made for them.
Against any other environment, as it decides for itself, goes what goes against it on AWS: the drill
of ``operations drill``, once for each answer that the environment gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from operations.drilling.course import Course
from operations.drilling.place import place_of
from operations.scenarios import SCENARIOS, Scenario
from settings import Settings, SettingsError, parse

ACCOUNTS: Final = {"tax", "land-registry"}
ASKS: Final = {"tax": set[str](), "land-registry": {"attacking-instance"}}
"""Account → routes that ask there; all others contain by themselves."""
PATIENCE: Final = 3600.0
"""Virtual seconds in which GuardDuty finds it."""


def playable(stack: str, raw: Mapping[str, Any]) -> Sequence[Scenario]:
    """Scenarios for these settings; all where they are wrong, which the program says itself."""
    try:
        settings = parse(raw)
    except SettingsError:
        return SCENARIOS
    return SCENARIOS if is_range(settings) else drills(stack, settings)


def is_range(settings: Settings) -> bool:
    """Whether the scenarios were written for it."""
    accounts = {each.name: each for each in settings.accounts if each.name in ACCOUNTS}
    if accounts.keys() != ACCOUNTS or settings.severity_thresholds:
        return False
    asking = {
        name: {route for route, mode in settings.modes(each).items() if mode == "approval"}
        for name, each in accounts.items()
    }
    telling = [
        route
        for each in accounts.values()
        for route, mode in settings.modes(each).items()
        if mode == "notify" and route in settings.routes
    ]
    return asking == ASKS and not telling


def drills(stack: str, settings: Settings) -> list[Scenario]:
    """One for each mode that an account has: members first, as ``operations drill`` chooses."""
    containing = [each.name for each in settings.accounts if each.contains]
    places = [place_of(settings, stack)] if containing else []
    places += [place_of(settings, stack, account=name) for name in containing]
    by_mode = {place.mode: place for place in reversed(places)}
    return [
        Course(place=place, say=lambda line: None, patience=PATIENCE).scenario()
        for _, place in sorted(by_mode.items())
    ]
