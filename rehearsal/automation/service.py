"""Automation: takes executions in, within AWS's quotas, and lets them run.

It asks nobody whether the caller may do this: that is said at the door (``emulator.ssm``).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from moto.ssm.exceptions import InvalidDocument
from moto.ssm.models import ssm_backends

from rehearsal.automation import document as documents
from rehearsal.automation import notices, parameters, signals
from rehearsal.automation.actions import ACTIONS
from rehearsal.automation.calls import Watcher, refuse_the_real_aws
from rehearsal.automation.document import Document
from rehearsal.automation.limits import Limits
from rehearsal.automation.records import Execution
from rehearsal.automation.run import Run
from rehearsal.automation.values import UnresolvedError, resolved
from rehearsal.emulator import identity
from rehearsal.emulator.world import NotEmulatedError, World

if TYPE_CHECKING:
    from rehearsal.emulator.clients import Session


class DocumentMissingError(LookupError):
    """No such document or version in this account and region."""


class NotStoppableError(Exception):
    """The execution is over."""


class Automation:
    """All executions of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._executions: dict[str, Execution] = {}
        self._waiting: dict[str, Run] = {}
        self._lock = threading.RLock()
        self.limits = Limits()
        self.before_call: Watcher | None = None
        """Tests look at every call before it leaves, make it late by sleeping on the clock, or end
        the run there by raising DiedError."""

    def deployed(self, account: str, region: str, name: str, version: str | None) -> Document:
        """A document as SSM holds it; raises DocumentMissingError."""
        try:
            held = ssm_backends[account][region]._get_documents(name)
            found = held.find(None if version in (None, "", "$DEFAULT") else version)
        except InvalidDocument as missing:
            raise DocumentMissingError(
                f"Document {name}, version {version or 'default'}, is not in {region} of {account}."
            ) from missing
        if found.document_type != "Automation":
            raise DocumentMissingError(f"Document {name} is a {found.document_type} document.")
        return documents.read(name, found.document_version, found.content_json)

    def role(self, document: Document, values: Mapping[str, object]) -> str:
        """The ARN of the role that a document would run under, with typed parameters."""
        try:
            role = str(resolved(document.assume_role, values)).strip()
        except UnresolvedError as missing:
            raise parameters.ParameterError(f"assumeRole refers to {missing}.") from missing
        if not role:
            raise NotEmulatedError(
                f"Document {document.name} has no role: to run as its starter is not emulated."
            )
        return role

    def start(
        self,
        account: str,
        region: str,
        document_name: str,
        document_version: str | None,
        given: Mapping[str, list[str]],
        *,
        started_by: str,
    ) -> str:
        """Take an execution in and return its id; it runs as a task of the clock.

        Raises DocumentMissingError, ParameterError (a role that cannot be assumed as well),
        ThrottledError, LimitExceededError, and NotEmulatedError for an action without emulation.
        """
        refuse_the_real_aws(self._world)
        place = (account, region)
        with self._lock:
            if self._world.bites("4.5"):
                self.limits.admit_request(place, self._world.clock.now())
            document = self.deployed(account, region, document_name, document_version)
            execution = self._execution(account, region, document, given, started_by)
            run = self._run(execution)
            begins = not self._world.bites("4.5") or self.limits.admit(place, execution.id)
            self._executions[execution.id] = execution
            self._waiting[execution.id] = run
        if begins:
            self._begin(execution.id)
        return execution.id

    def execution(self, account: str, region: str, execution_id: str) -> Execution:
        """An execution of this account and region; raises KeyError."""
        found = self._executions[execution_id]
        if (found.account, found.region) != (account, region):
            raise KeyError(execution_id)
        return found

    def executions(self, account: str | None = None, region: str | None = None) -> list[Execution]:
        """All executions, oldest first, or those of an account and region."""
        return [
            execution
            for execution in list(self._executions.values())
            if account in (None, execution.account) and region in (None, execution.region)
        ]

    def stop(self, account: str, region: str, execution_id: str, how: str = "Cancel") -> None:
        """``Cancel`` ends the running step at its next wait, ``Complete`` after it (trap 4.12).

        Raises KeyError for an unknown execution and NotStoppableError for one that is over.
        """
        with self._lock:
            execution = self.execution(account, region, execution_id)
            if execution.finished:
                raise NotStoppableError(f"Execution {execution_id} is {execution.status} already.")
            execution.stop = how
            if self.limits.forget((account, region), execution_id):
                del self._waiting[execution_id]
                execution.status, execution.ended = "Cancelled", self._world.clock.now()
                self._publish(execution)
            elif how == "Cancel" and execution.awaits is not None:
                execution.awaits.bell.ring()

    def signal(self, execution: Execution, signal: signals.Signal) -> None:
        """Hand a signal to the step that waits for it.

        Raises SignalRefusedError when no step does, or not for this; StepMissingError when the
        signal names a step that the document lacks; NotEmulatedError for other signals.
        """
        signals.refuse_unknown(signal.kind)
        for named in signal.payload.get("StepName", ()):
            if named not in execution.document.steps:
                raise signals.StepMissingError(f"Execution {execution.id} has no step {named}.")
        with self._lock:
            if execution.finished or execution.stop == "Cancel" or execution.awaits is None:
                raise signals.SignalRefusedError(
                    f"Execution {execution.id} is {execution.status} and waits for no signal."
                )
            execution.awaits.take(signal)

    def _execution(
        self,
        account: str,
        region: str,
        document: Document,
        given: Mapping[str, list[str]],
        started_by: str,
    ) -> Execution:
        unknown = sorted({step.action for step in document.steps.values()} - ACTIONS.keys())
        if unknown:
            raise NotEmulatedError(
                f"Document {document.name}: action {', '.join(unknown)} is not emulated."
            )
        complete = parameters.complete(document.parameters, given)
        values = parameters.typed(document.parameters, complete)
        return Execution(
            id=str(uuid.uuid4()),
            account=account,
            region=region,
            document=document,
            parameters=complete,
            values=values,
            role_arn=self.role(document, values),
            executed_by=started_by,
            started=self._world.clock.now(),
        )

    def _run(self, execution: Execution) -> Run:
        return Run(
            self._world,
            execution,
            session=self._session(execution),
            changed=self._changed,
            before_call=lambda: self.before_call,
        )

    def _session(self, execution: Execution) -> Session:
        try:
            return identity.session_for_service(
                self._world,
                service="ssm.amazonaws.com",
                role_arn=execution.role_arn,
                source_arn=execution.arn,
                source_account=execution.account,
                session_name=f"Automation-{execution.id}",
            )
        except identity.AccessDeniedError as denied:
            raise parameters.ParameterError(
                f"The defined assume role is unable to be assumed. {denied}"
            ) from denied

    def _begin(self, execution_id: str) -> None:
        run = self._waiting.pop(execution_id)
        self._world.clock.later(0.0, run.go)

    def _changed(self, execution: Execution) -> None:
        self._publish(execution)
        place = (execution.account, execution.region)
        begin: list[str] = []
        with self._lock:
            if execution.finished:
                begin = self.limits.ended(place, execution.id)
            elif execution.status == "Waiting":
                begin = self.limits.blocked(place, execution.id)
            else:
                self.limits.woken(place, execution.id)
        for execution_id in begin:
            self._begin(execution_id)

    def _publish(self, execution: Execution) -> None:
        notice = notices.status_change(execution, self._world.clock.now())
        self._world.relay.publish(execution.account, execution.region, "default", notice)
