"""What tests of the stand-in provider's table need: accounts to work in, and what a sample is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.emulator.server import Emulator
from rehearsal.provider.account import enter
from rehearsal.provider.handlers import Handlers
from rehearsal.provider.table import TABLE
from tests.emulated import REGION, TAX

Inputs = dict[str, Any]
Needs = Callable[["Accounts"], Inputs]


class Accounts:
    """Handlers of each account of one running emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._entered: dict[str, Handlers] = {}

    def handlers(self, account: str) -> Handlers:
        """What the provider of that account does, with a default tag."""
        if account not in self._entered:
            role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
            arguments = {"region": REGION, "assumeRoles": [{"roleArn": role}]}
            entered = enter(arguments, endpoint=self.emulator.endpoint)
            self._entered[account] = Handlers(TABLE, entered, {"containment:stack": "test"})
        return self._entered[account]

    def make(self, account: str, token: str, inputs: Inputs) -> tuple[str, Inputs]:
        """Check and create."""
        handlers = self.handlers(account)
        return handlers.create(token, handlers.check(token, "sample", inputs, {}, b"seed"))

    def client(self, account: str, service: str) -> Any:
        """A client that is not the provider's."""
        return self.emulator.world.clients.account(account).client(service, REGION)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Inputs of a type, a change of them that takes no new resource, and what has to be there."""

    inputs: Mapping[str, Any]
    change: Mapping[str, Any] = field(default_factory=dict)
    account: str = TAX
    needs: Needs = lambda accounts: {}
    """Makes what it refers to; the answer is added to the inputs."""
    stays: bool = False
    """Whether it is there still after a delete, as AWS has no way to take it away."""
