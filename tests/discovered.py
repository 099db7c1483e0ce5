"""An organisation with accounts that Git lacks, and the verb that finds them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from operations.__main__ import app
from rehearsal.emulator.organization import DEV_ACCOUNTS
from rehearsal.emulator.server import Emulator

HEALTH, ROADS = "555555555555", "666666666666"
MORE = {**DEV_ACCOUNTS, "Ministry of Health": HEALTH, "Roads & Bridges": ROADS}


class Discover:
    """The verb on a folder of stack files and an organisation, by the operator's own keys.

    The operator may do nothing but assume roles, and is in the management account: ``role`` is
    what it assumes there.
    """

    role: tuple[str, ...] = ("--role", "OrganizationAccountAccessRole")

    def __init__(self, folder: Path, running: Emulator) -> None:
        self.folder = folder
        self.running = running
        there = running.organization
        managing = running.world.clients.account(there.management, there.deployer_role)
        self.organizations = managing.client("organizations")

    def __call__(self, *words: str, environment: str = "prod") -> tuple[int, str]:
        given = ["accounts", "discover", "-e", environment, "--folder", str(self.folder), *words]
        given += [] if "--role" in words else self.role
        answered = CliRunner().invoke(app, given, env={"COLUMNS": "250"})
        return answered.exit_code, answered.output

    def told(self, *words: str, environment: str = "prod") -> tuple[int, Any]:
        """Exit status, and what the machine is told."""
        status, said = self("--json", *words, environment=environment)
        return status, json.loads(said)

    def closed(self, account: str, *, wholly: bool) -> None:
        """Close an account; it is about to be closed for a while."""
        self.organizations.close_account(AccountId=account)
        if wholly:
            self.running.world.clock.sleep(self.running.world.timing.account_closure + 1)
