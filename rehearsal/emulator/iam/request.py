"""What is asked of IAM: who, what, on which resource, with which condition keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rehearsal.emulator.iam.text import segments

ALWAYS_KNOWN = frozenset(
    {
        *("aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principaltag/"),
        *("aws:principaltype", "aws:principalisawsservice", "aws:principalservicename"),
        *("aws:userid", "aws:username", "aws:requestedregion", "aws:currenttime"),
        *("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:epochtime"),
        *("aws:multifactorauthpresent", "aws:multifactorauthage", "aws:federatedprovider"),
        *("ec2:sourceinstancearn", "ec2:roledelivery"),
    }
)
"""Keys that the emulator fills in wherever AWS would: where they are absent, they are absent."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question to the evaluator."""

    principal: str
    """ARN of a user or of a role's session, or a service like ``events.amazonaws.com``."""
    action: str
    resource: str | None
    """An ARN; ``*`` where the action has no resource; None where the emulator cannot tell."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition keys in lower case, none of them empty."""
    resource_account: str | None = None
    """Whose resource it is, where the ARN does not say."""
    known: frozenset[str] = ALWAYS_KNOWN
    """Keys whose absence is certain; a prefix ends in ``/``, and ``*`` stands for all."""

    @property
    def is_service(self) -> bool:
        """Whether an AWS service asks in its own name."""
        return not self.principal.startswith("arn:")

    @property
    def principal_account(self) -> str:
        """The caller's account; empty for a service."""
        return "" if self.is_service else segments(self.principal)[4]

    @property
    def owner(self) -> str:
        """The account that the resource belongs to: the caller's own if nothing says otherwise."""
        if self.resource_account:
            return self.resource_account
        parts = segments(self.resource or "*")
        return (parts[4] if len(parts) == 6 else "") or self.principal_account

    @property
    def role(self) -> str | None:
        """The ARN of the role whose session asks; only ``aws:PrincipalArn`` tells its path."""
        parts = segments(self.principal)
        if len(parts) != 6 or not parts[5].startswith("assumed-role/"):
            return None
        told = self.context.get("aws:principalarn", ())
        if told and ":role/" in told[0]:
            return told[0]
        return f"{':'.join((*parts[:2], 'iam', '', parts[4]))}:role/{parts[5].split('/')[1]}"
