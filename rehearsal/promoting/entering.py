"""A way into accounts of an emulated organisation, for what is done behind the program's back."""

from __future__ import annotations

from typing import Any

from rehearsal.emulator.clients import Clients
from rehearsal.emulator.organization import Organization
from rehearsal.promoting.organisation import Organisation


def client(organisation: Organisation, account: str, service: str) -> Any:
    """As the deployer of an account, in the region where these environments are at home."""
    clients = Clients(organisation.variables["AWS_ENDPOINT_URL"])
    return clients.account(account, role=Organization().deployer_role).client(service)
