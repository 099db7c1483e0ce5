"""The door of the emulator: who is asked, and how "not emulated" is said.

Requests under ``/_rehearsal`` go to the control interface, everything else to moto. moto answers
what it does not know with a 404 page, an empty body or a traceback; here each of them becomes an
error of the caller's own protocol that names the service and the operation.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from unittest import mock

from botocore.exceptions import UnknownServiceError
from moto.backends import get_backend, list_of_moto_modules
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.core.responses import BaseResponse
from moto.core.routing import NotFound, get_service_router
from moto.core.utils import camelcase_to_underscores
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from rehearsal.emulator.faults import answer, signed_service
from rehearsal.emulator.wire import EVERYWHERE, OWN, application
from rehearsal.emulator.world import NotEmulatedError

CONTROL = "/_rehearsal"

StartResponse = Callable[..., Any]


class Services(DomainDispatcherApplication):  # type: ignore[misc]  # moto is untyped
    """moto's dispatcher, which refuses by name a service that moto does not have."""

    def __init__(self) -> None:
        super().__init__(_Service)
        # Listed once: moto reads its own folder for every request otherwise.
        self._modules = frozenset(list_of_moto_modules())
        self._backends: dict[str | None, Any] = {}

    def get_application(self, environ: dict[str, Any]) -> Any:
        """Our own application where moto lacks the service, which the signature names."""
        signed = signed_service(environ)
        return (signed and OWN.get(signed[0])) or super().get_application(environ)

    def get_backend_for_host(self, host: str | None) -> Any:
        """As moto, but a named host without backend is an error instead of a printed line."""
        if host not in self._backends:
            self._backends[host] = self._backend_for_host(host)
        return self._backends[host]

    def _backend_for_host(self, host: str | None) -> Any:
        if host is None or host == "moto_api" or host in self._modules:
            return host
        for backend, pattern in self.backend_url_patterns:
            if pattern.match(f"http://{host}"):
                return backend
        raise NotEmulatedError(f"The service {host.split('.')[0]} is not emulated.")


class Front:
    """The WSGI application that the emulator serves; ``links`` are what needs no signature."""

    def __init__(
        self,
        control: Callable[[Request], Response],
        links: Callable[[Request], Response | None] = lambda request: None,
    ) -> None:
        self._control = control
        self._links = links
        self._services = Services()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        request = Request(environ)
        if refused := _unsigned(request):
            refused = self._links(request) or refused
            return refused(environ, start_response)
        try:
            if request.path.startswith(CONTROL):
                return self._control(request)(environ, start_response)
            return self._services(environ, start_response)
        except NotImplementedError as unknown:
            refusal = answer(request, "NotEmulated", str(unknown), HTTPStatus.NOT_IMPLEMENTED)
        except Exception as broken:
            message = f"The emulator failed: {broken!r}\n{traceback.format_exc(limit=-3)}"
            refusal = answer(request, "EmulatorFailure", message, HTTPStatus.NOT_IMPLEMENTED)
        return refusal(environ, start_response)


def _unsigned(request: Request) -> Response | None:
    """AWS refuses a request that nobody signed; moto would take it for a call to S3."""
    if request.path.startswith((CONTROL, "/moto-api")) or signed_service(request.environ):
        return None
    if "X-Amz-Signature" in request.args:
        return answer(request, "NotEmulated", "Presigned requests are not emulated.", 501)
    return answer(
        request,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
        HTTPStatus.FORBIDDEN,
    )


class _Service:
    """moto's operations of one service as an application.

    AWS's query and JSON protocols know one path, for which no router is needed (AWS docs, Smithy:
    awsJson1_1-protocol, awsQuery-protocol); only for others moto's Flask application is made.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self._routed: Any = None
        routes = _routes(service)
        everywhere, root = routes.get(EVERYWHERE), routes.get("{0}/") or routes.get("{0}/$")
        self._everywhere = everywhere is not None
        responses = getattr(everywhere or root, "__self__", None)
        self._unrouted = application(responses) if isinstance(responses, type) else None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        if self._unrouted and (self._everywhere or environ["PATH_INFO"] == "/"):
            return self._unrouted(environ, start_response)
        if self._routed is None:
            self._routed = _routed(self._service)
        return self._routed(environ, start_response)


def _routes(service: str) -> dict[str, Any]:
    """The paths that moto has methods for; one of a class's own kind is for the router."""
    backends = get_backend(service)
    account = backends[DEFAULT_ACCOUNT_ID] if isinstance(backends, BackendDict) else backends
    region = next(name for name in ("us-east-1", "aws", "global") if name in account)
    return {
        path: handler
        for path, handler in account[region]._url_module.url_paths.items()
        if getattr(handler, "__name__", "") == "dispatch"
    }


def _routed(service: str) -> Any:
    """moto's Flask application of one service; a path that it has no route for is not emulated."""
    app = create_backend_app(service)

    def no_route(error: HTTPException) -> Any:
        from flask import request as current  # noqa: PLC0415 - flask is moto's, used nowhere else

        if current.url_rule is None:
            raise NotEmulatedError(f"{_operation(service, current)} is not emulated.")
        return error

    app.register_error_handler(404, no_route)
    app.register_error_handler(405, no_route)
    return app


def _operation(service: str, request: Any) -> str:
    """The operation that a REST request means, by botocore's model; its path if it means none."""
    try:
        operation, _ = get_service_router(service).match(request)
    except (NotFound, NotImplementedError, UnknownServiceError):
        return f"{request.method} {request.path} of {service}"
    return f"The operation {service}:{operation.name}"


def install_naming() -> Callable[[], None]:
    """Make an operation that moto has no method for an error that names it, before all else."""
    original = BaseResponse.call_action

    def call_action(self: Any) -> Any:
        action = self._get_action()
        name = camelcase_to_underscores(action) if action else ""
        if not inspect.isfunction(getattr(type(self), name, None)):
            called = action or f"{self.method} {self.path}"
            raise NotEmulatedError(f"The operation {self.service_name}:{called} is not emulated.")
        return original(self)

    patch = mock.patch.object(BaseResponse, "call_action", call_action)
    patch.start()
    return patch.stop
