"""Cloud Control: makes, reads and changes resources of types that CloudFormation describes.

A request is accepted or refused at once, by the type's schema; what became of it is asked for by
its token (AWS docs: cloudcontrol-api, resource-operations-manage-requests; botocore: cloudcontrol
model). Here it is done when it is first asked for. A type without a handler is not emulated, nor is
a role to act with or a version of a type.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from rehearsal.emulator import wire
from rehearsal.emulator.cloudcontrol import patches, schemas
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World

State = dict[str, Any]


class HandlerError(Exception):
    """A type's handler refuses: one of Cloud Control's handler error codes, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Handler(Protocol):
    """What a resource type can do; each raises HandlerError."""

    regions: frozenset[str]

    def create(self, caller: Caller, state: State) -> str:
        """Make one of a valid state; its identifier."""
        ...

    def read(self, caller: Caller, identifier: str) -> State:
        """All of its properties."""
        ...

    def update(self, caller: Caller, identifier: str, state: State) -> None:
        """Give it another state."""
        ...

    def delete(self, caller: Caller, identifier: str) -> None:
        """Take it away."""
        ...

    def listed(self, caller: Caller) -> list[str]:
        """Identifiers of all."""
        ...


class CloudControl:
    """The service, of one world; one method per operation."""

    def __init__(self, world: World, handlers: Mapping[str, Handler]) -> None:
        self._world = world
        self._handlers = handlers
        self._events: dict[tuple[str, str, str], State] = {}
        self._sent: dict[tuple[str, str, str], str] = {}
        """By the token of a client: the token of the request that it made."""

    def install(self) -> Callable[[], None]:
        """Answer for Cloud Control; returns what undoes it."""
        self._world.emulated["cloudcontrol"] = "our own: " + ", ".join(sorted(self._handlers))
        return wire.serve("cloudcontrol", self)

    def create_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """CreateResource."""
        handler, state = self._handler(caller, parameters), _object(parameters, "DesiredState")
        _valid(parameters["TypeName"], state)
        return self._request(caller, parameters, "CREATE", lambda: handler.create(caller, state))

    def update_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateResource, by a JSON patch of the properties that one can set."""
        handler, identifier = self._handler(caller, parameters), parameters["Identifier"]
        schema = schemas.of_type(parameters["TypeName"])
        held = _found(handler, caller, identifier)
        fixed = schemas.named(schema, "readOnlyProperties")
        before = {name: value for name, value in held.items() if name not in fixed}
        try:
            after = patches.applied(before, json.loads(parameters["PatchDocument"]))
        except ValueError as wrong:
            raise Fault("ValidationException", f"Invalid patch document: {wrong}") from wrong
        kept = schemas.named(schema, "createOnlyProperties")
        if changed := sorted(name for name in kept if before.get(name) != after.get(name)):
            said = f"createOnlyProperties {changed} cannot be updated"
            raise Fault("NotUpdatableException", f"Invalid patch update: {said}")
        _valid(parameters["TypeName"], after)

        def update() -> str:
            handler.update(caller, identifier, after)
            return str(identifier)

        return self._request(caller, parameters, "UPDATE", update)

    def delete_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteResource; that it is not there is told by the request's status."""
        handler, identifier = self._handler(caller, parameters), parameters["Identifier"]

        def delete() -> str:
            handler.delete(caller, identifier)
            return str(identifier)

        return self._request(caller, parameters, "DELETE", delete)

    def get_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetResource."""
        handler, identifier = self._handler(caller, parameters), parameters["Identifier"]
        held = _found(handler, caller, identifier)
        return {
            "TypeName": parameters["TypeName"],
            "ResourceDescription": {"Identifier": identifier, "Properties": json.dumps(held)},
        }

    def list_resources(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListResources, in one page."""
        handler = self._handler(caller, parameters)
        if "ResourceModel" in parameters:
            raise NotEmulatedError("ListResources with a ResourceModel is not emulated")
        found = [
            {"Identifier": one, "Properties": json.dumps(handler.read(caller, one))}
            for one in handler.listed(caller)
        ]
        return {"TypeName": parameters["TypeName"], "ResourceDescriptions": found}

    def get_resource_request_status(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetResourceRequestStatus."""
        token = parameters["RequestToken"]
        event = self._events.get((caller.account, caller.region, token))
        if event is None:
            raise Fault("RequestTokenNotFoundException", f"Request {token} is not known")
        return {"ProgressEvent": event}

    def _handler(self, caller: Caller, parameters: Parameters) -> Handler:
        name = parameters["TypeName"]
        if name not in self._handlers:
            raise NotEmulatedError(f"the resource type {name} is not emulated")
        for unknown in ("RoleArn", "TypeVersionId"):
            if unknown in parameters:
                raise NotEmulatedError(f"{unknown} of Cloud Control is not emulated")
        if caller.region not in self._handlers[name].regions:
            raise Fault("TypeNotFoundException", f"The type {name} is not in {caller.region}")
        return self._handlers[name]

    def _request(
        self, caller: Caller, parameters: Parameters, operation: str, act: Callable[[], str]
    ) -> Parameters:
        token = str(uuid.uuid4())
        if again := parameters.get("ClientToken"):
            token = self._sent.setdefault((caller.account, caller.region, again), token)
        at = (caller.account, caller.region, token)
        event: State = {
            "TypeName": parameters["TypeName"],
            "RequestToken": token,
            "Operation": operation,
            "EventTime": self._world.clock.now(),
        }
        if at not in self._events:
            try:
                done = {"OperationStatus": "SUCCESS", "Identifier": act()}
            except HandlerError as refused:
                done = {
                    "OperationStatus": "FAILED",
                    "ErrorCode": refused.code,
                    "StatusMessage": refused.message,
                }
            self._events[at] = event | done
        return {"ProgressEvent": event | {"OperationStatus": "IN_PROGRESS"}}


def _object(parameters: Parameters, name: str) -> State:
    try:
        state = json.loads(parameters[name])
    except ValueError as broken:
        raise Fault("ValidationException", f"{name} is not JSON: {broken}") from broken
    if not isinstance(state, dict):
        raise Fault("ValidationException", f"{name} is not a JSON object")
    return state


def _valid(type_name: str, state: State) -> None:
    if found := schemas.mistakes(schemas.of_type(type_name), state):
        raise Fault("ValidationException", f"Model validation failed ({'; '.join(found)})")


def _found(handler: Handler, caller: Caller, identifier: str) -> State:
    try:
        return handler.read(caller, identifier)
    except HandlerError as refused:
        code = (
            "ResourceNotFoundException" if refused.code == "NotFound" else "InvalidRequestException"
        )
        raise Fault(code, refused.message) from refused
