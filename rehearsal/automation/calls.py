"""AWS as a step sees it: boto3 clients of the execution's role, every request counted and timed.

A client here is a thin shell around a real one: parameters, answers and errors are botocore's own.
What would wait on the wall clock behind our back (waiters, botocore's retries) is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rehearsal.automation.budget import Budget
from rehearsal.automation.records import Call, Execution, StepRecord
from rehearsal.emulator.world import NotEmulatedError, World

if TYPE_CHECKING:
    from rehearsal.emulator.clients import Session

Watcher = Callable[[Call], None]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def refuse_the_real_aws(world: World) -> None:
    """Raise RuntimeError unless the world's endpoint is on this machine."""
    if urlsplit(world.endpoint).hostname not in LOOPBACK:
        raise RuntimeError(
            f"The endpoint {world.endpoint!r} is not on loopback: the rehearsal runs no step there."
        )


class Calls:
    """The only way from a step to AWS."""

    def __init__(
        self,
        world: World,
        *,
        execution: Execution,
        record: StepRecord,
        session: Session,
        budget: Budget,
        before_call: Watcher | None,
    ) -> None:
        refuse_the_real_aws(world)
        self._world = world
        self._execution = execution
        self._record = record
        self._session = session
        self._budget = budget
        self._before_call = before_call

    def client(
        self, service: str, region: str | None = None, session: Session | None = None
    ) -> Client:
        """A client of the execution's role, or of a session that a script obtained itself."""
        where = region or self._execution.region
        return Client(self, service, (session or self._session).client(service, where), where)

    def made(self, service: str, operation: str, region: str) -> None:
        """Count a request, tell who watches, and let the time pass that it takes."""
        call = Call(
            account=self._execution.account,
            region=region,
            service=service,
            operation=operation,
            at=self._budget.now(),
            document=self._execution.document.name,
            execution_id=self._execution.id,
            step=self._record.name,
        )
        self._record.calls.append(call)
        if self._before_call is not None:
            self._before_call(call)
        self._budget.spend(self._world.timing.api_call)


class Client:
    """A boto3 client that counts; anything but operations and paginators is the real client's."""

    def __init__(self, calls: Calls, service: str, real: Any, region: str) -> None:
        self._calls = calls
        self._service = service
        self._real = real
        self._region = region

    def __getattr__(self, name: str) -> Any:
        operation = self._real.meta.method_to_api_mapping.get(name)
        if operation is None:
            return getattr(self._real, name)

        def call(*positional: Any, **parameters: Any) -> Any:
            self._calls.made(self._service, operation, self._region)
            return getattr(self._real, name)(*positional, **parameters)

        return call

    def get_paginator(self, operation_name: str) -> Any:
        """botocore's paginator, whose every page is counted."""
        paginator = self._real.get_paginator(operation_name)
        paginator._method = getattr(self, operation_name)  # the only place to count a page
        return paginator

    def get_waiter(self, waiter_name: str) -> Any:
        """botocore's waiters sleep on the wall clock, so a step has to poll by itself."""
        raise NotEmulatedError(f"The waiter {waiter_name} of {self._service} is not emulated.")
