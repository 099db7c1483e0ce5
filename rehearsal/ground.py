"""The emulated organisation as a ground for drills: scenarios cannot tell it from AWS.

Attacks and connections are made through the emulator's control interface, everything else through
AWS's own interfaces with the deployer role of the account.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rehearsal.emulator.clients import Session
from rehearsal.emulator.organization import Organization
from rehearsal.emulator.world import World

BETWEEN_LOOKS = timedelta(seconds=1)
"""Of the rehearsal's time: a condition asks AWS, and a run has hundreds of moments."""


class RehearsedGround:
    """A ``Ground`` of the operations, on an emulator."""

    def __init__(self, world: World, organization: Organization) -> None:
        self.accounts: Mapping[str, str] = organization.accounts
        self.regions: Sequence[str] = organization.regions
        self.security = organization.security
        self.attacked: list[str] = []
        self._world = world
        self._role = organization.deployer_role

    def client(self, account: str, service: str, region: str) -> Any:
        """A client with the deployer role of an account."""
        return self._world.clients.account(account, self._role).client(service, region)

    def now(self) -> datetime:
        """The rehearsal's time."""
        return self._world.clock.now()

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let the rehearsal's time pass; the condition is asked once in a while, and at the end."""
        asked: list[datetime] = []

        def once_in_a_while() -> bool:
            now = self.now()
            if asked and now - asked[-1] < BETWEEN_LOOKS:
                return False
            asked.append(now)
            return condition()

        return self._world.clock.run_until(once_in_a_while, seconds) or condition()

    def attack(self, account: str, region: str, finding: Mapping[str, Any]) -> str:
        """File a finding with the emulated GuardDuty."""
        answer = self._post("findings", account=account, region=region, finding=finding)
        self.attacked.append(str(answer["id"]))
        return self.attacked[-1]

    def connect(self, account: str, region: str, interface: str, peer: str, port: int) -> str:
        """Open an emulated connection outwards."""
        answer = self._post(
            "connections",
            account=account,
            region=region,
            interface=interface,
            peer=peer,
            port=port,
            direction="outbound",
        )
        return str(answer["id"])

    def resolves(self, account: str, region: str, interface: str, name: str) -> bool:
        """Whether the emulated VPC's resolver answers."""
        answer = self._post(
            "lookups", account=account, region=region, interface=interface, name=name
        )
        return bool(answer["answered"])

    def manage_interface(self, account: str, region: str, interface: str) -> None:
        """Hand an interface to a service, which then refuses every change of it (trap 2.3)."""
        self._post("managed-interfaces", account=account, region=region, interface=interface)

    def credentials_of(self, account: str, region: str, instance: str) -> Session:
        """A session with the credentials that the emulated metadata of an instance hands out."""
        keys = self._post("instance-credentials", account=account, region=region, instance=instance)
        return self._world.clients.session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region
        )

    def alive(self, connection: str) -> bool:
        """Whether an emulated connection still passes traffic."""
        flows = self._ask("connections")
        return any(flow["id"] == connection and flow["alive"] for flow in flows)

    def calls_until(self, account: str, region: str, run: str, at: datetime) -> int | None:
        """AWS calls that a run had made by then, as the step runner counted them."""
        execution = self._world.automation.execution(account, region, run)
        return sum(1 for call in execution.calls if call.at <= at)

    def _post(self, what: str, **body: Any) -> Any:
        return self._ask(what, json.dumps(body).encode())

    def _ask(self, what: str, body: bytes | None = None) -> Any:
        url = f"{self._world.endpoint}/_rehearsal/{what}"
        headers = {"Content-Type": "application/json"}
        # The endpoint is the emulator's own, on loopback.
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{url}: {refused.read().decode()}") from refused
