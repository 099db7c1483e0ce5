"""What is deployed where: resources counted by account, region and the component that made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rehearsal.monitor import Resource

OURS: Final = "containment:index:"
GLOBAL: Final = ""
"""The region of what has none, as IAM's roles."""

Place = tuple[str, str, str]
"""Account by name, region, component."""


@dataclass(frozen=True, kw_only=True, order=True)
class Deployed:
    """So many resources of AWS of one component in one place."""

    account: str
    region: str
    component: str
    resources: int


def of_state(held: Iterable[Mapping[str, Any]]) -> list[Deployed]:
    """From the engine's state; accounts by the name of their provider, which is the account's."""
    return _counted(
        (
            str(one["provider"]).split("::")[3],
            str((one.get("inputs") or {}).get("region") or GLOBAL),
            _component(str(one["urn"])),
        )
        for one in held
        if one.get("provider")
    )


def of_resources(made: Iterable[Resource], accounts: Mapping[str, str]) -> list[Deployed]:
    """From what was made under mocks; ``accounts`` is name → id, and not every id has a name."""
    names = {identity: name for name, identity in accounts.items()}
    return _counted(
        (names.get(one.account, one.account), one.region or GLOBAL, _component(one.urn))
        for one in made
        if one.account and not one.type.startswith("pulumi:")
    )


def _counted(places: Iterable[Place]) -> list[Deployed]:
    return sorted(
        Deployed(account=account, region=region, component=component, resources=number)
        for (account, region, component), number in Counter(places).items()
    )


def _component(urn: str) -> str:
    """The nearest component of ours above a resource: a URN has the types of its parents."""
    above = [kind for kind in urn.split("::")[2].split("$")[:-1] if kind.startswith(OURS)]
    return above[-1].removeprefix(OURS) if above else "the program itself"
