"""The organisation that a stack file speaks of, so that the emulator has the same accounts.

Only what the emulator needs is read, and nothing is checked: the program checks its own settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from promotion.program import Program
from rehearsal.emulator.organization import Organization
from settings import KEY
from settings.stack_file import path_of

CHECKOUT: Final = Path(__file__).resolve().parent.parent


def raw_settings(stack: str) -> dict[str, Any]:
    """``containment:settings`` of the file, of an environment with batches as one stack.

    Names are derived, so that its parts declare the same; a rehearsal, which has one process for
    all accounts, gains nothing from batches.
    """
    config = yaml.safe_load(path_of(stack, CHECKOUT).read_text()).get("config", {})
    found = config.get(KEY)
    return _whole(found) if isinstance(found, dict) else {}


def program_of(stack: str) -> Program:
    """The program as it is rehearsed: with the environment as one stack."""
    raw = raw_settings(stack)
    return Program(CHECKOUT, given={KEY: raw} if raw else {})


def _whole(raw: dict[str, Any]) -> dict[str, Any]:
    accounts = raw.get("accounts")
    if not isinstance(accounts, list):
        return raw
    together = [
        {key: value for key, value in each.items() if key != "batch"}
        if isinstance(each, dict)
        else each
        for each in accounts
    ]
    return {**raw, "accounts": together}


def organization_of(raw: dict[str, Any]) -> Organization:
    """The emulated organisation for these settings.

    Settings that make no organisation get the emulator's own, so that the program can be run and
    say itself what is wrong with them.
    """
    try:
        return _organization(raw)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Organization()


def _organization(raw: dict[str, Any]) -> Organization:
    accounts = {str(each["name"]): str(each["id"]) for each in raw["accounts"]}
    if not all(len(each) == 12 and each.isdigit() for each in accounts.values()):
        raise ValueError("an account's id has 12 digits")
    managing = [str(each["id"]) for each in raw["accounts"] if each.get("role") == "management"]
    home = str(raw["home_region"])
    return Organization(
        id=(raw.get("organization") or {}).get("id", Organization().id),
        management=(managing or list(accounts.values()))[0],
        accounts=accounts,
        regions=(home, *[str(region) for region in raw["regions"] if region != home]),
        deployer_role=str(raw["deployer_role"]),
        reader_role=str(raw["reader_role"]) if raw.get("reader_role") else None,
    )
