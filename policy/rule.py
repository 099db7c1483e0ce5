"""What a rule is, what it is given, and what it may say.

A rule that reads one resource is asked before that resource is made, so that it can refuse it. One
that reads how resources hang together is asked when all of them are there: by the preview, and at
the end of an update, where it comes too late to refuse (docs/policy.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final


class _Unknown:
    """A value that a preview does not know yet."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True)
class Broken:
    """What breaks a rule."""

    says: str
    urn: str = ""
    """The resource in the wrong, where a whole stack is judged."""


@dataclass(frozen=True)
class Unjudged:
    """What a rule could not judge, for a preview does not know it: an update will."""

    what: str
    urn: str = ""


Verdicts = Iterator[Broken | Unjudged]


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The provider that makes a resource: of which account."""

    urn: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One resource as a rule sees it: plain data, ``UNKNOWN`` where nothing is known yet."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    provider: Provider | None = None
    fed_by: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Input → URNs of the resources that its value comes from; known in a preview as well."""

    @property
    def kind(self) -> str:
        """The class's name: ``Queue``."""
        return self.type.rpartition(":")[2]

    @property
    def region(self) -> str:
        """Where it is; empty for what has no region."""
        return str(self.inputs.get("region") or "")

    @property
    def account(self) -> str:
        """The only account that its provider can reach; empty where that is not one."""
        accounts = decoded(self.provider.inputs.get("allowedAccountIds")) if self.provider else []
        return str(accounts[0]) if isinstance(accounts, list) and len(accounts) == 1 else ""

    def value(self, path: str) -> Any:
        """An input by its path, with dots: None where there is none, UNKNOWN where unknown."""
        found: Any = self.inputs
        for part in path.split("."):
            if found is UNKNOWN:
                return UNKNOWN
            if isinstance(found, list):
                found = dict(enumerate(found)).get(int(part))
            else:
                found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def wants(self, path: str, wanted: Any, says: str) -> Verdicts:
        """Broken, with what it says, where an input's value is another."""
        yield from self.demands(path, lambda value: value == wanted, says)

    def demands(self, path: str, right: Callable[[Any], bool], says: str) -> Verdicts:
        """Broken, with what it says, where an input's value is not right."""
        value = self.value(path)
        if value is UNKNOWN:
            yield Unjudged(path, self.urn)
        elif not right(value):
            yield Broken(f"{path} is {_shown(value)}: {says}", self.urn)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Every resource of a stack, and what the pack's configuration says about the rule."""

    resources: Sequence[Seen]
    config: Mapping[str, Any] = field(default_factory=dict)

    def of(self, *types: str) -> list[Seen]:
        """The resources of these types."""
        return [each for each in self.resources if each.type in types]

    def feeding(self, resource: Seen, key: str) -> list[Seen]:
        """The resources that an input's value comes from."""
        return [each for each in self.resources if each.urn in resource.fed_by.get(key, ())]

    def fed(self, by: Seen, kind: str, key: str) -> list[Seen]:
        """The resources of a type with an input that comes from a resource."""
        return [each for each in self.of(kind) if by.urn in each.fed_by.get(key, ())]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What must hold, and why."""

    name: str
    holds: str
    """What holds where the rule is kept."""
    matters: str
    """What would come of it where it is not."""
    remedy: str
    traps: str = ""
    """Numbers in the list of how AWS bites."""
    each: Callable[[Seen], Verdicts] | None = None
    """Judges one resource, by its inputs."""
    whole: Callable[[Stack], Verdicts] | None = None
    """Judges how the resources of a stack hang together, by what they were fed with."""
    properties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What may be configured, as JSON schema."""


def decoded(value: Any) -> Any:
    """A provider's argument: the engine keeps lists and objects of it as JSON in a text."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def is_not_default(provider: Provider) -> bool:
    """Whether somebody wrote it: the engine's own are ``default``, or ``default_7_51_1``."""
    return not re.fullmatch(r"default(_\d.*)?", provider.name)


def _shown(value: Any) -> str:
    return "missing" if value is None else repr(value)
