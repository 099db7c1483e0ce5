"""A deployed organisation as a ground for drills: real accounts, real time, no control over either.

What the rehearsal lets a scenario do and AWS lets nobody do is refused with the reason, so that a
scenario which needs it fails by name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn, Protocol

from operations.ground import Message, Page
from settings import Settings

HELD: Final = timedelta(minutes=30)
"""How long credentials of a role are used; a role that was taken by another holds for an hour at
most (AWS docs: id_roles_use, role chaining), and a drill waits longer than that."""

FIRST_LOOK: Final = 0.5
LONGEST_LOOK: Final = 15.0
"""Seconds between two looks: often at first, since most is there soon."""


class NotHereError(RuntimeError):
    """What a rehearsal can do and a deployed organisation cannot."""


class Session(Protocol):
    """Whoever has entered an account."""

    def client(self, service: str, region: str, /) -> Any:
        """A boto3 client of a service in a region."""
        ...


class DeployedGround:
    """A ``Ground`` on the accounts that an environment lists; ``enter`` takes the role in one."""

    def __init__(
        self,
        settings: Settings,
        enter: Callable[[str], Session],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        home = settings.home_region
        self.accounts: Mapping[str, str] = {each.name: each.id for each in settings.accounts}
        self.security = settings.security.id
        self.regions: Sequence[str] = (home, *(each for each in settings.regions if each != home))
        self.attacked: list[str] = []
        self.now = now
        self._sleep = sleep
        self._enter = enter
        self._held: dict[str, tuple[datetime, Session]] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}

    def client(self, account: str, service: str, region: str) -> Any:
        """A client with the role in an account; the role is taken again before it runs out."""
        since, _ = self._held.get(account, (datetime.min.replace(tzinfo=UTC), None))
        if self.now() - since > HELD:
            self._held[account] = (self.now(), self._enter(account))
            self._clients = {key: kept for key, kept in self._clients.items() if key[0] != account}
        key = (account, service, region)
        if key not in self._clients:
            self._clients[key] = self._held[account][1].client(service, region)
        return self._clients[key]

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Look again and again, more and more seldom, until it holds or the time is over."""
        end, pause = self.now() + timedelta(seconds=seconds), FIRST_LOOK
        while not condition():
            left = (end - self.now()).total_seconds()
            if left <= 0:
                return False
            self._sleep(min(pause, left))
            pause = min(pause * 1.25, LONGEST_LOOK)
        return True

    def calls_until(self, account: str, region: str, run: str, at: datetime) -> int | None:
        """Nobody counts them here: CloudTrail comes minutes later, and not by run."""
        return None

    def attack(self, account: str, region: str, finding: Mapping[str, Any]) -> str:
        """Refused: only an attack makes GuardDuty find something."""
        _refuse("GuardDuty cannot be told what to find")

    def connect(self, account: str, region: str, interface: str, peer: str, port: int) -> str:
        """Refused: a connection is opened by an instance."""
        _refuse("a connection is opened by an instance, and needs a peer")

    def alive(self, connection: str) -> bool:
        """Refused: AWS does not tell of connections."""
        _refuse("AWS does not tell which connections are open")

    def credentials_of(self, account: str, region: str, instance: str) -> Any:
        """Refused: metadata answers the instance alone."""
        _refuse("metadata answers nobody but the instance")

    def resolves(self, account: str, region: str, interface: str, name: str) -> bool:
        """Refused: a name is looked up by an instance."""
        _refuse("a name is looked up by an instance")

    def messages(self) -> Sequence[Message]:
        """Refused: what stands in a channel, the chat's owner reads."""
        _refuse("the messages of a chat channel are its members' to read")

    def press(self, message: Message, action: str, *, user: str, role: str | None) -> str:
        """Refused: a button is a person's."""
        _refuse("a button in chat is pressed by a person")

    def pages(self) -> Sequence[Page]:
        """Refused: who was woken, that person knows; whom the response called, the ledger has."""
        _refuse("what came to a person's telephone is not AWS's to tell")

    def answer(self, person: str) -> None:
        """Refused: a person answers by themselves."""
        _refuse("nobody answers in a person's name")


def _refuse(why: str) -> NoReturn:
    raise NotHereError(f"{why}: play this scenario in the rehearsal")
