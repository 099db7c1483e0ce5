"""Canaries of Security Hub's traps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import MANAGEMENT, SECURITY, client


@canary("1.18")
def test_a_hub_that_is_there_already_is_not_made_again(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    hub = client(running, SECURITY, "securityhub")
    hub.enable_security_hub(EnableDefaultStandards=False)
    with pytest.raises(ClientError, match="already subscribed"):
        hub.enable_security_hub(EnableDefaultStandards=False)


@canary("1.18")
def test_naming_an_administrator_makes_its_hub(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    client(running, MANAGEMENT, "securityhub").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    with pytest.raises(ClientError, match="already subscribed"):
        client(running, SECURITY, "securityhub").enable_security_hub(EnableDefaultStandards=False)
