"""Runs a Pulumi program without the engine, on a resource monitor of our own.

Pulumi's mocks hide a resource's parent, let two resources share a URN, take a resource without a
provider, and report a failure under the resource that waited for it. This one does none of that. It
knows nothing of state: no diff, no update, no delete.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol
from unittest import mock

import pulumi
from pulumi.runtime import (
    MockCallArgs,
    MockResourceArgs,
    Mocks,
    resource,
    set_all_config,
    set_mocks,
)
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.proto.source_pb2 import StackTrace

from promotion.program import Program, end
from rehearsal.emulator.world import NotEmulatedError
from rehearsal.provider import wire

PROVIDER = "pulumi:providers:aws"
STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of the program, as it was registered and as it was made."""

    urn: str
    type: str
    name: str
    parent: str
    """URN of its parent; the stack's where it has none."""
    account: str | None
    """The account of its provider; None for components."""
    region: str | None
    """None for components, and for what has no region."""
    inputs: dict[str, Any]
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Made:
    """What became of one registration."""

    account: str
    region: str | None
    id: str
    outputs: dict[str, Any]


class Maker(Protocol):
    """Makes what the program declares, or pretends to."""

    def enter(self, urn: str, arguments: dict[str, Any]) -> str:
        """A provider resource: go into its account, whose id is the answer."""
        ...

    def make(self, provider: str, token: str, name: str, inputs: dict[str, Any]) -> Made:
        """A resource of the provider with that URN."""
        ...


class ProgramError(RuntimeError):
    """The program failed without an engine; the message has each resource that did."""


def run(program: Program, stack: str, config: dict[str, str], maker: Maker) -> list[Resource]:
    """Every resource that the program declares, in the order of their URNs."""
    return _Monitor.run(program, stack, config, maker, preview=False)


def preview(program: Program, stack: str, config: dict[str, str], maker: Maker) -> list[Resource]:
    """The same while ids and outputs are not known, as in the engine's preview."""
    return _Monitor.run(program, stack, config, maker, preview=True)


class _Unused(Mocks):
    """What ``set_mocks`` asks for; the monitor never calls it."""

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise NotEmulatedError(f"the function {args.token} is not emulated")

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        raise NotEmulatedError(f"reading the existing {args.typ} {args.name} is not emulated")


class _Monitor(MockMonitor):
    """Called by the SDK, on several threads at once."""

    def __init__(self, maker: Maker, *, preview: bool) -> None:
        super().__init__(_Unused())
        self._maker = maker
        self._preview = preview
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self.made: list[Resource] = []
        self.failures: list[str] = []

    @classmethod
    def run(
        cls, program: Program, stack: str, config: dict[str, str], maker: Maker, *, preview: bool
    ) -> list[Resource]:
        """Run a program in a thread and a context of its own, so that nothing of it stays."""
        monitor = cls(maker, preview=preview)

        def inside() -> None:
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            try:
                set_mocks(monitor.mocks, program.project, stack, preview, monitor=monitor)
                set_all_config(config)
                # Where a resource stands in the program nobody asks: an eighth of a run's time.
                with mock.patch.object(resource, "_get_stack_trace", StackTrace):
                    pulumi.runtime.test(program.run)()  # type: ignore[no-untyped-call]
            finally:
                end(loop)
                asyncio.set_event_loop(None)

        with ThreadPoolExecutor(1, thread_name_prefix="program") as thread:
            failure = thread.submit(contextvars.Context().run, inside).exception()
        if monitor.failures:
            raise ProgramError("\n".join(monitor.failures)) from failure
        if failure:
            raise failure
        return sorted(monitor.made, key=lambda one: one.urn)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Note it, make it, and answer with what came of it."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        try:
            resource = self._registered(urn, request)
        except Exception as error:
            with self._lock:
                self.failures.append(f"{request.type} {request.name}: {error}")
            raise
        with self._lock:
            self.made.append(resource)
        known = {} if self._preview else resource.outputs
        return resource_pb2.RegisterResourceResponse(
            urn=urn,
            id="" if self._preview and request.type != PROVIDER else resource.id,
            object=wire.dump({**resource.inputs, **known}),
        )

    def _registered(self, urn: str, request: Any) -> Resource:
        with self._lock:
            if urn in self._seen:
                raise ValueError(f"two resources have the URN {urn}")
            self._seen.add(urn)
        _refuse(request.transforms, "a resource's transforms")
        inputs = wire.load(request.object)
        made = Made(account="", region=None, id="", outputs={})
        if request.type == PROVIDER:
            arguments = {name: wire.decoded(value) for name, value in inputs.items()}
            account = self._maker.enter(urn, arguments)
            made = Made(account=account, region=arguments["region"], id=f"{account}-id", outputs={})
        elif request.custom:
            provider = request.provider.rpartition("::")[0]
            if not provider:
                raise PermissionError(
                    "must use an explicit provider: the default provider of aws is disabled"
                )
            made = self._maker.make(provider, request.type, request.name, inputs)
        return Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=request.parent,
            account=made.account or None,
            region=made.region,
            inputs=inputs,
            id=made.id,
            outputs=made.outputs,
        )


def _refuse(given: Iterable[Any], what: str) -> None:
    if list(given):
        raise NotEmulatedError(f"{what} are not emulated without the engine")
