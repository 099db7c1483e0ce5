"""From a client to the emulator of its own process, without a socket in between.

A rehearsal and its tests make tens of thousands of calls, most of them in the emulator's process:
the request that botocore has built and signed is answered by the same application that listens, and
what it answers is parsed by botocore. Other processes come in by the listener.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from werkzeug.test import create_environ, run_wsgi_app

Application = Callable[..., Any]

_SERVED: dict[str, Application] = {}


def serve(endpoint: str, application: Application) -> Callable[[], None]:
    """Let clients of this process that call the endpoint take the short way; returns the end."""
    _SERVED[endpoint] = application

    def end() -> None:
        _SERVED.pop(endpoint, None)

    return end


def take(client: Any, endpoint: str) -> None:
    """Send a boto3 client's requests the short way, as long as the endpoint is served here."""

    def sent(request: Any, **_: Any) -> AWSResponse | None:
        application = _SERVED.get(endpoint)
        if application is None:
            return None
        code, _reason, headers, body = answered(application, _environ(request))
        return AWSResponse(request.url, code, dict(headers), _Body(body))

    client.meta.events.register("before-send", sent)


def answered(
    application: Application, environ: dict[str, Any]
) -> tuple[int, str, list[tuple[str, str]], bytes]:
    """An application's whole answer: status, its reason, headers, body; a HEAD has no body."""
    answer, status, headers = run_wsgi_app(application, environ, buffered=True)
    body = b"".join(answer)
    headers.setdefault("Content-Length", str(len(body)))
    code, _, reason = status.partition(" ")
    return int(code), reason, list(headers), b"" if environ["REQUEST_METHOD"] == "HEAD" else body


class _Body(io.BytesIO):
    """A response's body as botocore reads it from urllib3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All of it, at once."""
        if rest := self.read():
            yield rest


def _environ(request: Any) -> dict[str, Any]:
    """A request of botocore's as an application gets it."""
    url = urlsplit(request.url)
    body = request.body or b""
    texts = (
        (name, value.decode("latin-1") if isinstance(value, bytes) else str(value))
        for name, value in request.headers.items()
    )
    environ: dict[str, Any] = create_environ(
        path=url.path or "/",
        base_url=f"{url.scheme}://{url.netloc}",
        query_string=url.query,
        method=request.method,
        # The length is the body's; a second one beside it would be another header.
        headers=[(name, text) for name, text in texts if name.lower() != "content-length"],
        data=body.read() if hasattr(body, "read") else body,
    )
    return environ
