"""A button is pressed: whose role, within which guardrails, and what chat answers.

The role must let chat in, and what it may is cut by the channel's guardrails, which work as session
policies (AWS docs: understanding-permissions; that the source of a person's session is the
channel's ARN is UNVERIFIED).
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.iam.models import iam_backends

from rehearsal.emulator import identity
from rehearsal.emulator.chat import commands
from rehearsal.emulator.chat.records import Button, Channel
from rehearsal.emulator.role_writes import default_version
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.clients import Session
    from rehearsal.emulator.world import World

SERVICE = "chatbot.amazonaws.com"
NO_ROLE = (
    "I did not run the command: this channel requires a role of each user, and {} has not chosen "
    "one. Choose a role for yourself, then try again."
)
NOTHING = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def press(
    world: World, channel: Channel, command: str, button: Button, *, user: str, role: str | None
) -> str:
    """Run a button's command for a person; the text that chat answers with."""
    if role is None:
        if channel.state.get("UserRoleRequired"):
            return NO_ROLE.format(user)
        role = channel.state["IamRoleArn"]
    if role.split(":")[4:5] != [channel.account]:
        return f"I did not run the command: {role} is not a role of account {channel.account}."
    try:
        said = commands.filled(command, button.variables)
        call = commands.read(said)
        session = _session(world, channel, user, role)
        answer = getattr(session.client(call.service, call.region), call.operation)(
            **call.parameters
        )
    except (commands.CommandError, identity.AccessDeniedError, BotoCoreError) as refused:
        return f"I did not run the command: {refused}"
    except ClientError as refused:
        if refused.response["Error"]["Code"] in ("NotEmulated", "EmulatorFailure"):
            raise NotEmulatedError(refused.response["Error"]["Message"]) from refused
        return f"I ran the command `{said}` and it failed: {refused}"
    answer.pop("ResponseMetadata", None)
    return f"I ran the command `{said}`: {json.dumps(answer, default=str)}"


def _session(world: World, channel: Channel, user: str, role: str) -> Session:
    return identity.session_for_service(
        world,
        service=SERVICE,
        role_arn=role,
        source_arn=channel.arn,
        source_account=channel.account,
        session_name=re.sub(r"[^\w+=,.@-]", "-", user)[:64].ljust(2, "-"),
        policy=_guardrails(world, channel),
    )


def _guardrails(world: World, channel: Channel) -> str:
    """All guardrails as one session policy: what any of them allows and none denies."""
    statements: list[Any] = []
    for arn in channel.state.get("GuardrailPolicies") or ():
        text = policy(arn)
        held = json.loads(text)["Statement"] if text else []
        statements += held if isinstance(held, list) else [held]
    return json.dumps({"Version": "2012-10-17", "Statement": statements or [NOTHING]})


def policy(arn: str) -> str | None:
    """The document of a managed policy, of an account or of AWS; None where there is none."""
    account, name = arn.split(":")[4], arn.rsplit("/", 1)[-1]
    if account == "aws":
        return _of_aws().get(name)
    held = iam_backends[account]["aws"].managed_policies.get(arn)
    return default_version(held)[1] if held is not None else None


@cache
def _of_aws() -> dict[str, str]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415 - 5 MB

    data = json.loads(aws_managed_policies_data)
    return {name: json.dumps(one["Document"]) for name, one in data.items()}
