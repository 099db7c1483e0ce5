"""Rules of what is never declared here, whatever for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.rule import Broken, Rule, Seen, Verdicts

_USER: Final = "a user's key lives until somebody steals it; roles are assumed"
_EXCLUSIVE: Final = "it takes off whatever it does not list, what a runbook attached included (2.7)"
_UNREAD: Final = "what an attached policy grants is read by no rule: grants stand in a RolePolicy"

NEVER: Final[Mapping[str, str]] = {
    "aws:iam/user:User": _USER,
    "aws:iam/accessKey:AccessKey": _USER,
    "aws:iam/userLoginProfile:UserLoginProfile": _USER,
    "aws:iam/userPolicy:UserPolicy": _USER,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": _USER,
    "aws:iam/group:Group": _USER,
    "aws:iam/policyAttachment:PolicyAttachment": _EXCLUSIVE,
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": _EXCLUSIVE,
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": _EXCLUSIVE,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _UNREAD,
    "aws:organizations/organization:Organization": (
        "it can drop others' trusted access, and a destroy tries to delete all of it (1.11)"
    ),
    "aws:organizations/account:Account": "a destroy would close the account",
    "aws:cloudwatch/eventPermission:EventPermission": (
        "it lets in by account alone; a bus has an EventBusPolicy, with conditions (6.1)"
    ),
    "aws:guardduty/filter:Filter": "findings that a filter archives never reach EventBridge (1.15)",
}
"""Type → why it is never declared."""

_READABLE: Final = ("aws:", "pulumi:")
_THROUGH_CLOUD_CONTROL: Final = ("AWS::Chatbot::", "AWS::SSMContacts::")
"""What the SDK's own classes cannot say: buttons of a channel, rotations of a contact."""


def _never(seen: Seen) -> Verdicts:
    if why := NEVER.get(seen.type):
        yield Broken(f"{seen.kind}: {why}", seen.urn)


def _readable(seen: Seen) -> Verdicts:
    if seen.provider and not seen.type.startswith(_READABLE):  # a component has no provider
        yield Broken(f"{seen.type} is of a package that no rule knows", seen.urn)
    elif seen.type.startswith("aws:cloudcontrol/"):
        yield from seen.demands(
            "typeName",
            lambda name: str(name).startswith(_THROUGH_CLOUD_CONTROL),
            "no rule reads what it would make",
        )
    elif seen.type.startswith("aws:cloudformation/"):
        yield Broken("no rule reads what a template makes", seen.urn)


RULES: Final = (
    Rule(
        name="kinds-never-declared",
        holds="no user, no access key, no organisation, nothing that archives findings or "
        "attaches policies",
        matters="each of these reaches further than the program, or undoes what a runbook did",
        remedy="take it out; what it was for has another way here",
        traps="1.11, 1.15, 2.7, 6.1",
        each=_never,
    ),
    Rule(
        name="kinds-readable",
        holds="resources are of pulumi_aws's own types; Cloud Control makes chat and contacts",
        matters="what a template or another provider makes, none of these rules would see",
        remedy="use the class of pulumi_aws; for another package write its rules first",
        traps="5.4",
        each=_readable,
    ),
)
