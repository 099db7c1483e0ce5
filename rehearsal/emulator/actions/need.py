"""A call to AWS, and what IAM must allow for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Context = dict[str, tuple[str, ...]]

REQUEST_TAGS = frozenset({"aws:requesttag/", "aws:tagkeys"})
RESOURCE_TAGS = frozenset({"aws:resourcetag/"})


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request: IAM's prefix of the service, botocore's operation and parameters, the caller."""

    service: str
    operation: str
    params: Mapping[str, Any]
    account: str
    region: str
    without: frozenset[str] = frozenset()
    """Traps taken out; only tests do that."""

    def bites(self, trap: str) -> bool:
        """Whether a numbered trap of AWS is in place."""
        return trap not in self.without

    @property
    def action(self) -> str:
        """The action that has the operation's name."""
        return f"{self.service}:{self.operation}"

    def arn(self, resource: str, *, service: str = "", account: str | None = None) -> str:
        """An ARN in the call's region and, unless said otherwise, its service and account."""
        owner = self.account if account is None else account
        return f"arn:aws:{service or self.service}:{self.region}:{owner}:{resource}"


@dataclass(frozen=True, kw_only=True)
class Need:
    """One action on one resource that must be allowed; a call needs all of its needs."""

    action: str
    resource: str | None = None
    """None where the emulator does not know which resource IAM would be asked about."""
    owner: str = ""
    """Whose resource it is, where the ARN does not say; empty for the caller's own."""
    context: Context = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    """Keys that the operation would have filled in, beside those that every request has."""


Rule = Callable[[Call], Iterable[Need]]


def requested_tags(tags: Iterable[Mapping[str, Any]] | None) -> Context:
    """``aws:RequestTag/KEY`` and ``aws:TagKeys`` of the tags that a call brings."""
    given = {str(t["Key"]): str(t.get("Value", "")) for t in tags or ()}
    if not given:
        return {}
    values = {f"aws:requesttag/{key.lower()}": (value,) for key, value in given.items()}
    return values | {"aws:tagkeys": tuple(given)}


def resource_tags(tags: Mapping[str, str], prefix: str = "aws") -> Context:
    """``aws:ResourceTag/KEY`` of the tags that a resource has."""
    return {f"{prefix}:resourcetag/{key.lower()}": (value,) for key, value in tags.items()}
