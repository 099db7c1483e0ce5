"""From a client to the emulator of its own process, without a socket in between.

A rehearsal and its tests make tens of thousands of calls, most of them in the emulator's process:
the request that botocore has built and signed is answered by the same application that listens, and
what it answers is parsed by botocore. Other processes come in by the listener.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from botocore.awsrequest import AWSResponse
from werkzeug.test import run_wsgi_app

Application = Callable[..., Any]

_SERVED: dict[str, Application] = {}


def serve(endpoint: str, application: Application) -> Callable[[], None]:
    """Let clients of this process that call the endpoint take the short way; returns the end."""
    _SERVED[endpoint] = application
    return lambda: _SERVED.pop(endpoint, None) and None


def take(client: Any, endpoint: str) -> None:
    """Send a boto3 client's requests the short way, as long as the endpoint is served here."""

    def answered(request: Any, **_: Any) -> AWSResponse | None:
        application = _SERVED.get(endpoint)
        return None if application is None else _answer(application, request)

    client.meta.events.register("before-send", answered)


class _Body(io.BytesIO):
    """A response's body as botocore reads it from urllib3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All of it, at once."""
        if rest := self.read():
            yield rest


def _answer(application: Application, request: Any) -> AWSResponse:
    answer, status, headers = run_wsgi_app(application, _environ(request), buffered=True)
    body = b"".join(answer)
    headers.setdefault("Content-Length", str(len(body)))
    if request.method == "HEAD":
        body = b""
    return AWSResponse(request.url, int(status.partition(" ")[0]), dict(headers), _Body(body))


def _environ(request: Any) -> dict[str, Any]:
    """The request as werkzeug's server would hand it to the application (PEP 3333)."""
    url = urlsplit(request.url)
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    body = body.read() if hasattr(body, "read") else bytes(body)
    target = f"{url.path}?{url.query}" if url.query else url.path
    environ: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "SERVER_SOFTWARE": "rehearsal",
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": target,
        "RAW_URI": target,
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": 0,
        "SERVER_NAME": url.hostname or "127.0.0.1",
        "SERVER_PORT": str(url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": url.netloc,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        key = name.upper().replace("-", "_")
        environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    environ.pop("HTTP_CONTENT_LENGTH", None)
    return environ
