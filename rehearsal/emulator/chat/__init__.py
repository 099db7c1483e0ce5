"""Amazon Q Developer in chat applications, which AWS's names still call chatbot.

Channels are made through Cloud Control, listen to topics, show what they know, and run commands
when somebody presses a button. What is said in a channel by people is not emulated, nor is any
operation of chatbot's own API.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterable
from typing import Any

from moto.logs.models import logs_backends
from moto.sns.models import sns_backends

from rehearsal.emulator.chat import buttons, pressing, shapes
from rehearsal.emulator.chat.configurations import Actions, Channels
from rehearsal.emulator.chat.records import Channel, Message, State
from rehearsal.emulator.cloudcontrol import Handler
from rehearsal.emulator.topics import subscriptions
from rehearsal.emulator.world import World

__all__ = ["Chat"]

LOG_REGION = "us-east-1"
UNSUPPORTED = "Event received is not supported"


class Chat:
    """All channels of one world, and what was said in them."""

    def __init__(self, world: World, workspaces: Iterable[str]) -> None:
        self.world = world
        self.workspaces = set(workspaces)
        """Slack's workspaces and Teams' teams that somebody authorised in the console."""
        self.channels: dict[str, Channel] = {}
        self.actions: dict[str, State] = {}
        self.messages: list[Message] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def types(self) -> dict[str, Handler]:
        """The resource types by which Cloud Control makes channels and actions."""
        self.world.emulated["chatbot"] = "our own: channels, buttons, commands"
        return {
            "AWS::Chatbot::SlackChannelConfiguration": Channels(
                self,
                kind="slack-channel",
                operation="SlackChannelConfiguration",
                workspace="SlackWorkspaceId",
            ),
            "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": Channels(
                self,
                kind="microsoft-teams-channel",
                operation="MicrosoftTeamsChannelConfiguration",
                workspace="TeamId",
            ),
            "AWS::Chatbot::CustomAction": Actions(self),
        }

    def listen(self, channel: Channel) -> None:
        """Keep a channel, subscribe to its topics, and leave those that it had before."""
        before = self.channels.get(channel.arn)
        self.channels[channel.arn] = channel
        for arn in channel.topics:
            subscriptions.subscribe(
                self.world,
                subscriptions.topic_of(arn),
                owner=channel.account,
                protocol="https",
                endpoint=subscriptions.CHAT,
                attributes={},
            )
        for arn in before.topics if before else ():
            self._unsubscribe(channel.account, arn)

    def leave(self, channel_arn: str) -> None:
        """Forget a channel; what was said in it stays."""
        channel = self.channels.pop(channel_arn)
        for arn in channel.topics:
            self._unsubscribe(channel.account, arn)

    def receive(self, topic_arn: str, account: str, text: str) -> None:
        """Bring a topic's message to each channel of an account that listens to it."""
        for channel in list(self.channels.values()):
            if channel.account == account and topic_arn in channel.topics:
                self._show(channel, text)

    def press(self, number: str, action: str, *, user: str, role: str | None) -> str:
        """A person presses a button of a message; what chat answers. Raises LookupError."""
        message = next((one for one in self.messages if one.id == number), None)
        if message is None:
            raise LookupError(f"there is no message {number}")
        button = next((one for one in message.buttons if one.action == action), None)
        channel = self.channels.get(message.channel)
        if button is None or channel is None or button.arn not in self.actions:
            shown = [one.action for one in message.buttons]
            raise LookupError(f"the message {number} has no button {action}, but {shown}")
        command = self.actions[button.arn]["Definition"]["CommandText"]
        return pressing.press(self.world, channel, command, button, user=user, role=role)

    def told(self) -> list[dict[str, Any]]:
        """All messages as the control interface tells them."""
        return [
            {
                "id": one.id,
                "channel": one.channel.rsplit("/", 1)[-1],
                "account": one.channel.split(":")[4],
                "thread": one.thread,
                "at": one.at,
                "shown": one.shown,
                "why_dropped": one.why_dropped,
                "title": one.title,
                "description": one.description,
                "buttons": [{"action": b.action, "text": b.text} for b in one.buttons],
                "raw": one.raw,
            }
            for one in self.messages
        ]

    def _show(self, channel: Channel, text: str) -> None:
        seen = shapes.read(text)
        dropped = seen if isinstance(seen, str) else ""
        if isinstance(seen, str):
            seen = shapes.Shown("", text, kind="")
        arns = channel.state.get("CustomizationResourceArns") or ()
        actions = {arn: self.actions[arn] for arn in arns if arn in self.actions}
        shown = not dropped or not self.world.bites("5.3")
        with self._lock:
            number = f"message-{next(self._numbers)}"
            self.messages.append(
                Message(
                    id=number,
                    channel=channel.arn,
                    thread=seen.thread or number,
                    at=self.world.clock.now(),
                    shown=shown,
                    raw=text,
                    title=seen.title,
                    description=seen.description,
                    buttons=tuple(buttons.on(seen.kind, text, actions)) if shown else (),
                    why_dropped="" if shown else dropped,
                )
            )
        if not shown and channel.state["LoggingLevel"] != "NONE":
            self._log(channel, text)

    def _log(self, channel: Channel, text: str) -> None:
        """The only trace of what was dropped (trap 5.3); the line's form is UNVERIFIED."""
        group, stream = f"/aws/chatbot/{channel.name}", "chat"
        backend = logs_backends[channel.account][LOG_REGION]
        if group not in backend.groups:
            backend.create_log_group(group, {})
        if stream not in backend.groups[group].streams:
            backend.create_log_stream(group, stream)
        now = int(self.world.clock.now().timestamp() * 1000)
        line = json.dumps({"level": "ERROR", "message": UNSUPPORTED, "event": text})
        backend.groups[group].put_log_events(stream, [{"timestamp": now, "message": line}])

    def _unsubscribe(self, account: str, topic_arn: str) -> None:
        if any(c.account == account and topic_arn in c.topics for c in self.channels.values()):
            return
        _, _, _, region, owner, _ = topic_arn.split(":", 5)
        held = sns_backends[owner][region].subscriptions
        for arn, one in list(held.items()):
            chat = one.endpoint == subscriptions.CHAT and one.owner == account
            if chat and one.topic.arn == topic_arn:
                held.pop(arn, None)
