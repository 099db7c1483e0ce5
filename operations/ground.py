"""Where a drill is played: an organisation's accounts, its time, and a way to attack it.

The scenarios know only this. The rehearsal brings one; an AWS organisation is another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

IAM_DELAY: Final = 30.0
"""Seconds after which a change of a role counts everywhere, on AWS too (trap 3.15).

An assumption: AWS says that it takes a while, not how long (AWS docs: troubleshoot_general).
"""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What came to the chat channel; what the client does not know, it does not show (trap 5.3)."""

    id: str
    at: datetime
    shown: bool
    thread: str
    title: str
    description: str
    buttons: Sequence[str]
    """Names of the actions that it offers."""
    raw: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Somebody was woken: by mail, message or call."""

    at: datetime
    person: str
    text: str


class Ground(Protocol):
    """What a scenario may use."""

    accounts: Mapping[str, str]
    """Name → id."""
    security: str
    """Id of the account that has the ledger."""
    regions: Sequence[str]
    """The home region first."""

    attacked: list[str]
    """Ids of the findings of all attacks so far, in order."""

    def client(self, account: str, service: str, region: str) -> Any:
        """A boto3 client with the deployer role of an account, by id."""
        ...

    def now(self) -> datetime:
        """The ground's time, in UTC."""
        ...

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until the condition holds; False when it never did."""
        ...

    def attack(self, account: str, region: str, finding: Mapping[str, Any]) -> str:
        """Have GuardDuty find something; the finding's id."""
        ...

    def connect(self, account: str, region: str, interface: str, peer: str, port: int) -> str:
        """Open a connection from an interface to somewhere, and keep it busy; its id."""
        ...

    def alive(self, connection: str) -> bool:
        """Whether a connection still passes traffic."""
        ...

    def credentials_of(self, account: str, region: str, instance: str) -> Any:
        """A session, ``.client(service, region)``, with what an instance's metadata hands out now.

        It is whoever stole the credentials: what was stolen works from anywhere (trap 2.8).
        """
        ...

    def resolves(self, account: str, region: str, interface: str, name: str) -> bool:
        """Whether a name that is looked up from an interface now is answered (trap 2.9)."""
        ...

    def messages(self) -> Sequence[Message]:
        """Everything that came to the chat channel, in order."""
        ...

    def press(self, message: Message, action: str, *, user: str, role: str | None) -> str:
        """Press a button of a message as somebody, with the role they chose; the chat's answer."""
        ...

    def pages(self) -> Sequence[Page]:
        """Whoever was woken, in order."""
        ...

    def answer(self, person: str) -> None:
        """A person takes up what they were woken for."""
        ...

    def calls_until(self, account: str, region: str, run: str, at: datetime) -> int | None:
        """AWS calls of a run until a moment; None where nobody counts them."""
        ...


def once_iam_acts(ground: Ground) -> None:
    """Wait until what was just written about a role counts (trap 3.15)."""
    ground.wait(lambda: False, IAM_DELAY)
