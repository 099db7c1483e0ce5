"""The organisation that a stack file speaks of, so that the emulator has the same accounts.

Only what the emulator needs is read, and nothing is checked: the program checks its own settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from rehearsal.emulator.organization import Organization

CHECKOUT: Final = Path(__file__).resolve().parent.parent


def path_of(stack: str) -> Path:
    """The stack's file; raises FileNotFoundError that names the stacks there are."""
    path = CHECKOUT / f"Pulumi.{stack}.yaml"
    if not path.exists():
        there = sorted(each.name.split(".")[1] for each in CHECKOUT.glob("Pulumi.*.yaml"))
        raise FileNotFoundError(f"no stack {stack!r}: {path.name} is missing; there are {there}")
    return path


def raw_settings(stack: str) -> dict[str, Any]:
    """``containment:settings`` as it stands in the file."""
    config = yaml.safe_load(path_of(stack).read_text()).get("config", {})
    found = config.get("containment:settings")
    return found if isinstance(found, dict) else {}


def organization_of(raw: dict[str, Any]) -> Organization:
    """The emulated organisation for these settings; what is missing is the emulator's own."""
    default = Organization()
    listed = [each for each in raw.get("accounts", []) if isinstance(each, dict)]
    accounts = {str(each.get("name")): str(each.get("id")) for each in listed}
    managing = [str(each.get("id")) for each in listed if each.get("role") == "management"]
    regions = [str(region) for region in raw.get("regions", [])] or list(default.regions)
    home = str(raw.get("home_region", regions[0]))
    if not accounts:
        return default
    return Organization(
        id=(raw.get("organization") or {}).get("id", default.id),
        management=(managing or list(accounts.values()))[0],
        accounts=accounts,
        regions=(home, *[region for region in regions if region != home]),
        deployer_role=str(raw.get("deployer_role", default.deployer_role)),
    )
