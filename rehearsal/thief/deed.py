"""A deed and the ways to do it, and where it would be done; AWS is told apart from what is ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from names import Place
from rehearsal.emulator.actions.keys import KNOWN as OF_KEYS
from rehearsal.emulator.actions.need import REQUEST_TAGS, RESOURCE_TAGS, Need
from rehearsal.emulator.iam.request import ALWAYS_KNOWN

KNOWN = (
    ALWAYS_KNOWN
    | OF_KEYS
    | REQUEST_TAGS
    | RESOURCE_TAGS
    | {
        *("ec2:resourcetag/", "ec2:createaction", "ec2:attribute", "ec2:attribute/"),
        *("iam:policyarn", "iam:passedtoservice", "iam:permissionsboundary", "iam:resourcetag/"),
        *("s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"),
        *("kms:resourcealiases", "securityhub:asffsyntaxpath/workflow.status"),
        *("dynamodb:leadingkeys", "events:source", "events:detail-type", "ssm:documentversion"),
    }
)
"""Keys that a deed fills in wherever its operation would; a policy that asks for another is an
error of the evaluator, until the deeds fill it in."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The thief's account in the home region, and whom it would reach from there."""

    here: Place
    other: str
    """Id of another member account."""
    central: Place
    """The security account in the home region."""
    evidence: str
    exemptions: str
    """Names of the two buckets."""
    key: str
    """ARN of the key of both."""
    deployer: str
    """Name of the role that deploys, which the program does not declare."""

    def deployed_by(self, account: str = "") -> str:
        """ARN of the deployer's role, of this account unless said otherwise."""
        return f"arn:{self.here.partition}:iam::{account or self.here.account}:role/{self.deployer}"


@dataclass(frozen=True)
class Way:
    """One way to do a deed: every need has to be allowed."""

    told: str
    """What exactly, as the table says it."""
    needs: tuple[Need, ...]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that matters, and every way to it that is tried."""

    name: str
    ways: tuple[Way, ...]


def deed(name: str, ways: Mapping[str, Sequence[Need]]) -> Deed:
    """A deed, with the ways to it by what the table says of each."""
    return Deed(name=name, ways=tuple(Way(told, tuple(needs)) for told, needs in ways.items()))


def ask(
    action: str,
    resource: str = "*",
    context: Mapping[str, tuple[str, ...]] | None = None,
    owner: str = "",
) -> Need:
    """One action on one resource; ``owner`` where the ARN does not say whose it is."""
    given = dict(context or {})
    return Need(action=action, resource=resource, context=given, owner=owner, known=KNOWN)
