"""The declared graph: what a program would make, as plain data, and in which order.

It is ``rehearsal.graph``'s, without engine and emulator. Beside it stands what decides an order or
a fate, read from the registrations as they come: dependencies, imports, what a destroy leaves.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pulumi
import pulumi_aws as aws
import yaml

import runbooks
from promotion.program import CHECKOUT, Program
from regions import PARTITIONS
from rehearsal import graph, monitor
from runbooks import scripts
from settings import KEY

PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One declared resource; ``account`` is its provider's, empty where it has none."""

    urn: str
    type: str
    name: str
    partition: str
    account: str
    region: str
    parent: str
    """URN of its parent."""
    inputs: Mapping[str, Any]
    after: frozenset[str]
    """URNs of all that it waits for, directly."""
    fed_by: Mapping[str, Sequence[str]]
    """Input → URNs of the resources that its value comes from."""
    provider: str
    """URN of its provider; empty where it has none."""
    imported: str
    retained: bool

    def document(self, key: str) -> dict[str, Any]:
        """An input that is JSON in a text."""
        parsed: dict[str, Any] = json.loads(self.inputs[key])
        return parsed

    @property
    def arn(self) -> str:
        """The ARN that it would have, of what other resources refer to."""
        name, bus = self.inputs.get("name", ""), self.inputs.get("eventBusName", "default")
        service, resource = {
            "Queue": ("sqs", name),
            "EventBus": ("events", f"event-bus/{name}"),
            "EventRule": ("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}"),
            "LogGroup": ("logs", f"log-group:{name}"),
            "Document": ("ssm", f"document/{name}"),
            "Role": ("iam", f"role/{name}"),
        }[self.type.rpartition(":")[2]]
        region = "" if service == "iam" else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Graph:
    """What a program declares, in the order of the URNs."""

    resources: Sequence[Resource]

    def of(self, kind: str, **inputs: object) -> list[Resource]:
        """Resources of a type, by the class's name (``EventRule``), with these inputs."""
        return [
            each
            for each in self.resources
            if each.type.rpartition(":")[2] == kind
            and all(each.inputs.get(key) == value for key, value in inputs.items())
        ]

    def one(self, kind: str, **inputs: object) -> Resource:
        """The one resource of a type with these inputs."""
        (found,) = self.of(kind, **inputs)
        return found

    def aws(self) -> Iterator[Resource]:
        """What would be made in AWS: neither components nor providers."""
        return (each for each in self.resources if each.type.startswith("aws:"))

    def waits_for(self, later: Resource) -> set[str]:
        """URNs of all that has to be there before a resource is made."""
        known = {each.urn: each for each in self.resources}
        pending, found = [later.urn], set[str]()
        while pending:
            for urn in known[pending.pop()].after - found:
                found.add(urn)
                pending.append(urn)
        return found


def declared(settings: str | Mapping[str, Any], *, preview: bool = False) -> Graph:
    """What ``__main__.py`` declares for a stack's name, or for settings."""
    text = settings if isinstance(settings, str) else json.dumps(settings, default=str)
    return _declared(text, preview)


@functools.cache
def _declared(settings: str, preview: bool) -> Graph:
    named = not settings.startswith("{")
    given = settings_of(settings) if named else json.loads(settings)
    return recorded(Program(), given, stack=settings if named else "test", preview=preview)


def settings_of(stack: str) -> dict[str, Any]:
    """The settings in a stack's file."""
    whole = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())
    settings: dict[str, Any] = whole["config"][KEY]
    return settings


@dataclass(frozen=True, kw_only=True)
class Function(Program):
    """A function in place of a program's ``__main__.py``."""

    body: Callable[[], object]

    def run(self) -> None:
        """Call it."""
        self.body()


def recorded(
    program: Program,
    settings: Mapping[str, Any] | None = None,
    *,
    stack: str = "test",
    preview: bool = False,
) -> Graph:
    """What a program declares."""
    registrations: dict[str, Any] = {}
    register = monitor._Monitor.RegisterResource

    def noted(self: Any, request: Any) -> Any:
        registrations[self.make_urn(request.parent, request.type, request.name)] = request
        return register(self, request)

    with (
        patch.object(monitor._Monitor, "RegisterResource", noted),
        # Every region has the same scripts: cut them once, or each run of a program takes seconds.
        patch.object(runbooks, "needed_by", _needed_by),
    ):
        found = graph.declared(stack, settings=settings or {}, program=program, preview=preview)
    stackless = {
        urn: request
        for urn, request in registrations.items()
        if request.type != "pulumi:pulumi:Stack"
    }
    partition = next(PARTITIONS[each["region"]] for each in found if each["type"] == PROVIDER)
    ordered = zip(found, sorted(stackless.items()), strict=True)
    return Graph([_joined(each, urn, request, partition) for each, (urn, request) in ordered])


def made(make: Callable[[pulumi.ResourceOptions], object], account: str) -> Graph:
    """What is declared by something that is made in one account."""

    def body() -> None:
        provider = aws.Provider("only", region="eu-west-1", allowed_account_ids=[account])
        make(pulumi.ResourceOptions(providers=[provider]))

    return recorded(Function(body=body))


_needed_by = functools.cache(scripts.needed_by)


def _joined(plain: Mapping[str, Any], urn: str, request: Any, partition: str) -> Resource:
    assert (plain["type"], plain["name"]) == (request.type, request.name)
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        partition=partition,
        account=plain["account"] or "",
        region=plain["region"] or "",
        parent=request.parent,
        inputs=plain["inputs"],
        after=frozenset(request.dependencies),
        fed_by={key: list(each.urns) for key, each in request.propertyDependencies.items()},
        provider=request.provider.rpartition("::")[0],
        imported=request.importId,
        retained=bool(request.retainOnDelete),
    )
