"""Where there is no engine: the program makes its resources in the emulator directly, once.

The same table and handlers as the stand-in provider, called from a resource monitor of our own. It
cannot tell what an engine tells: no preview, no second run, no drift, no destroy.
"""

from __future__ import annotations

from typing import Any

from promotion.program import Program
from rehearsal import monitor
from rehearsal.emulator.clients import Clients
from rehearsal.monitor import Made, Resource
from rehearsal.provider.account import enter, unmapped_arguments
from rehearsal.provider.handlers import Handlers, UnmappedInputError
from rehearsal.provider.plans import DEFAULTED
from rehearsal.provider.table import TABLE


def deploy_with_mocks(
    endpoint: str, stack: str, *, program: Program | None = None
) -> list[Resource]:
    """Everything that the stack declares, made at the endpoint; ProgramError has what failed."""
    program = program or Program()
    return monitor.run(program, stack, program.config(stack), _Deploying(endpoint))


class _Deploying:
    """One set of handlers per provider resource."""

    def __init__(self, endpoint: str) -> None:
        self._clients = Clients(endpoint)
        self._handlers: dict[str, Handlers] = {}

    def enter(self, urn: str, arguments: dict[str, Any]) -> str:
        """Assume the provider's roles."""
        if unmapped := unmapped_arguments(arguments):
            raise UnmappedInputError(monitor.PROVIDER, unmapped)
        account = enter(arguments, endpoint=self._clients.endpoint, clients=self._clients)
        tags = (arguments.get("defaultTags") or {}).get("tags")
        self._handlers[urn] = Handlers(TABLE, account, tags)
        return account.id

    def make(self, provider: str, token: str, name: str, inputs: dict[str, Any]) -> Made:
        """Check, and create."""
        handlers = self._handlers[provider]
        checked = handlers.check(token, name, inputs, {})
        made, state = handlers.create(token, checked)
        outputs = {key: value for key, value in state.items() if key != DEFAULTED}
        return Made(
            account=handlers.place.account, region=checked.get("region"), id=made, outputs=outputs
        )
