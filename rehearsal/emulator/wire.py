"""Serves operations and services that moto lacks: methods here, botocore's model on the wire.

A service is an object with one method per operation, in snake case, which takes ``caller`` and
``parameters``, as the model names them, and returns the response's. How either looks on the wire is
for the model to say, so a field that AWS does not have cannot be sent or received.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from moto.backends import list_of_moto_modules
from moto.core.exceptions import ServiceException
from moto.core.request import Request
from moto.core.responses import ActionResult, BaseResponse
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from rehearsal.emulator.remembered import service_model


@dataclass(frozen=True)
class Caller:
    """Whose request it is, and where it was sent."""

    account: str
    region: str
    principal: str = field(default="", compare=False)
    """The ARN of who signed; empty where nobody did."""
    key: tuple[str, str | None] = field(default=("", None), compare=False, repr=False)
    """The id of the access key that signed, and its token; empty for a call of our own."""

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


EVERYWHERE = "{0}/.*"
"""Any path, as moto writes it in its tables of routes."""

OWN: dict[str, Callable[..., Iterable[bytes]]] = {}
"""Signing name of a service that moto lacks → the application that answers for it."""


def serve(name: str, *parts: object) -> Callable[[], None]:
    """Answer for a service by the parts' operations; returns what undoes it.

    The name is moto's, or botocore's where moto lacks the service. moto's own operations of a REST
    service are gone meanwhile: what no part knows is not emulated.
    """

    def start(self: Any) -> None:
        BaseResponse.__init__(self, service_name=name)
        self.automated_parameter_parsing = True

    methods: dict[str, Any] = {"__init__": start}
    for part in parts:
        for operation, method in operations(part).items():
            methods[operation] = responding(method)
    responses = type(f"Emulated{name.title()}", (BaseResponse,), methods)
    patch: Any
    if name in list_of_moto_modules():
        urls = importlib.import_module(f"moto.{name}.urls")
        dispatch = responses.dispatch  # type: ignore[attr-defined]
        patch = mock.patch.dict(urls.url_paths, {EVERYWHERE: dispatch}, clear=True)
    else:
        signed_as = service_model(name).signing_name
        patch = mock.patch.dict(OWN, {signed_as: application(responses)})
    patch.start()

    def stop() -> None:
        patch.stop()

    return stop


class _Served(Request):  # type: ignore[misc]  # moto ships no types
    """A request as moto's response classes want it."""

    from_wsgi_server = True


def application(responses: Any) -> Callable[..., Iterable[bytes]]:
    """One of moto's response classes as a WSGI application, where no router is needed."""

    def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = _Served(environ)
        try:
            status, headers, body = responses.dispatch(
                request, request.raw_url, dict(request.headers)
            )
        except HTTPException as refused:  # an answer of moto's, as Flask too has it
            refusal: Iterable[bytes] = refused(environ, start_response)
            return refusal
        told = {name: text for name, text in headers.items() if name.lower() != "status"}
        answered: Iterable[bytes] = Response(body, status, told)(environ, start_response)
        return answered

    return served


def responding(operation: Operation) -> Callable[[Any], ActionResult]:
    """A method of a moto response class that asks the operation."""

    def respond(self: Any) -> ActionResult:
        parameters = dict(self.uri_match or {}) | dict(self.params)
        principal = getattr(self, "rehearsal_principal", "")
        key = (self.get_access_key(), self.headers.get("X-Amz-Security-Token"))
        caller = Caller(self.current_account, self.region, principal, key=key)
        return ActionResult(operation(caller, parameters))

    return respond


def page(field: str, entries: list[Any], parameters: Parameters, default: int = 50) -> Parameters:
    """A list's answer, as many entries as are asked for, with the token for the rest."""
    lower = field[0].islower()
    size, token = ("maxResults", "nextToken") if lower else ("MaxResults", "NextToken")
    begin = int(parameters.get(token) or 0)
    end = begin + (parameters.get(size) or default)
    return {field: entries[begin:end]} | ({token: str(end)} if end < len(entries) else {})


def aware(moment: datetime) -> datetime:
    """In UTC, which is what is meant by a time without a zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
