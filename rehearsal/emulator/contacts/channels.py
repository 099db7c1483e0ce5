"""How a person is reached. A channel is of no use until its owner has entered a code (trap 5.5)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from rehearsal.emulator.contacts.directory import PERSONAL, Directory
from rehearsal.emulator.incidents.replication import Replication
from rehearsal.emulator.topics.outbox import Mail
from rehearsal.emulator.wire import Caller, Fault, Parameters, page
from rehearsal.emulator.world import World

ADDRESS = {
    "EMAIL": re.compile(r"[^@\s]+@[^@\s]+"),
    "SMS": re.compile(r"\+[0-9]{6,15}"),
    "VOICE": re.compile(r"\+[0-9]{6,15}"),
}
ACTIVATED, NOT_ACTIVATED = "ACTIVATED", "NOT_ACTIVATED"


@dataclass(kw_only=True)
class Channel:
    """One address of a person."""

    arn: str
    contact: str
    name: str
    kind: str
    address: str
    status: str = NOT_ACTIVATED
    code: str = ""
    """The last activation code that was sent."""


def code() -> str:
    """Six digits (botocore: ssm-contacts model has 6 to 10)."""
    return f"{uuid.uuid4().int % 1_000_000:06}"


class Channels:
    """The operations on contact channels."""

    def __init__(self, world: World, replication: Replication, directory: Directory) -> None:
        self._world = world
        self._directory = directory
        self._held: dict[str, Channel] = {}
        replication.forgetting.append(self._forget)

    def find(self, arn: str) -> Channel | None:
        """A channel, or None."""
        return self._held.get(arn)

    def of(self, contact: str) -> list[Channel]:
        """All channels of a contact."""
        return [one for one in self._held.values() if one.contact == contact]

    def usable(self, channel: Channel) -> bool:
        """Whether Incident Manager can engage somebody through it."""
        return channel.status == ACTIVATED or not self._world.bites("5.5")

    def send(self, channel: Channel, text: str) -> None:
        """A message that reaches the channel's owner."""
        self._world.outbox.append(
            Mail(
                at=self._world.clock.now(),
                protocol=channel.kind.lower(),
                endpoint=channel.address,
                text=text,
                contact=channel.contact.rpartition("/")[2],
            )
        )

    def create_contact_channel(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A channel of a person, not activated; the code is sent, unless that is deferred."""
        contact = self._directory.at(caller, parameters["ContactId"])
        if contact.kind != PERSONAL:
            raise Fault("ValidationException", f"{contact.arn} is no person.")
        kind, address = parameters["Type"], parameters["DeliveryAddress"].get("SimpleAddress") or ""
        self._fitting(kind, address)
        same = [one for one in self.of(contact.arn) if (one.kind, one.address) == (kind, address)]
        if same:
            raise Fault("ConflictException", f"{contact.alias} has that address already.")
        arn = caller.arn("ssm-contacts", f"contact-channel/{contact.alias}/{uuid.uuid4()}")
        channel = Channel(
            arn=arn, contact=contact.arn, name=parameters["Name"], kind=kind, address=address
        )
        self._held[arn] = channel
        if not parameters.get("DeferActivation"):
            self._invite(channel)
        return {"ContactChannelArn": arn}

    def send_activation_code(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Another code; the one before is void."""
        self._invite(self._at(caller, parameters))
        return {}

    def activate_contact_channel(self, caller: Caller, parameters: Parameters) -> Parameters:
        """With the code that was sent last."""
        channel = self._at(caller, parameters)
        if not channel.code or parameters["ActivationCode"] != channel.code:
            raise Fault("ValidationException", "The activation code is not valid.")
        channel.status, channel.code = ACTIVATED, ""
        return {}

    def deactivate_contact_channel(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Nobody is engaged through it any more."""
        self._at(caller, parameters).status = NOT_ACTIVATED
        return {}

    def get_contact_channel(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One channel."""
        return _shown(self._at(caller, parameters))

    def list_contact_channels(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All channels of a contact."""
        contact = self._directory.at(caller, parameters["ContactId"])
        return page("ContactChannels", [_shown(one) for one in self.of(contact.arn)], parameters)

    def update_contact_channel(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Another name, or another address, which has to be activated anew (UNVERIFIED)."""
        channel = self._at(caller, parameters)
        address = (parameters.get("DeliveryAddress") or {}).get("SimpleAddress") or channel.address
        if address != channel.address:
            self._fitting(channel.kind, address)
            channel.address, channel.status = address, NOT_ACTIVATED
            self._invite(channel)
        channel.name = parameters.get("Name") or channel.name
        return {}

    def delete_contact_channel(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete it; a plan that names it goes past it."""
        del self._held[self._at(caller, parameters).arn]
        return {}

    def _invite(self, channel: Channel) -> None:
        channel.code = code()
        self.send(channel, f"Your activation code for Incident Manager is {channel.code}.")

    def _fitting(self, kind: str, address: str) -> None:
        if not ADDRESS[kind].fullmatch(address):
            raise Fault("ValidationException", f"{address!r} is no address for {kind}.")

    def _at(self, caller: Caller, parameters: Parameters) -> Channel:
        channel = self._held.get(parameters["ContactChannelId"])
        if channel is None or channel.arn.split(":")[4] != caller.account:
            raise Fault("ResourceNotFoundException", "There is no such contact channel.")
        return channel

    def _forget(self, account: str) -> None:
        self._held = {a: one for a, one in self._held.items() if a.split(":")[4] != account}


def _shown(channel: Channel) -> Parameters:
    return {
        "ContactArn": channel.contact,
        "ContactChannelArn": channel.arn,
        "Name": channel.name,
        "Type": channel.kind,
        "DeliveryAddress": {"SimpleAddress": channel.address},
        "ActivationStatus": channel.status,
    }
