"""Rules of the channel in which people decide."""

from __future__ import annotations

import json
import re
from typing import Final

from policy.rule import UNKNOWN, Broken, Rule, Seen, Unjudged, Verdicts

_OURS: Final = r"arn:[a-z-]+:iam::\d{12}:policy/.+"


def _guarded(seen: Seen) -> Verdicts:
    kind = str(seen.value("typeName"))
    if not re.fullmatch(r"AWS::Chatbot::\w+ChannelConfiguration", kind):
        return
    state = seen.value("desiredState")
    if state is UNKNOWN:
        yield Unjudged("desiredState", seen.urn)
        return
    channel = json.loads(state or "{}")
    policies = channel.get("GuardrailPolicies") or ["none, which is AdministratorAccess"]
    for policy in policies:
        if not re.fullmatch(_OURS, str(policy)):
            yield Broken(f"its guardrail is {policy}, no policy of the account's own", seen.urn)
    if channel.get("UserRoleRequired") is not True:
        yield Broken("UserRoleRequired is not true: whoever writes there shares a role", seen.urn)


RULES: Final = (
    Rule(
        name="chat-guarded",
        holds="a channel has a guardrail of the account's own, and everybody a role of their own",
        matters="the default guardrail is AdministratorAccess, and an approval would be nobody's",
        remedy="set GuardrailPolicies to the stack's own policy and UserRoleRequired to true",
        traps="5.4, 5.12",
        each=_guarded,
    ),
)
