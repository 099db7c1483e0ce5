"""SSM Automation's own API, which moto lacks: start, look at, signal and stop executions.

OpsItems and the one setting that matters are put in beside it.

Documents are refused when AWS would refuse them. Who may start what is IAM's to say, before this is
asked; here only the pass of the document's role is checked, which no request names.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult
from moto.ssm.responses import SimpleSystemManagerResponse

from rehearsal import automation as runner
from rehearsal.automation import answers, parameters
from rehearsal.emulator import (
    authorization,
    ops_items,
    ops_relations,
    ssm_documents,
    ssm_settings,
)
from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import NotEmulatedError, World

PAGE = 50
"""Entries of a list at most (botocore: ssm model, MaxResults)."""

START = frozenset({"DocumentName", "DocumentVersion", "Parameters", "ClientToken", "Mode", "Tags"})
"""What a start may carry here; targets, locations and alarms are another kind of execution."""

STEP_FILTERS = {
    "StepName": "StepName",
    "StepExecutionStatus": "StepStatus",
    "StepExecutionId": "StepExecutionId",
    "Action": "Action",
}
EXECUTION_FILTERS = {
    "ExecutionStatus": "AutomationExecutionStatus",
    "ExecutionId": "AutomationExecutionId",
}

Request = Mapping[str, Any]


class Executions:
    """One method per operation, named as moto names it; each takes moto's response object."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tokens: dict[tuple[str, str, str], str] = {}

    def start_automation_execution(self, at: Any, request: Request) -> Request:
        """StartAutomationExecution: of a document, in this account and region."""
        for field in sorted(request.keys() - START):
            raise NotEmulatedError(f"ssm:StartAutomationExecution with {field} is not emulated.")
        if request.get("Mode", "Auto") != "Auto" or ":" in request["DocumentName"]:
            raise NotEmulatedError("Interactive executions and shared documents are not emulated.")
        token = (at.current_account, at.region, request.get("ClientToken", ""))
        if token[2] and token in self._tokens:
            return {"AutomationExecutionId": self._tokens[token]}
        execution_id = self._start(at, request)
        self._tokens[token] = execution_id
        return {"AutomationExecutionId": execution_id}

    def get_automation_execution(self, at: Any, request: Request) -> Request:
        """GetAutomationExecution, of a running one too."""
        return {"AutomationExecution": answers.execution(self._found(at, request))}

    def describe_automation_executions(self, at: Any, request: Request) -> Request:
        """DescribeAutomationExecutions, newest first."""
        found = self._world.automation.executions(at.current_account, at.region)
        entries = [answers.metadata(execution) for execution in reversed(found)]
        filters = list(request.get("Filters", []))
        for name in [f for f in filters if f["Key"] == "DocumentNamePrefix"]:
            filters.remove(name)
            entries = [e for e in entries if e["DocumentName"].startswith(tuple(name["Values"]))]
        return _page(
            "AutomationExecutionMetadataList", entries, EXECUTION_FILTERS, filters, request
        )

    def describe_automation_step_executions(self, at: Any, request: Request) -> Request:
        """DescribeAutomationStepExecutions: the steps that were begun (botocore: ssm model)."""
        found = self._found(at, request)
        entries = [answers.step(record, found.document) for record in found.steps]
        if request.get("ReverseOrder"):
            entries.reverse()
        return _page("StepExecutions", entries, STEP_FILTERS, request.get("Filters", []), request)

    def stop_automation_execution(self, at: Any, request: Request) -> Request:
        """StopAutomationExecution (trap 4.12)."""
        found = self._found(at, request)
        how = request.get("Type", "Cancel")
        try:
            self._world.automation.stop(at.current_account, at.region, found.id, how)
        except runner.NotStoppableError as over:
            raise Fault("InvalidAutomationStatusUpdateException", str(over)) from over
        return {}

    def send_automation_signal(self, at: Any, request: Request) -> Request:
        """SendAutomationSignal: IAM has allowed it before; here the approvers are asked about."""
        caller = authorization.caller(self._world, at)
        signal = runner.Signal(
            kind=request["SignalType"],
            payload=request.get("Payload", {}),
            sender=caller.arn,
            role=caller.context["aws:principalarn"][0],
            at=self._world.clock.now(),
        )
        try:
            self._world.automation.signal(self._found(at, request), signal)
        except runner.SignalRefusedError as refused:
            raise Fault("InvalidAutomationSignalException", str(refused)) from refused
        except runner.StepMissingError as missing:
            raise Fault("AutomationStepNotFoundException", str(missing)) from missing
        return {}

    def _start(self, at: Any, request: Request) -> str:
        automation = self._world.automation
        account, region = at.current_account, at.region
        name, version = request["DocumentName"], request.get("DocumentVersion")
        given = request.get("Parameters", {})
        caller = authorization.caller(self._world, at)
        try:
            document = automation.deployed(account, region, name, version)
            complete = parameters.complete(document.parameters, given)
            role = automation.role(document, parameters.typed(document.parameters, complete))
            authorization.check_pass_role(
                self._world, caller, role, passed_to="ssm.amazonaws.com", service="ssm"
            )
            return automation.start(account, region, name, version, given, started_by=caller.arn)
        except runner.DocumentMissingError as missing:
            raise Fault("AutomationDefinitionNotFoundException", str(missing)) from missing
        except runner.ParameterError as unfit:
            raise Fault("InvalidAutomationExecutionParametersException", str(unfit)) from unfit
        except runner.ThrottledError as often:
            raise Fault("ThrottlingException", str(often)) from often
        except runner.LimitExceededError as full:
            raise Fault("AutomationExecutionLimitExceededException", str(full)) from full

    def _found(self, at: Any, request: Request) -> runner.Execution:
        execution_id = request["AutomationExecutionId"]
        try:
            return self._world.automation.execution(at.current_account, at.region, execution_id)
        except KeyError as unknown:
            message = f"Automation execution with ID {execution_id} not found."
            raise Fault("AutomationExecutionNotFoundException", message) from unknown


def install(world: World) -> Callable[[], None]:
    """Put the operations and the refusals of documents in place; returns what takes them out."""
    undo = ExitStack()
    items = ops_items.OpsItems(world)
    related = ops_relations.OpsRelations(world, items)
    for part in (Executions(world), ssm_settings.Settings(world), items, related):
        for name, operation in inspect.getmembers(part, inspect.ismethod):
            if not name.startswith(("_", "keep_")):
                undo.enter_context(
                    mock.patch.object(
                        SimpleSystemManagerResponse, name, _response(operation), create=True
                    )
                )
    undo.callback(items.keep_tags())
    undo.callback(ssm_documents.install(world))
    world.emulated["ssm automation"] = "rehearsal.automation"
    return undo.close


def _response(operation: Callable[[Any, Request], Request]) -> Callable[[Any], ActionResult]:
    def respond(self: Any) -> ActionResult:
        return ActionResult(operation(self, json.loads(self.body or "{}")))

    return respond


def _page(
    field: str,
    entries: list[dict[str, Any]],
    known: Mapping[str, str],
    filters: list[Request],
    request: Request,
) -> Request:
    for wanted in filters:
        if wanted["Key"] not in known:
            raise NotEmulatedError(f"The filter {wanted['Key']} of executions is not emulated.")
        entries = [e for e in entries if e[known[wanted["Key"]]] in wanted["Values"]]
    begin = int(request.get("NextToken") or 0)
    end = begin + request.get("MaxResults", PAGE)
    more = {"NextToken": str(end)} if end < len(entries) else {}
    return {field: entries[begin:end], **more}
