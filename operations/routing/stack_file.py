"""What a stack decides about routes and people, from its file: plain YAML, and no Pulumi.

Only what is asked for is read. The program checks its own settings; what is missing here is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from operations.routing.answers import Decided, RoutesError
from routes import modes

CHECKOUT: Final = Path(__file__).resolve().parents[2]
KEY: Final = "containment:settings"


def stack_settings(stack: str, folder: Path = CHECKOUT) -> Mapping[str, Any]:
    """``containment:settings`` as it stands in the file; raises RoutesError."""
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.exists():
        there = sorted(each.name.split(".")[1] for each in folder.glob("Pulumi.*.yaml"))
        raise RoutesError(f"no stack {stack!r}: {path.name} is missing; there are {there}")
    try:
        read = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise RoutesError(f"{path.name} is no YAML: {error}") from error
    config = read.get("config") if isinstance(read, Mapping) else None
    raw = config.get(KEY) if isinstance(config, Mapping) else None
    if not isinstance(raw, Mapping):
        raise RoutesError(f"{path.name} has no {KEY}: write it under config, as in Pulumi.dev.yaml")
    return raw


def decided_by(raw: Mapping[str, Any]) -> Decided:
    """What these settings decide about the routes; raises RoutesError where a part is missing."""
    try:
        accounts = {each["name"]: each for each in raw["accounts"] if _contains(each)}
        stack, people = raw.get("routes", {}), raw["people"]
        return Decided(
            modes={
                name: modes(stack, account.get("routes", {})) for name, account in accounts.items()
            },
            teams=dict(people.get("routes", {})),
            default_team=people["teams"][0]["name"],
            thresholds={name: dict(raw.get("severity_thresholds", {})) for name in accounts},
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise RoutesError(
            f"{KEY} is not whole: {type(error).__name__} {error}; pulumi preview names each mistake"
        ) from error


def _contains(account: Mapping[str, Any]) -> bool:
    """Whether it has a pipeline, as the settings decide it."""
    contain = account.get("contain")
    return bool(contain) if contain is not None else account["role"] != "management"
