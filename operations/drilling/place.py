"""Where a drill is played, and what is to happen there, by the environment's own file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from operations.drilling.attack import ROUTE, SEVERITY
from operations.routing.stack_file import CHECKOUT, stack_settings
from routes import Mode
from settings import Account, Settings, parse

PREFERRED: Final[tuple[Mode, ...]] = ("automatic", "approval", "notify")


class PlaceError(RuntimeError):
    """There is no such place, or nothing is deployed there; with what to name instead."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One account in one region of an environment."""

    environment: str
    account: str
    id: str
    region: str
    mode: Mode
    """What becomes of the drill's finding there."""
    why: str = ""
    """Why it is for people although the route's mode is another."""

    def __str__(self) -> str:
        return f"{self.account} ({self.id}), {self.region} of {self.environment}"


def environment(name: str, folder: Path = CHECKOUT) -> Settings:
    """The settings of an environment, checked as the program checks them.

    Raises RoutesError where there is no such file, SettingsError with every mistake in it, and
    PlaceError where it is a part of another (decision 0028).
    """
    raw = stack_settings(name, folder)
    if "of" in raw:
        raise PlaceError(f"{name} is a part of the environment {raw['of']}: name that one")
    return parse(raw)


def place_of(
    settings: Settings, name: str, *, account: str | None = None, region: str | None = None
) -> Place:
    """The place that was named; without a name a member that contains by itself, else one that
    asks, else one that tells, in the home region. Raises PlaceError with all that is wrong."""
    containing = [each for each in settings.accounts if each.contains]
    wrong = []
    chosen = _named(containing, account) if account else _preferred(settings, containing)
    if chosen is None:
        there = ", ".join(each.name for each in containing) or "none"
        wrong.append(
            f"no account {account or 'at all'} with a pipeline in {name}; there are: {there}"
        )
    where = region or settings.home_region
    if where not in settings.regions:
        wrong.append(f"{name} is not deployed in {where}; it is in {', '.join(settings.regions)}")
    if wrong or chosen is None:
        raise PlaceError("; ".join(wrong))
    mode, why = _answer(settings, chosen)
    return Place(
        environment=name, account=chosen.name, id=chosen.id, region=where, mode=mode, why=why
    )


def _named(containing: list[Account], account: str) -> Account | None:
    return next((each for each in containing if account in (each.name, each.id)), None)


def _preferred(settings: Settings, containing: list[Account]) -> Account | None:
    """Members first; of a single account, the one that there is."""
    members = [each for each in containing if each.role == "member"] or containing
    return min(members, key=lambda each: PREFERRED.index(_answer(settings, each)[0]), default=None)


def _answer(settings: Settings, account: Account) -> tuple[Mode, str]:
    mode = settings.modes(account)[ROUTE]
    threshold = settings.severity_thresholds.get(ROUTE, 0)
    if mode != "notify" and threshold > SEVERITY:
        return "notify", f"its severity {SEVERITY:g} is below the threshold {threshold:g}"
    return mode, ""
