"""Serves operations that moto lacks: plain methods here, botocore's service model on the wire.

A service is an object with one method per operation, in snake case, which takes ``caller`` and
``parameters``, as the model names them, and returns the response's. How either looks on the wire is
for the model to say, so a field that AWS does not have cannot be sent or received.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse


@dataclass(frozen=True)
class Caller:
    """Whose request it is, and where it was sent."""

    account: str
    region: str

    def __str__(self) -> str:
        return f"account {self.account}, region {self.region}"

    def arn(self, service: str, resource: str) -> str:
        """An ARN of the caller's account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


Parameters = dict[str, Any]
Operation = Callable[[Caller, Parameters], Parameters]


class Fault(ServiceException):  # type: ignore[misc]  # moto ships no types
    """An error that AWS answers: its name in the service model, and a sentence."""


def operations(service: object) -> dict[str, Operation]:
    """The methods of a service object that take a caller and parameters, by operation."""
    return {
        name: method
        for name, method in inspect.getmembers(service, inspect.ismethod)
        if list(inspect.signature(method).parameters) == ["caller", "parameters"]
    }


def serve(name: str, *parts: object) -> Callable[[], None]:
    """Answer every path of a REST service by the parts' operations; returns what undoes it.

    moto's own operations of that service are gone meanwhile: what no part knows is not emulated.
    """

    def start(self: Any) -> None:
        BaseResponse.__init__(self, service_name=name)
        self.automated_parameter_parsing = True

    methods: dict[str, Any] = {"__init__": start}
    for part in parts:
        for operation, method in operations(part).items():
            methods[operation] = responding(method)
    responses = type(f"Emulated{name.title()}", (BaseResponse,), methods)
    urls = importlib.import_module(f"moto.{name}.urls")
    patch = mock.patch.dict(urls.url_paths, {"{0}/.*": responses.dispatch}, clear=True)  # type: ignore[attr-defined]
    patch.start()

    def stop() -> None:
        patch.stop()

    return stop


def responding(operation: Operation) -> Callable[[Any], ActionResult]:
    """A method of a moto response class that asks the operation."""

    def respond(self: Any) -> ActionResult:
        parameters = dict(self.uri_match or {}) | dict(self.params)
        return ActionResult(operation(Caller(self.current_account, self.region), parameters))

    return respond
