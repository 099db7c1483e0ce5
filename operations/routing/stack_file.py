"""What a stack decides about routes and people, from its file: plain YAML, and no Pulumi.

Only what is asked for is read. The program checks its own settings; what is missing here is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from operations.routing.answers import Decided, RoutesError
from routes import modes
from settings import KEY
from settings.stack_file import StackFileError, path_of, raw_settings

CHECKOUT: Final = Path(__file__).resolve().parents[2]


def stack_settings(stack: str, folder: Path = CHECKOUT) -> Mapping[str, Any]:
    """``containment:settings`` as it stands in the file; raises RoutesError."""
    try:
        return raw_settings(path_of(stack, folder))
    except (FileNotFoundError, StackFileError) as error:
        raise RoutesError(str(error)) from error


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
