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

from botocore.exceptions import ClientError

from operations.ground import Message, Page
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
        self._persons: Mapping[str, str] = {}
        self._invited = 0
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

    def messages(self) -> Sequence[Message]:
        """Everything that came to the emulated channel."""
        return [_message(each) for each in self._ask("chat")]

    def press(self, message: Message, action: str, *, user: str, role: str | None) -> str:
        """Press a button in the emulated channel."""
        pressed = {"message": message.id, "action": action, "user": user, "role": role}
        answer = self._post("chat-press", account=self.security, region=self.regions[0], **pressed)
        return str(answer["answered"])

    def pages(self) -> Sequence[Page]:
        """Whoever was woken, since everybody had answered their invitations."""
        return [
            Page(at=mail.at, person=self._persons[mail.endpoint], text=mail.text)
            for mail in self._world.outbox[self._invited :]
            if mail.endpoint in self._persons
        ]

    def answer(self, person: str) -> None:
        """Take up the newest page, as Incident Manager or an OpsItem wants it."""
        alias = f"containment-person-{person}"
        try:
            self._post("page-answer", account=self.security, region=self.regions[0], person=alias)
        except RuntimeError:
            self._take_up_items()

    def _take_up_items(self) -> None:
        ssm = self.client(self.security, "ssm", self.regions[0])
        still_open = [{"Key": "Status", "Values": ["Open"], "Operator": "Equal"}]
        for each in ssm.describe_ops_items(OpsItemFilters=still_open)["OpsItemSummaries"]:
            ssm.update_ops_item(OpsItemId=each["OpsItemId"], Status="InProgress")

    def accept_invitations(self, persons: Sequence[Mapping[str, str]]) -> None:
        """Everybody enters the codes and clicks the links that they were sent (5.5, 5.10)."""
        self._persons = {
            person[way]: person["name"]
            for person in persons
            for way in ("email", "sms", "voice")
            if way in person
        }
        self._activate()
        sns = self.client(self.security, "sns", self.regions[0])
        for mail in [each for each in self._world.outbox if each.token]:
            sns.confirm_subscription(TopicArn=mail.topic, Token=mail.token)
        self._invited = len(self._world.outbox)

    def _activate(self) -> None:
        contacts = self.client(self.security, "ssm-contacts", self.regions[0])
        try:
            listed = contacts.list_contacts(Type="PERSONAL")["Contacts"]
        except ClientError:  # no Incident Manager in this stack
            return
        for each in listed:
            channels = contacts.list_contact_channels(ContactId=each["ContactArn"])
            for channel in channels["ContactChannels"]:
                contacts.send_activation_code(ContactChannelId=channel["ContactChannelArn"])
            self._post(
                "activate-channel",
                account=self.security,
                region=self.regions[0],
                person=each["Alias"],
            )

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


def _message(said: Mapping[str, Any]) -> Message:
    """A message as the emulator tells it; its thread is what it calls itself."""
    try:
        thread = str(json.loads(said["raw"])["metadata"]["threadId"])
    except (ValueError, KeyError, TypeError):
        thread = ""
    return Message(
        id=said["id"],
        at=datetime.fromisoformat(said["at"]),
        shown=said["shown"],
        thread=thread,
        title=said["title"],
        description=said["description"],
        buttons=[button["action"] for button in said["buttons"]],
        raw=said["raw"],
    )
