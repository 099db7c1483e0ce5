"""Channels and custom actions as Cloud Control makes them.

A channel needs a workspace that somebody has authorised by hand, a role that lets chat in under the
channel's ARN, guardrails and topics that exist; who makes it must be allowed to, and to hand over
the role (the handlers' permissions in CloudFormation's schemas). Topics of other accounts are not
emulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.sns.models import sns_backends

from rehearsal.emulator import authorization, identity, principals
from rehearsal.emulator.chat import limits
from rehearsal.emulator.chat.pressing import SERVICE, policy
from rehearsal.emulator.chat.records import ADMINISTRATOR, Channel, State
from rehearsal.emulator.cloudcontrol import HandlerError
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.chat import Chat

REGIONS = frozenset({"us-east-2", "us-west-2", "ap-southeast-1", "eu-west-1"})
"""Where chatbot's API is (botocore: endpoints)."""
INVALID = "InvalidRequest"


def _may(chat: Chat, caller: Caller, action: str, role: str = "") -> None:
    """Raise HandlerError unless who asked Cloud Control may ask chatbot."""
    try:
        principal = principals.by_key(chat.world, *caller.key)
        authorization.require(
            chat.world, principal, f"chatbot:{action}", None, region=caller.region
        )
        if role:
            authorization.check_pass_role(
                chat.world, principal, role, passed_to=SERVICE, service="chatbot"
            )
    except RefusedError as refused:
        raise HandlerError("AccessDenied", refused.message) from refused


class Channels:
    """One of the two types of channels; what differs is where the workspace is named."""

    regions = REGIONS

    def __init__(self, chat: Chat, *, kind: str, operation: str, workspace: str) -> None:
        self._chat = chat
        self._kind = kind
        self._operation = operation
        self._workspace = workspace

    def create(self, caller: Caller, state: State) -> str:
        """Make a channel, which subscribes to its topics."""
        name = state["ConfigurationName"]
        arn = f"arn:aws:chatbot::{caller.account}:chat-configuration/{self._kind}/{name}"
        _may(self._chat, caller, f"Create{self._operation}", state["IamRoleArn"])
        if arn in self._chat.channels:
            raise HandlerError("AlreadyExists", f"{arn} exists already")
        channel = Channel(arn, self._completed(state))
        self._check(channel)
        self._chat.listen(channel)
        return arn

    def read(self, caller: Caller, identifier: str) -> State:
        """All properties."""
        return {"Arn": identifier, **self._held(caller, identifier).state}

    def update(self, caller: Caller, identifier: str, state: State) -> None:
        """Another state; topics that are left out are listened to no longer."""
        self._held(caller, identifier)
        _may(self._chat, caller, f"Update{self._operation}", state["IamRoleArn"])
        channel = Channel(identifier, self._completed(state))
        self._check(channel)
        self._chat.listen(channel)

    def delete(self, caller: Caller, identifier: str) -> None:
        """Take it away, with its subscriptions."""
        self._held(caller, identifier)
        _may(self._chat, caller, f"Delete{self._operation}")
        self._chat.leave(identifier)

    def listed(self, caller: Caller) -> list[str]:
        """Of the account."""
        prefix = f"arn:aws:chatbot::{caller.account}:chat-configuration/{self._kind}/"
        return sorted(arn for arn in self._chat.channels if arn.startswith(prefix))

    def _held(self, caller: Caller, identifier: str) -> Channel:
        if identifier not in self.listed(caller):
            raise HandlerError("NotFound", f"{identifier} does not exist")
        return self._chat.channels[identifier]

    def _completed(self, state: State) -> State:
        """With what the service makes of what was not said."""
        made = {"LoggingLevel": "NONE", "UserRoleRequired": False, **state}
        if not made.get("GuardrailPolicies") and self._chat.world.bites("5.12"):
            made["GuardrailPolicies"] = [ADMINISTRATOR]
        return made

    def _check(self, channel: Channel) -> None:
        state, workspace = channel.state, channel.state[self._workspace]
        if workspace not in self._chat.workspaces:
            raise HandlerError(
                INVALID,
                f"AWS account {channel.account} is not authorized for {self._workspace} "
                f"{workspace}: authorize it in the console first",
            )
        for guardrail in state.get("GuardrailPolicies") or ():
            if not guardrail or policy(guardrail) is None:
                raise HandlerError(INVALID, f"the guardrail policy {guardrail!r} does not exist")
        for action in state.get("CustomizationResourceArns") or ():
            if action not in self._chat.actions:
                raise HandlerError(INVALID, f"the custom action {action} does not exist")
        for topic in channel.topics:
            self._check_topic(channel, topic)
        try:
            identity.check_trust(
                self._chat.world,
                service=SERVICE,
                role_arn=state["IamRoleArn"],
                source_arn=channel.arn,
                source_account=channel.account,
                session_name=channel.name[:64],
            )
        except identity.AccessDeniedError as refused:
            raise HandlerError(INVALID, str(refused)) from refused

    def _check_topic(self, channel: Channel, topic: str) -> None:
        _, _, _, region, account, _ = topic.split(":", 5)
        if account != channel.account:
            raise NotEmulatedError(f"{channel.arn} on the topic of another account: {topic}")
        if topic not in sns_backends[account][region].topics:
            raise HandlerError(INVALID, f"the topic {topic} does not exist")


class Actions:
    """Custom actions."""

    regions = REGIONS

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def create(self, caller: Caller, state: State) -> str:
        """Make one."""
        arn = f"arn:aws:chatbot::{caller.account}:custom-action/{state['ActionName']}"
        _may(self._chat, caller, "CreateCustomAction")
        if arn in self._chat.actions:
            raise HandlerError("AlreadyExists", f"{arn} exists already")
        self._keep(arn, state)
        return arn

    def read(self, caller: Caller, identifier: str) -> State:
        """All properties."""
        return {"CustomActionArn": identifier, **self._held(caller, identifier)}

    def update(self, caller: Caller, identifier: str, state: State) -> None:
        """Another state."""
        self._held(caller, identifier)
        _may(self._chat, caller, "UpdateCustomAction")
        self._keep(identifier, state)

    def delete(self, caller: Caller, identifier: str) -> None:
        """Take it away; channels lose the button."""
        self._held(caller, identifier)
        _may(self._chat, caller, "DeleteCustomAction")
        del self._chat.actions[identifier]

    def listed(self, caller: Caller) -> list[str]:
        """Of the account."""
        prefix = f"arn:aws:chatbot::{caller.account}:"
        return sorted(arn for arn in self._chat.actions if arn.startswith(prefix))

    def _held(self, caller: Caller, identifier: str) -> State:
        if identifier not in self.listed(caller):
            raise HandlerError("NotFound", f"{identifier} does not exist")
        return self._chat.actions[identifier]

    def _keep(self, arn: str, state: State) -> None:
        if found := limits.beyond("CreateCustomAction", state):
            raise HandlerError(INVALID, "; ".join(found))
        for attached in state.get("Attachments") or ():
            for criterion in attached.get("Criteria") or ():
                if criterion["VariableName"] not in (attached.get("Variables") or {}):
                    name = criterion["VariableName"]
                    raise HandlerError(INVALID, f"the criterion's variable {name} does not exist")
        self._chat.actions[arn] = state
